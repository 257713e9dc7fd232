//! How invited people come in.

use std::time::Duration;

use super::reader::Reader;

/// How invited people come in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Onboarding {
    /// How long the link of an invitation counts (C-37).
    pub(crate) lifetime: Duration,
}

impl Onboarding {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let lifetime = reader.read("onboarding.lifetime", Duration::from_hours(72), |raw| {
            let lifetime = raw.duration()?;
            if (Duration::from_hours(1)..=Duration::from_hours(30 * 24)).contains(&lifetime) {
                Ok(lifetime)
            } else {
                Err("must be from 1h to 30d".to_owned())
            }
        });
        Self { lifetime }
    }
}
