//! Every statement that reads or seals the record, for the test of how rows are found.

use std::time::Duration;

use innkeeper_domain::{
    access::PropertyLimit,
    effects::AuditAction,
    ids::{Id, UserId},
    ports::{AuditFilter, AuditPage, Direction, Ledger, Queries, StoreError, Viewer},
};

use crate::world::{NOW, World};

/// Runs each of them once.
pub(crate) fn read_record(world: &World) -> Result<(), StoreError> {
    let (store, tenant) = (&world.store, world.tenant);
    let records = world.recorded(2, NOW);
    let (one, user): (Id<_>, UserId) = (records[0].id, world.id());
    let properties = Some(vec![world.id()]);
    for user in [None, Some(user)] {
        for limit in [PropertyLimit::Unlimited, PropertyLimit::Only(vec![world.id()])] {
            let viewer = Viewer { tenant, user, limit };
            for after in [None, Some(one)] {
                let page = AuditPage {
                    after,
                    direction: Direction::Descending,
                    limit: 10,
                };
                let none = AuditFilter::default;
                let filters = [
                    none(),
                    AuditFilter {
                        properties: properties.clone(),
                        ..none()
                    },
                    AuditFilter {
                        subjects: Some(vec![world.id()]),
                        ..none()
                    },
                    AuditFilter {
                        actors: Some(vec![world.id::<()>().uuid()]),
                        ..none()
                    },
                    AuditFilter {
                        actions: Some(vec![AuditAction::UserCreated]),
                        ..none()
                    },
                    AuditFilter {
                        since: Some(NOW),
                        until: Some(NOW),
                        ..none()
                    },
                ];
                for filter in filters {
                    store.audit_records(&viewer, &filter, page)?;
                }
            }
        }
        store.property_ever(tenant, world.id(), user)?;
    }
    store.latest_of_places(tenant, world.id(), NOW)?;
    store.place_ever(tenant, world.id())?;
    world.seal_all(NOW);
    world.seal_all(NOW + Duration::from_hours(2));
    store.stored(tenant, &[one])?;
    assert_eq!(world.walk(None, NOW), "holds to 3");
    Ok(())
}
