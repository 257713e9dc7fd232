//! What there may be only one of.

use innkeeper_domain::{access::Role, people::UserState, ports::StoreError};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, a_tenant, keep, world};

on_each_backend!(
    an_address_belongs_to_one_person,
    an_erased_address_is_free_again,
    ids_are_taken_once,
    names_of_tenants_are_taken_once,
    a_pair_has_one_live_property_user,
);

fn is_conflict<T: std::fmt::Debug>(outcome: &Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
}

fn an_address_belongs_to_one_person(backend: Backend) {
    let world = world(backend);
    world.stored_user("Ana@One.example");
    let same = world.user("aNA@one.EXAMPLE", UserState::Invited);
    is_conflict(&keep(&world.store, |repos| repos.users().insert(&same)));
    world.stored_user("ana+1@one.example");
}

fn an_erased_address_is_free_again(backend: Backend) {
    let world = world(backend);
    for _ in 0..2 {
        let user = world.stored_user("ana@one.example");
        world.keep(|repos| repos.users().erase(world.tenant, user.id, NOW));
    }
    let third = world.stored_user("ana@one.example");
    assert_eq!(
        world.keep(|repos| repos.users().lock_by_email(world.tenant, third.email.key())),
        Some(third)
    );
}

fn ids_are_taken_once(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    is_conflict(&keep(&world.store, |repos| {
        repos.tenants().insert(&a_tenant(each.tenant.id, "other"))
    }));
    is_conflict(&keep(&world.store, |repos| {
        repos.applications().insert(&each.application)
    }));
    is_conflict(&keep(&world.store, |repos| repos.users().insert(&each.user)));
    is_conflict(&keep(&world.store, |repos| {
        repos.credentials().insert(&each.credential)
    }));
    is_conflict(&keep(&world.store, |repos| {
        repos.properties().insert(&each.property)
    }));
    is_conflict(&keep(&world.store, |repos| {
        repos.property_users().insert(&each.property_user)
    }));
    is_conflict(&keep(&world.store, |repos| {
        repos.api_keys().insert(&each.api_key)
    }));
    is_conflict(&keep(&world.store, |repos| {
        repos.access_tokens().insert(&each.access_token)
    }));
    is_conflict(&keep(&world.store, |repos| {
        repos.onboarding_tokens().insert(&each.onboarding_token)
    }));
    is_conflict(&keep(&world.store, |repos| {
        repos.outbox().add(std::slice::from_ref(&each.message))
    }));
    is_conflict(&keep(&world.store, |repos| {
        repos.audit().add(std::slice::from_ref(&each.audit_record))
    }));
}

fn names_of_tenants_are_taken_once(backend: Backend) {
    let world = world(backend);
    is_conflict(&keep(&world.store, |repos| {
        repos.tenants().insert(&a_tenant(world.id(), "acme"))
    }));
    is_conflict(&keep(&world.store, |repos| {
        repos.tenants().insert(&a_tenant(world.id(), "default"))
    }));
}

fn a_pair_has_one_live_property_user(backend: Backend) {
    let world = world(backend);
    let (property, user) = (
        world.stored_property("Home"),
        world.stored_user("ana@one.example"),
    );
    let first = world.stored_property_user(&property, user.id, Role::User);
    let second = world.property_user(&property, user.id, Role::Owner);
    is_conflict(&keep(&world.store, |repos| {
        repos.property_users().insert(&second)
    }));
    world.keep(|repos| repos.property_users().withdraw(world.tenant, &[first.id], NOW));
    world.keep(|repos| repos.property_users().insert(&second));
    let elsewhere = world.stored_property("Elsewhere");
    world.stored_property_user(&elsewhere, user.id, Role::User);
}
