//! What calls cost. A request is as fast as its statements are few.

use innkeeper_domain::{
    access::PropertyLimit,
    ports::{
        Direction, MailQuery, PageRequest, PropertyFilter, PropertyUserFilter, PropertyUserOrder, Queries,
        Repos, StoreError, UnitOfWork, Upkeep, Used, UserFilter, Verdict, Viewer,
    },
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, World, world};

on_each_backend!(
    reads,
    repositories,
    transactions_and_signs_of_life_are_not_counted
);

fn cost<T>(world: &World, what: &str, statements: u64, call: impl FnOnce() -> Result<T, StoreError>) {
    let before = world.store.statements();
    call().unwrap();
    assert_eq!(world.store.statements() - before, statements, "{what}");
}

fn reads(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    let (store, tenant) = (&world.store, world.tenant);
    let (user, property, seat) = (each.user.id, each.property.id, each.property_user.id);
    cost(&world, "key", 1, || store.key_facts(tenant, each.api_key.id));
    cost(&world, "token", 1, || {
        store.token_facts(tenant, each.access_token.id)
    });
    cost(&world, "application", 1, || {
        store.application(tenant, each.application.id)
    });
    cost(&world, "property user", 1, || {
        store.property_user(tenant, seat, Some(user))
    });
    cost(&world, "property user", 1, || {
        store.property_user(tenant, seat, None)
    });
    cost(&world, "property", 1, || {
        store.property(tenant, property, Some(user))
    });
    cost(&world, "user", 1, || store.user(tenant, user));

    let viewer = Viewer {
        tenant,
        user: Some(user),
        limit: PropertyLimit::Only(vec![property]),
    };
    let filter = PropertyUserFilter {
        properties: Some(vec![property]),
        users: None,
        roles: None,
        order: PropertyUserOrder::Role,
        direction: Direction::Descending,
    };
    // The last page tells the total by itself, also if it is just full.
    let (short, full) = (PageRequest::first(10), PageRequest::first(1));
    cost(&world, "short list", 1, || {
        store.property_users(&viewer, &filter, short)
    });
    cost(&world, "full list", 1, || {
        store.property_users(&viewer, &filter, full)
    });
    let filter = PropertyFilter {
        ids: None,
        titles: None,
        direction: Direction::Ascending,
    };
    cost(&world, "properties", 1, || {
        store.properties(&viewer, &filter, full)
    });
    let filter = UserFilter {
        only: None,
        email: None,
        direction: Direction::Ascending,
    };
    cost(&world, "users", 1, || store.users(tenant, &filter, full));
    cost(&world, "credentials", 1, || store.credentials(tenant, user, full));
    cost(&world, "keys", 1, || store.api_keys(tenant, Some(user), full));
    world.stored_user("more@one.example");
    cost(&world, "more users", 2, || store.users(tenant, &filter, full));
}

/// The cost of one call within a transaction.
fn within(
    world: &World,
    what: &str,
    statements: u64,
    call: impl Fn(&mut dyn Repos) -> Result<(), StoreError>,
) {
    let mut counted = 0;
    let outcome = UnitOfWork::run(&world.store, "test", &mut |repos| {
        let before = world.store.statements();
        call(repos).unwrap();
        counted = world.store.statements() - before;
        Verdict::Discard
    });
    outcome.unwrap();
    assert_eq!(counted, statements, "{what}");
}

fn repositories(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    let (tenant, user, property) = (world.tenant, each.user.id, each.property.id);
    within(&world, "lock", 1, |repos| {
        repos.properties().lock(tenant, property, None).map(drop)
    });
    within(&world, "locks", 1, |repos| {
        repos
            .properties()
            .lock_all(tenant, &[property, world.id()])
            .map(drop)
    });
    within(&world, "no locks", 0, |repos| {
        repos.properties().lock_all(tenant, &[]).map(drop)
    });
    within(&world, "share", 1, |repos| {
        repos
            .users()
            .lock_by_email(tenant, each.user.email.key())
            .map(drop)
    });
    within(&world, "grants", 1, |repos| {
        repos.property_users().grants(tenant, property, user).map(drop)
    });
    within(&world, "seats", 1, |repos| {
        repos.property_users().seats(tenant, property, user).map(drop)
    });
    within(&world, "owners", 1, |repos| {
        repos
            .property_users()
            .active_owners_beside(tenant, property, user)
            .map(drop)
    });
    let query = MailQuery {
        tenant,
        actor: Some(user),
        property: Some(property),
        recipient: user,
        since: NOW,
    };
    within(&world, "mails", 1, |repos| repos.outbox().count(&query).map(drop));
    let records = [(); 5].map(|()| world.audit_record());
    let messages = [(); 5].map(|()| world.message(&each.property, user));
    within(&world, "many records", 1, |repos| repos.audit().add(&records));
    within(&world, "many messages", 1, |repos| repos.outbox().add(&messages));
    within(&world, "few of both, and what comes after them", 2, |repos| {
        repos.audit().add(&records[..3])?;
        repos.outbox().add(&messages[..2])?;
        repos.users().lock(tenant, user).map(drop)
    });
    let other = world.one_of_each();
    within(&world, "each", 11, |repos| {
        let mut other_user = other.user.clone();
        other_user.email = innkeeper_domain::values::Email::parse("other@one.example").unwrap();
        repos
            .tenants()
            .insert(&crate::world::a_tenant(other.tenant.id, "other"))?;
        repos.applications().insert(&other.application)?;
        repos.users().insert(&other_user)?;
        repos.credentials().insert(&other.credential)?;
        repos.properties().insert(&other.property)?;
        repos.property_users().insert(&other.property_user)?;
        repos.property_users().update(&other.property_user)?;
        repos
            .property_users()
            .withdraw(tenant, &[other.property_user.id, world.id()], NOW)?;
        repos.outbox().cancel(tenant, property, &[user], NOW)?;
        repos.onboarding_tokens().cancel_of_user(tenant, user, NOW)?;
        repos.users().erase(tenant, other.user.id, NOW)
    });
}

fn transactions_and_signs_of_life_are_not_counted(backend: Backend) {
    let world = world(backend);
    cost(&world, "nothing", 0, || {
        UnitOfWork::run(&world.store, "test", &mut |_| Verdict::Keep)
    });
    cost(&world, "ping", 0, || world.store.ping());
    cost(&world, "no uses", 0, || world.store.record_uses(&[]));
    let used = Used::ApiKey(world.tenant, world.id());
    cost(&world, "the same key twice", 1, || {
        world.store.record_uses(&[(used, NOW), (used, NOW)])
    });
}
