//! Writing down what was refused. Off the path of any request, and in a transaction of its own.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    effects::{self, AuditAction, AuditRecord, Author, Effects, Fact, Facts},
    ids::{Id, Ids, PropertyId, TenantId, UserId},
    ports::{Queries, StoreError, UnitOfWork, atomically},
    record::{AttemptTarget, Merged},
    time::Timestamp,
};

/// What an attempt turned out to be aimed at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Found {
    property: Option<PropertyId>,
    subject: Option<UserId>,
    place: Option<Uuid>,
}

/// Records the refused attempts of one tenant, merged by actor, property and what was wanted. A property that the tenant
/// never had is not named, as if it were one: those who guess ids leave one record, which says that nothing was met.
///
/// # Errors
///
/// [`StoreError`]; then nothing was written.
pub fn record_refusals(
    uow: &dyn UnitOfWork,
    queries: &dyn Queries,
    tenant: TenantId,
    merged: &[Merged],
    (now, ids): (Timestamp, Ids),
) -> Result<(), StoreError> {
    let mut groups: HashMap<(Author, &'static str, Found, bool), Merged> = HashMap::new();
    for one in merged.iter().filter(|one| one.last.tenant == tenant) {
        let found = if one.mixed {
            Found::default()
        } else {
            find(queries, tenant, one.last.target)?
        };
        let author = if one.mixed {
            Author::Nobody
        } else {
            one.last.author
        };
        let wanted = if one.mixed { "several" } else { one.last.wanted };
        groups
            .entry((author, wanted, found, one.mixed))
            .and_modify(|known| known.join(one.clone()))
            .or_insert_with(|| one.clone());
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, merged)| merged.first_at);
    atomically(uow, "record.refusals", |repos| {
        let mut ids = ids;
        let records = groups
            .iter()
            .map(|((author, wanted, found, mixed), merged)| AuditRecord {
                tenant,
                id: ids.make(),
                at: now,
                actor: *author,
                token: merged.last.token.filter(|_| !mixed),
                request: merged.last.request.clone(),
                action: AuditAction::AccessRefused,
                object: object(*author, *found, tenant),
                property: found.property,
                subject: found.subject,
                before: Facts::NONE,
                after: told(wanted, merged),
            })
            .collect();
        effects::record(repos, Effects::of(records), ())
    })
}

fn find(queries: &dyn Queries, tenant: TenantId, target: AttemptTarget) -> Result<Found, StoreError> {
    Ok(match target {
        AttemptTarget::Property(property) => Found {
            property: queries
                .property_ever(tenant, property, None)?
                .map(|_no_grants| property),
            ..Found::default()
        },
        AttemptTarget::Place(place) => match queries.place_ever(tenant, place)? {
            Some((property, user)) => Found {
                property: Some(property),
                subject: Some(user),
                place: Some(place.uuid()),
            },
            None => Found::default(),
        },
        AttemptTarget::Unsaid => Found::default(),
    })
}

/// The thing that they were after; without one, who they are.
fn object(author: Author, found: Found, tenant: TenantId) -> Uuid {
    let property = found.property.map(Id::uuid);
    found
        .place
        .or(property)
        .or(author.id())
        .unwrap_or_else(|| tenant.uuid())
}

fn told(wanted: &str, merged: &Merged) -> Facts {
    Facts::from(vec![
        ("action", Fact::text(wanted)),
        ("count", Fact::Count(merged.count)),
        ("first_at", Fact::text(merged.first_at)),
        ("last_at", Fact::text(merged.last.at)),
    ])
}
