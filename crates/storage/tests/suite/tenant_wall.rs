//! Nothing of a tenant is reached in the name of another, not even by ids that both have.

use innkeeper_domain::{
    access::{PropertyLimit, Role},
    ids::TenantId,
    ports::{
        Direction, MailQuery, PageRequest, PropertyFilter, PropertyUserFilter, PropertyUserOrder, Queries,
        Repos, StoreError, UserFilter, Viewer,
    },
    values::PersonName,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, OneOfEach, World, a_tenant, keep, world};

on_each_backend!(
    reads_do_not_reach_over,
    repositories_do_not_reach_over,
    writes_do_not_reach_over,
    both_tenants_may_have_the_same_ids,
);

/// One of each in a tenant, and another tenant that has nothing.
fn neighbours(backend: Backend) -> (World, OneOfEach, TenantId) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    let stranger = each.tenant.id;
    (world, each, stranger)
}

fn reads_do_not_reach_over(backend: Backend) {
    let (world, each, stranger) = neighbours(backend);
    let store = &world.store;
    let (user, property) = (each.user.id, each.property.id);
    assert!(store.key_facts(stranger, each.api_key.id).unwrap().is_none());
    assert!(
        store
            .token_facts(stranger, each.access_token.id)
            .unwrap()
            .is_none()
    );
    assert!(
        store
            .application(stranger, each.application.id)
            .unwrap()
            .is_none()
    );
    assert!(store.user(stranger, user).unwrap().is_none());
    for viewer in [None, Some(user)] {
        assert!(
            store
                .property_user(stranger, each.property_user.id, viewer)
                .unwrap()
                .is_none()
        );
        assert!(store.property(stranger, property, viewer).unwrap().is_none());
        let viewer = Viewer {
            tenant: stranger,
            user: viewer,
            limit: PropertyLimit::Unlimited,
        };
        let filter = PropertyUserFilter {
            properties: Some(vec![property]),
            users: None,
            roles: None,
            order: PropertyUserOrder::InvitedAt,
            direction: Direction::Ascending,
        };
        let page = PageRequest::first(10);
        assert!(
            store
                .property_users(&viewer, &filter, page)
                .unwrap()
                .items
                .is_empty()
        );
        let filter = PropertyFilter {
            ids: Some(vec![property]),
            titles: None,
            direction: Direction::Ascending,
        };
        assert!(store.properties(&viewer, &filter, page).unwrap().items.is_empty());
    }
    let page = PageRequest::first(10);
    let filter = UserFilter {
        only: None,
        email: None,
        direction: Direction::Ascending,
    };
    assert!(store.users(stranger, &filter, page).unwrap().items.is_empty());
    assert!(store.credentials(stranger, user, page).unwrap().items.is_empty());
    assert!(store.api_keys(stranger, None, page).unwrap().items.is_empty());
    assert!(
        store
            .api_keys(stranger, Some(user), page)
            .unwrap()
            .items
            .is_empty()
    );
}

fn repositories_do_not_reach_over(backend: Backend) {
    let (world, each, stranger) = neighbours(backend);
    let (user, property) = (each.user.id, each.property.id);
    world.keep(|repos| {
        assert!(
            repos
                .applications()
                .lock(stranger, each.application.id)?
                .is_none()
        );
        assert!(
            repos
                .users()
                .lock_by_email(stranger, each.user.email.key())?
                .is_none()
        );
        assert!(repos.users().by_id_for_share(stranger, user)?.is_none());
        assert!(repos.users().lock(stranger, user)?.is_none());
        assert!(repos.credentials().of_user(stranger, user)?.is_empty());
        assert!(repos.credentials().lock(stranger, each.credential.id)?.is_none());
        assert!(repos.properties().lock(stranger, property, None)?.is_none());
        assert!(repos.properties().lock_all(stranger, &[property])?.is_empty());
        let property_users = repos.property_users();
        assert!(property_users.by_id(stranger, each.property_user.id)?.is_none());
        assert!(property_users.of_property(stranger, property)?.is_empty());
        assert!(property_users.of_user(stranger, user)?.is_empty());
        assert!(property_users.grants(stranger, property, user)?.is_empty());
        assert_eq!(
            property_users.seats(stranger, property, user)?,
            innkeeper_domain::people::Seats::default()
        );
        assert_eq!(
            property_users.active_owners_beside(stranger, property, world.id())?,
            0
        );
        assert!(repos.api_keys().lock(stranger, each.api_key.id)?.is_none());
        assert!(repos.api_keys().unrevoked_of_users(stranger, &[user])?.is_empty());
        let query = MailQuery {
            tenant: stranger,
            actor: None,
            property: Some(property),
            recipient: user,
            since: NOW,
        };
        assert_eq!(
            repos.outbox().count(&query)?,
            innkeeper_domain::effects::MailCounts::default()
        );
        Ok(())
    });
}

