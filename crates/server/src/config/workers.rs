//! How much is done in the background at once.

use super::reader::Reader;

/// The background.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workers {
    /// How many imports run at once.
    pub(crate) count: u32,
}

impl Workers {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            count: reader.read("workers.count", 4, |raw| raw.number(1..=256)),
        }
    }
}
