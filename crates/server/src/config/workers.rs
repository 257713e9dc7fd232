//! How much is done in the background at once, and where a process that does nothing else tells how it is.

use std::net::SocketAddr;

use super::{http, reader::Reader};

/// The background.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workers {
    /// How many imports run at once.
    pub(crate) count: u32,
    /// Where `worker` answers health checks and tells its metrics; unset, nowhere.
    pub(crate) listen: Option<SocketAddr>,
}

impl Workers {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            count: reader.read("workers.count", 4, |raw| raw.number(1..=256)),
            listen: reader.read_optional("workers.listen", |raw| http::listen(raw.text()?)),
        }
    }
}
