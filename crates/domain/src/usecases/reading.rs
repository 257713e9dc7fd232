//! What all reads share.

use crate::{
    access::{Act, Actor, Denied, PropertyTarget, admit, authorize},
    ids::PropertyUserId,
    ports::{PropertyUserView, Queries, StoreError, Viewer},
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

/// One property user whose property the actor may do `A` on.
pub(super) fn property_user_for<A: Act<On = PropertyTarget>>(
    queries: &dyn Queries,
    actor: &Actor,
    id: PropertyUserId,
) -> Result<PropertyUserView, ReadError> {
    admit::<A>(actor)?;
    let found = queries.property_user(actor.tenant(), id, actor.user())?;
    let (view, grants) = found.ok_or(Denied::NotVisible)?;
    let target = PropertyTarget {
        property: view.property_user.property,
        exists: true,
        grants,
    };
    authorize::<A>(actor, &target)?;
    Ok(view)
}

/// Whose eyes the actor sees lists through.
pub(super) fn viewer(actor: &Actor) -> Viewer {
    Viewer {
        tenant: actor.tenant(),
        user: actor.user(),
        limit: actor.limit().clone(),
    }
}
