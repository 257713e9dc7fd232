//! Orders that the account itself does not keep.

use crate::world::{Account, Stay};

/// The reservations in the order of a key, the same keys by id.
pub(super) fn by<K: Ord>(
    account: &Account,
    mut chosen: Vec<u32>,
    descending: bool,
    key: impl Fn(&Stay) -> K,
) -> Vec<u32> {
    chosen.sort_by_cached_key(|index| (key(&account.stay(*index)), *index));
    if descending {
        chosen.reverse();
    }
    chosen
}
