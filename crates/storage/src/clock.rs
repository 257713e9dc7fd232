//! The clock that leases and waits are judged by: PostgreSQL's, or the machine's beside a SQLite file. It never goes back.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use diesel::{QueryDsl, dsl::sql};
use innkeeper_domain::{ports::StoreError, time::Timestamp};

use crate::{
    columns::{At, Micros},
    schema::clock_floor,
    store::SqlStore,
    upsert::{FloorColumns, FloorPut},
};

/// What the clock told last.
#[derive(Debug, Default)]
pub(crate) struct StoreClock(Mutex<Option<Reading>>);

#[derive(Clone, Copy, Debug)]
struct Reading {
    told: Timestamp,
    /// When that was, by a clock that nobody sets.
    at: Instant,
    /// The floor that is stored, where one is.
    floor: Option<Timestamp>,
}

/// How much time passes until the floor is stored anew.
const FLOOR_EVERY: Duration = Duration::from_secs(5);

const STORE: &str = "store";

impl SqlStore {
    /// The time by the store's clock.
    pub(crate) fn store_now(&self) -> Result<Timestamp, StoreError> {
        let asked = self.read(|link| {
            if link.choose(true, false) {
                return Ok(None);
            }
            let micros = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
            let now: Vec<At> = link.rows(diesel::select(sql::<Micros>(micros)))?;
            Ok(now.first().map(|at| at.0))
        })?;
        // Held while the floor is stored: whoever asks meanwhile must not be told of a time above it.
        let mut last = self.clock().0.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = match (asked, *last) {
            (Some(asked), last) => Reading {
                told: last.map_or(asked, |last| asked.max(last.told)),
                at: Instant::now(),
                floor: None,
            },
            (None, Some(last)) => last.later(),
            (None, None) => self.first_reading()?,
        };
        let is_due = reading
            .floor
            .is_none_or(|floor| floor + FLOOR_EVERY <= reading.told);
        let floor = if asked.is_none() && is_due {
            self.write("queue.clock", |link| {
                let row = FloorPut {
                    name: STORE,
                    at: At(reading.told),
                };
                Ok(FloorColumns::put(link, [row].into_iter()).map(drop)?)
            })?;
            Some(reading.told)
        } else {
            reading.floor
        };
        *last = Some(Reading { floor, ..reading });
        Ok(reading.told)
    }

    fn first_reading(&self) -> Result<Reading, StoreError> {
        let stored: Vec<At> =
            self.read(|link| Ok(link.rows(clock_floor::table.find(STORE).select(clock_floor::at))?))?;
        let floor = stored.first().map(|at| at.0);
        Ok(Reading {
            told: floor.map_or_else(wall_clock, |floor| floor.max(wall_clock())),
            at: Instant::now(),
            floor,
        })
    }
}

impl Reading {
    /// Time goes on even while the machine's clock is behind.
    fn later(self) -> Self {
        Self {
            told: (self.told + self.at.elapsed()).max(wall_clock()),
            at: Instant::now(),
            floor: self.floor,
        }
    }
}

fn wall_clock() -> Timestamp {
    Timestamp::from_micros(0) + SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}
