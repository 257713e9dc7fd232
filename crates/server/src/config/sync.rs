//! How often accounts are imported.

use std::time::Duration;

use super::reader::Reader;

/// How often accounts are imported.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sync {
    /// The time between two imports of an account; zero is never.
    pub(crate) every: Duration,
}

impl Sync {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let every = reader.read("sync.every", Duration::from_hours(6), |raw| {
            let every = raw.duration()?;
            if every.is_zero() || (Duration::from_mins(1)..=Duration::from_hours(30 * 24)).contains(&every) {
                Ok(every)
            } else {
                Err("must be 0 for never, or from 1m to 30d".to_owned())
            }
        });
        Self { every }
    }
}
