//! What all reads share.

use crate::{
    access::{Actor, Denied},
    ports::{StoreError, Viewer},
};

/// Why something was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The actor may not, or cannot see it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whose eyes the actor sees lists through.
pub(super) fn viewer(actor: &Actor) -> Viewer {
    Viewer {
        tenant: actor.tenant(),
        user: actor.user(),
        limit: actor.limit().clone(),
    }
}
