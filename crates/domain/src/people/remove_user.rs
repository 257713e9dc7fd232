//! Which properties need a person as their owner.

use crate::{
    ids::PropertyId,
    people::{OwnersLeft, keep_an_owner},
};

/// Properties that would be left without an owner (C-80); never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} properties would be left without an owner", .0.len())]
pub struct OwnedAlone(pub Vec<PropertyId>);

/// Whether a person may be switched off or deleted, judged over all their places (C-41).
///
/// # Errors
///
/// [`OwnedAlone`] with every property that has no other active owner.
pub fn leaves_without_owner(
    places: impl IntoIterator<Item = (PropertyId, OwnersLeft)>,
) -> Result<(), OwnedAlone> {
    let orphaned = places
        .into_iter()
        .filter(|(_, left)| keep_an_owner(*left).is_err());
    let orphaned: Vec<PropertyId> = orphaned.map(|(property, _)| property).collect();
    if orphaned.is_empty() {
        Ok(())
    } else {
        Err(OwnedAlone(orphaned))
    }
}