type Write<'w> = &'w dyn Fn(&mut dyn Repos) -> Result<(), StoreError>;

fn writes_do_not_reach_over(backend: Backend) {
    let (world, each, stranger) = neighbours(backend);
    let before = state(&world);
    let (user, property) = (each.user.id, each.property.id);
    let theirs = each.clone().moved_to(stranger);
    let refused: [Write<'_>; 8] = [
        &|repos| repos.users().erase(stranger, user, NOW),
        &|repos| repos.properties().delete(stranger, property, NOW),
        &|repos| repos.applications().update(&theirs.application),
        &|repos| repos.users().update(&theirs.user),
        &|repos| repos.credentials().update(&theirs.credential),
        &|repos| repos.properties().update(&theirs.property),
        &|repos| repos.property_users().update(&theirs.property_user),
        &|repos| repos.api_keys().update(&theirs.api_key),
    ];
    for (place, write) in refused.into_iter().enumerate() {
        let outcome = keep(&world.store, write);
        assert!(
            matches!(outcome, Err(StoreError::Failed(_))),
            "{place}: {outcome:?}"
        );
    }
    world.keep(|repos| {
        repos.credentials().erase_of_user(stranger, user, NOW)?;
        repos
            .property_users()
            .withdraw(stranger, &[each.property_user.id], NOW)?;
        repos.api_keys().revoke_of_user(stranger, user, NOW)?;
        repos.access_tokens().remove_of_user(stranger, user)?;
        repos.onboarding_tokens().cancel_of_user(stranger, user, NOW)?;
        repos.outbox().cancel(stranger, property, &[user], NOW)?;
        repos.outbox().cancel_of_user(stranger, user, NOW)
    });
    assert_eq!(state(&world), before);
}

/// What the writes above would have changed.
fn state(world: &World) -> Vec<String> {
    [
        ("users", "state = 'active'"),
        ("properties", "deleted_at IS NULL"),
        ("credentials", "removed_at IS NULL AND email IS NOT NULL"),
        ("property_users", "withdrawn_at IS NULL"),
        ("api_keys", "revoked_at IS NULL"),
        ("access_tokens", ""),
        ("onboarding_tokens", "state = 'open'"),
        ("outgoing_messages", "state = 'pending'"),
    ]
    .map(|(table, condition)| world.count(table, condition))
    .to_vec()
}

fn both_tenants_may_have_the_same_ids(backend: Backend) {
    let (world, each, stranger) = neighbours(backend);
    let ours = each.user.clone();
    let mut each = each.moved_to(stranger);
    each.tenant = a_tenant(world.id(), "third");
    each.user.first_name = PersonName::parse("Other").unwrap();
    each.property_user.role = Role::User;
    world.keep(|repos| each.write(repos));
    assert_eq!(
        world.store.user(world.tenant, ours.id).unwrap().as_ref(),
        Some(&ours)
    );
    assert_eq!(world.store.user(stranger, ours.id).unwrap(), Some(each.user));
    let found = world
        .store
        .property_user(world.tenant, each.property_user.id, Some(ours.id))
        .unwrap()
        .unwrap();
    assert_eq!(found.0.property_user.role, Role::Owner);
    assert_eq!(found.0.user, ours);
    assert_eq!(found.1.len(), 1);
    world.keep(|repos| repos.users().erase(stranger, ours.id, NOW));
    assert!(world.store.user(world.tenant, ours.id).unwrap().is_some());
}
