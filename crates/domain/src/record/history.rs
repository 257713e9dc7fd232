//! Who had which place on a property, as the record tells.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    access::{Overrides, Role},
    effects::{AuditAction, AuditRecord, Fact},
    ids::{Id, PropertyId, PropertyUserId, UserId},
    time::Timestamp,
};

/// A place as it was at some instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPlace {
    /// The association.
    pub id: PropertyUserId,
    /// The property.
    pub property: PropertyId,
    /// The user.
    pub user: UserId,
    /// The role.
    pub role: Role,
    /// What was allowed or denied beyond it.
    pub overrides: Overrides,
    /// Since when role and overrides were these.
    pub since: Timestamp,
}

/// The places that are left after these records: of each association the latest one counts, whatever the order given. What
/// is not about a place says nothing, and so does one that tells no role, which no use case writes. Oldest first.
pub fn places_after<'r>(records: impl IntoIterator<Item = &'r AuditRecord>) -> Vec<PastPlace> {
    let mut latest: BTreeMap<Uuid, &AuditRecord> = BTreeMap::new();
    for record in records
        .into_iter()
        .filter(|record| is_about_a_place(record.action))
    {
        let known = latest.entry(record.object).or_insert(record);
        if (known.at, known.id) < (record.at, record.id) {
            *known = record;
        }
    }
    let mut places: Vec<PastPlace> = latest.into_values().filter_map(place).collect();
    places.sort_by_key(|place| place.id);
    places
}

/// Whether the action begins, changes or ends a place.
const fn is_about_a_place(action: AuditAction) -> bool {
    matches!(
        action,
        AuditAction::PropertyUserInvited
            | AuditAction::PropertyUserUpdated
            | AuditAction::PropertyUserWithdrawn
    )
}

/// The place that a record leaves; a withdrawal leaves none, since nothing is after it.
fn place(record: &AuditRecord) -> Option<PastPlace> {
    let Fact::Text(role) = record.after.get("role")? else {
        return None;
    };
    let overrides = match record.after.get("overrides") {
        Some(Fact::Overrides(overrides)) => overrides.clone(),
        Some(Fact::Text(_) | Fact::Flag(_) | Fact::Count(_) | Fact::Texts(_) | Fact::Nothing) | None => {
            Overrides::NONE
        }
    };
    Some(PastPlace {
        id: Id::from_uuid(record.object),
        property: record.property?,
        user: record.subject?,
        role: role.parse().ok()?,
        overrides,
        since: record.at,
    })
}
