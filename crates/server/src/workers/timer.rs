//! What time does to the queue: waits and leases end, accounts are imported again, and this process says that it is
//! there.

use std::{
    process,
    sync::Arc,
    time::{Duration, Instant},
};

use innkeeper_domain::{
    ids::{Ids, RunId},
    ports::{SlotKey, StoreError},
    usecases::{schedule_run, take_over, wake_slot},
};

use super::shared::{Shared, about};
use crate::{entropy, one_line::with_causes};

/// How often it looks at what is due.
const LOOK_EVERY: Duration = Duration::from_millis(1_200);
/// How many slots it looks at in one go.
const BATCH: u32 = 100;
/// How often it looks for accounts that are to be imported again.
const SCHEDULE_EVERY: Duration = Duration::from_secs(10);
/// How often it says that this process is there.
const REPORT_EVERY: Duration = Duration::from_secs(15);
/// How long a process that says nothing stays on the list.
const FORGET_AFTER: Duration = Duration::from_mins(10);

/// The timer of one process.
pub(super) struct Timer {
    shared: Arc<Shared>,
    /// The time between two imports of an account; zero is never.
    every: Duration,
    host: String,
    scheduled: Option<Instant>,
    reported: Option<Instant>,
}

impl Timer {
    pub(super) fn new(shared: Arc<Shared>, every: Duration) -> Self {
        Self {
            shared,
            every,
            host: format!("{}:{}", host_name(), process::id()),
            scheduled: None,
            reported: None,
        }
    }

    /// One round.
    pub(super) fn tick(&mut self) -> Duration {
        let is_more = self.told(self.wake(), "what is due was not looked at");
        if is_due(self.reported, REPORT_EVERY) {
            self.reported = Some(Instant::now());
            self.told(self.report(), "this process is not on the list of workers");
        }
        if !self.every.is_zero() && is_due(self.scheduled, SCHEDULE_EVERY) {
            let is_more = self.told(self.schedule(), "no imports were scheduled");
            self.scheduled = (is_more != Some(true)).then(Instant::now);
        }
        if is_more == Some(true) {
            Duration::ZERO
        } else {
            self.shared.sleep(about(LOOK_EVERY))
        }
    }

    /// Looks at the slots at which something is due, each by itself; says whether there are more.
    fn wake(&self) -> Result<bool, StoreError> {
        let Shared {
            ports, bell, timer, ..
        } = &*self.shared;
        let now = self.shared.now();
        let due = ports.queue.due(now, BATCH)?;
        let mut woken = 0_usize;
        for key in &due {
            // With a slow store a whole batch takes longer than a process has that ends.
            if timer.is_closed() {
                break;
            }
            match wake_slot(&*ports.tending, *key, entropy::word(), now) {
                Ok(true) => {
                    woken += 1;
                    bell.ring();
                }
                Ok(false) => {}
                Err(error) => slot_failed(*key, &error),
            }
        }
        Ok(woken > 0 && due.len() >= size(BATCH))
    }

    /// Queues imports of accounts whose last one is long ago; says whether there are more.
    fn schedule(&self) -> Result<bool, StoreError> {
        let Shared {
            ports, bell, timer, ..
        } = &*self.shared;
        let now = self.shared.now();
        let idle = ports.queue.idle(now - self.every, BATCH)?;
        let mut queued = 0_usize;
        for key in &idle {
            if timer.is_closed() {
                break;
            }
            let run: RunId = Ids::new(now, entropy::word()).make();
            match schedule_run(&*ports.tending, *key, run, now) {
                Ok(true) => {
                    queued += 1;
                    bell.ring();
                }
                Ok(false) => {}
                Err(error) => slot_failed(*key, &error),
            }
        }
        Ok(queued > 0 && idle.len() >= size(BATCH))
    }

    fn report(&self) -> Result<(), StoreError> {
        let now = self.shared.now();
        let queue = &self.shared.ports.queue;
        queue.report(self.shared.worker, &self.host, now, now - FORGET_AFTER)
    }

    fn told<T>(&self, outcome: Result<T, StoreError>, what: &str) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                let worker = self.shared.worker;
                tracing::warn!(worker.id = %worker, error = with_causes(&error), "{what}");
                None
            }
        }
    }
}

/// Takes every run over that another process had. Only for who knows that no other can be alive.
pub(super) fn take_over_all(shared: &Shared) -> Result<(), StoreError> {
    let ports = &shared.ports;
    let mut taken = 0_usize;
    loop {
        let held = ports.queue.held(shared.worker, BATCH)?;
        let before = taken;
        for key in &held {
            match take_over(&*ports.tending, *key, entropy::word(), shared.now()) {
                Ok(true) => taken += 1,
                Ok(false) => {}
                Err(error) => slot_failed(*key, &error),
            }
        }
        if held.is_empty() || taken == before {
            break;
        }
    }
    if taken > 0 {
        tracing::info!(
            runs = taken,
            "took over {taken} import(s) that a lost process had"
        );
        // They wait for up to a second, each for another time.
        for quarter in 1..=5 {
            shared.look_in(Duration::from_millis(250) * quarter);
        }
    }
    Ok(())
}

fn is_due(last: Option<Instant>, every: Duration) -> bool {
    last.is_none_or(|at| at.elapsed() >= every)
}

fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// One that fails does not keep the others waiting.
fn slot_failed(key: SlotKey, error: &StoreError) {
    tracing::warn!(account.id = %key.account, error = with_causes(error), "a slot was not tended");
}

fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => "unknown".to_owned(),
        name => name.chars().take(200).collect(),
    }
}
