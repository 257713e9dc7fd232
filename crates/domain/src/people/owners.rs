//! A property with people keeps an owner who can act (C-40).

use crate::access::Role;

use super::UserState;

/// The change would leave the property without an active owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the property must keep at least one owner")]
pub struct LastOwner;

/// What the invariant is judged from, read under the lock of the property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnersLeft {
    /// The role of the person who is about to lose something.
    pub role: Role,
    /// Their state; only active people count as owners.
    pub state: UserState,
    /// How many other active owners there are.
    pub others: u32,
}

/// Whether a person may stop being an active owner.
///
/// # Errors
///
/// [`LastOwner`] if they are one, and the only one.
pub fn keep_an_owner(left: OwnersLeft) -> Result<(), LastOwner> {
    let counts = left.role == Role::Owner && left.state == UserState::Active;
    if counts && left.others == 0 {
        Err(LastOwner)
    } else {
        Ok(())
    }
}
