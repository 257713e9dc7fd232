//! What calls about coming in cost, whom they reach, and what they make of damage.

use innkeeper_domain::{
    onboarding::{Asked, PasswordHash},
    ports::{Queries, Repos, StoreError},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    corrupt_rows::damage,
    links::{Entrant, entrant, hash, request},
    world::{NOW, OneOfEach, World, a_tenant, keep, world},
};

on_each_backend!(
    each_call_is_one_statement,
    nothing_reaches_another_tenant,
    what_cannot_be_read_is_reported,
    no_password_stands_in_the_database,
);

/// Every call about coming in, for tests of what they cost and where they look.
pub(crate) fn come_in(world: &World, repos: &mut dyn Repos, each: &OneOfEach) -> Result<(), StoreError> {
    let (tenant, user) = (world.tenant, each.user.id);
    let (link, _) = world.onboarding_token(&each.user);
    let request = request(world, Asked::Link(link.id), NOW);
    repos.onboarding_tokens().insert(&link)?;
    repos.onboarding_tokens().user_of(tenant, link.id)?;
    repos.onboarding_tokens().lock(tenant, link.id)?;
    repos.onboarding_tokens().use_all_of_user(tenant, user, NOW)?;
    repos.passwords().of_user(tenant, user)?;
    repos
        .passwords()
        .insert(tenant, each.credential.id, &hash('a'), NOW)?;
    repos
        .passwords()
        .update(tenant, each.credential.id, &hash('b'), NOW)?;
    repos.passwords().remove(tenant, &[each.credential.id])?;
    repos.access_tokens().remove_sessions(tenant, user)?;
    repos.link_requests().insert(&request)?;
    repos.link_requests().take(tenant, request.id).map(drop)
}

/// The same for reads.
pub(crate) fn look_in(world: &World, each: &OneOfEach) -> Result<(), StoreError> {
    let (store, tenant) = (&world.store, world.tenant);
    store.link(tenant, world.id())?;
    store.sign_in_facts(tenant, each.user.email.key())?;
    store.last_mail(tenant, each.property.id, each.user.id)?;
    store.link_requests(10).map(drop)
}

fn each_call_is_one_statement(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    let before = world.store.statements();
    look_in(&world, &each).unwrap();
    assert_eq!(world.store.statements() - before, 4);
    let before = world.store.statements();
    world.keep(|repos| come_in(&world, repos, &each));
    // To take a request is to read it and to delete it. No session was open, so no access version moves.
    assert_eq!(world.store.statements() - before, 11 + 1);
}

fn nothing_reaches_another_tenant(backend: Backend) {
    let world = world(backend);
    let Entrant { each, login, link } = entrant(&world);
    let stranger = world.id();
    world.keep(|repos| repos.tenants().insert(&a_tenant(stranger, "stranger")));
    let asked = request(&world, Asked::Link(link.id), NOW);
    world.keep(|repos| repos.link_requests().insert(&asked));
    let store = &world.store;
    assert!(store.link(stranger, link.id).unwrap().is_none());
    assert!(
        store
            .sign_in_facts(stranger, each.user.email.key())
            .unwrap()
            .is_none()
    );
    assert!(
        store
            .last_mail(stranger, each.property.id, each.user.id)
            .unwrap()
            .is_none()
    );
    world.keep(|repos| {
        assert!(repos.onboarding_tokens().lock(stranger, link.id)?.is_none());
        assert!(repos.onboarding_tokens().user_of(stranger, link.id)?.is_none());
        assert!(repos.passwords().of_user(stranger, each.user.id)?.is_none());
        assert!(repos.link_requests().take(stranger, asked.id)?.is_none());
        repos
            .onboarding_tokens()
            .use_all_of_user(stranger, each.user.id, NOW)?;
        repos.passwords().remove(stranger, &[login.id])?;
        repos.access_tokens().remove_sessions(stranger, each.user.id)
    });
    assert_eq!(world.count("onboarding_tokens", "settled_at IS NOT NULL"), "0");
    assert_eq!(world.count("passwords", "true"), "1");
    assert_eq!(world.count("link_requests", "true"), "1");
}

fn what_cannot_be_read_is_reported(backend: Backend) {
    for (table, column, value) in [
        ("onboarding_tokens", "purpose", "'party'"),
        ("onboarding_tokens", "state", "'ajar'"),
        ("onboarding_tokens", "email_key", "'Not.A@Key.example'"),
        ("passwords", "hash", "'swordfish'"),
        ("link_requests", "email_key", "'nobody'"),
        ("outgoing_messages", "fault", "'hiccups'"),
    ] {
        let world = world(backend);
        let Entrant { each, link, .. } = entrant(&world);
        let mut message = world.message(&each.property, each.user.id);
        message.created_at = NOW + std::time::Duration::from_mins(1);
        let asked = request(&world, Asked::Address(each.user.email.key().clone()), NOW);
        world.keep(|repos| {
            repos.outbox().add(std::slice::from_ref(&message))?;
            repos.link_requests().insert(&asked)
        });
        damage(&world, world.tenant, table, column, value);
        let (store, tenant) = (&world.store, world.tenant);
        let read: Result<(), StoreError> = match table {
            "onboarding_tokens" => store.link(tenant, link.id).map(drop),
            "passwords" => store.sign_in_facts(tenant, each.user.email.key()).map(drop),
            "link_requests" => {
                assert_eq!(store.link_requests(10).unwrap().len(), 1, "it is in nobody's way");
                keep(store, |repos| repos.link_requests().take(tenant, asked.id)).map(drop)
            }
            _ => store.last_mail(tenant, each.property.id, each.user.id).map(drop),
        };
        match read {
            Err(StoreError::Corrupt {
                table: named, what, ..
            }) => {
                assert_eq!(named, table);
                assert!(what.contains(column), "{what}");
                assert!(!what.contains(value.trim_matches('\'')), "{what}");
            }
            other => panic!("{table}.{column}: {other:?}"),
        }
    }
}

/// What stands there is a hash, and nothing that a session is opened or a link followed with.
fn no_password_stands_in_the_database(backend: Backend) {
    let world = world(backend);
    entrant(&world);
    assert_eq!(world.count("passwords", "hash LIKE '$argon2id$%'"), "1");
    assert_eq!(world.count("passwords", "hash NOT LIKE '$argon2id$%'"), "0");
    let refused = PasswordHash::parse("correct horse battery".to_owned());
    assert!(refused.is_err(), "a password is no hash");
}
