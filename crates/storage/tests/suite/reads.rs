//! Reads of single things, with what decides about them.

use innkeeper_domain::{
    access::{Permission, PropertyLimit, Role, ScopeSet},
    people::UserState,
    ports::{Queries, StoreError},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, world};

on_each_backend!(
    a_key_comes_with_all_that_decides,
    a_token_comes_with_all_that_decides,
    a_property_comes_with_the_grants_of_the_viewer,
    a_property_user_comes_with_the_grants_of_the_viewer,
    seats_and_active_owners_are_counted,
    a_tenant_is_meant_by_id_before_name,
    ping_reaches_the_database,
);

fn a_key_comes_with_all_that_decides(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let mut credential = world.stored_credential(&user);
    let key = world.api_key(&credential, PropertyLimit::Unlimited);
    world.keep(|repos| repos.api_keys().insert(&key));
    let facts = || world.store.key_facts(world.tenant, key.id).unwrap().unwrap();
    assert_eq!(facts().key.id, key.id);
    assert_eq!(facts().user, UserState::Active);
    assert_eq!(
        (facts().credential.permission, facts().credential.removed),
        (Permission::Edit, false)
    );

    credential.permission = Permission::View;
    credential.removed_at = Some(NOW);
    world.keep(|repos| repos.credentials().update(&credential));
    assert_eq!(
        (facts().credential.permission, facts().credential.removed),
        (Permission::View, true)
    );
    world.keep(|repos| repos.users().erase(world.tenant, user.id, NOW));
    assert_eq!(
        facts().user,
        UserState::Deleted,
        "a key of a deleted user is known, and counts for nothing"
    );
    assert!(world.store.key_facts(world.tenant, world.id()).unwrap().is_none());
}

fn a_token_comes_with_all_that_decides(backend: Backend) {
    let world = world(backend);
    let mut user = world.stored_user("a@one.example");
    let mut credential = world.stored_credential(&user);
    let mut application = world.application();
    world.keep(|repos| repos.applications().insert(&application));
    let (plain, bound) = (
        world.access_token(&application, None),
        world.access_token(&application, Some(&credential)),
    );
    world.keep(|repos| {
        repos.access_tokens().insert(&plain)?;
        repos.access_tokens().insert(&bound)
    });
    let facts = |token| world.store.token_facts(world.tenant, token).unwrap().unwrap();
    assert!(facts(plain.id).subject.is_none());
    assert_eq!(facts(plain.id).application_scopes, ScopeSet::all());
    assert!(!facts(plain.id).user_scoped_only);
    let subject = facts(bound.id).subject.unwrap();
    assert_eq!(
        (subject.0, subject.1.permission, subject.1.removed),
        (UserState::Active, Permission::Edit, false)
    );

    application.scopes = ScopeSet::EMPTY;
    application.user_scoped_only = true;
    user.state = UserState::Disabled;
    credential.removed_at = Some(NOW);
    world.keep(|repos| {
        repos.applications().update(&application)?;
        repos.users().update(&user)?;
        repos.credentials().update(&credential)
    });
    let after = facts(bound.id);
    assert!(after.application_scopes.is_empty() && after.user_scoped_only);
    let subject = after.subject.unwrap();
    assert_eq!((subject.0, subject.1.removed), (UserState::Disabled, true));
    assert!(
        world
            .store
            .token_facts(world.tenant, world.id())
            .unwrap()
            .is_none()
    );
}

fn a_property_comes_with_the_grants_of_the_viewer(backend: Backend) {
    let world = world(backend);
    let (home, other) = (world.stored_property("Home"), world.stored_property("Other"));
    let (ana, ben) = (
        world.stored_user("ana@one.example"),
        world.stored_user("ben@one.example"),
    );
    let anas = world.stored_property_user(&home, ana.id, Role::Owner);
    world.stored_property_user(&other, ana.id, Role::User);
    let withdrawn = world.stored_property_user(&home, ben.id, Role::Owner);
    world.keep(|repos| {
        repos
            .property_users()
            .withdraw(world.tenant, &[withdrawn.id], NOW)
    });
    let read = |viewer| world.store.property(world.tenant, home.id, viewer).unwrap();
    assert_eq!(read(Some(ana.id)), Some((home.clone(), vec![anas.grant()])));
    assert_eq!(
        read(Some(ben.id)),
        Some((home.clone(), Vec::new())),
        "a withdrawn grant is none"
    );
    assert_eq!(read(None), Some((home.clone(), Vec::new())));
}

fn a_property_user_comes_with_the_grants_of_the_viewer(backend: Backend) {
    let world = world(backend);
    let (home, other) = (world.stored_property("Home"), world.stored_property("Other"));
    let (ana, ben) = (
        world.stored_user("ana@one.example"),
        world.stored_user("ben@one.example"),
    );
    let cat = world.stored_user("cat@one.example");
    let anas = world.stored_property_user(&home, ana.id, Role::Owner);
    let bens = world.stored_property_user(&home, ben.id, Role::User);
    world.stored_property_user(&other, cat.id, Role::Owner);
    let grants = |viewer| {
        let (view, grants) = world
            .store
            .property_user(world.tenant, bens.id, viewer)
            .unwrap()
            .unwrap();
        assert_eq!((&view.property_user, &view.user), (&bens, &ben));
        grants
    };
    assert_eq!(grants(Some(ana.id)), [anas.grant()]);
    assert_eq!(
        grants(Some(ben.id)),
        [bens.grant()],
        "one's own place is seen by one's own grant"
    );
    assert_eq!(grants(Some(cat.id)), [], "a grant elsewhere is none here");
    assert_eq!(grants(None), []);
    world.keep(|repos| repos.property_users().withdraw(world.tenant, &[anas.id], NOW));
    assert_eq!(grants(Some(ana.id)), []);
    assert!(
        world
            .store
            .property_user(world.tenant, world.id(), None)
            .unwrap()
            .is_none()
    );
}

fn seats_and_active_owners_are_counted(backend: Backend) {
    let world = world(backend);
    let home = world.stored_property("Home");
    let elsewhere = world.stored_property("Elsewhere");
    let people = [
        ("a", UserState::Active, Role::Owner),
        ("b", UserState::Active, Role::Owner),
        ("c", UserState::Invited, Role::Owner),
        ("d", UserState::Disabled, Role::Owner),
        ("e", UserState::Active, Role::User),
    ]
    .map(|(name, state, role)| {
        let user = world.user(&format!("{name}@one.example"), state);
        world.keep(|repos| repos.users().insert(&user));
        world.stored_property_user(&home, user.id, role)
    });
    let outsider = world.stored_user("z@one.example");
    world.stored_property_user(&elsewhere, outsider.id, Role::Owner);
    world.keep(|repos| {
        let repo = repos.property_users();
        let seats = repo.seats(world.tenant, home.id, people[4].user)?;
        assert_eq!((seats.taken, seats.member), (5, true));
        let seats = repo.seats(world.tenant, home.id, outsider.id)?;
        assert_eq!((seats.taken, seats.member), (5, false));
        assert_eq!(
            repo.active_owners_beside(world.tenant, home.id, people[0].user)?,
            1
        );
        assert_eq!(
            repo.active_owners_beside(world.tenant, home.id, people[2].user)?,
            2
        );
        repo.withdraw(world.tenant, &[people[1].id, people[4].id], NOW)?;
        assert_eq!(
            repo.active_owners_beside(world.tenant, home.id, people[0].user)?,
            0
        );
        assert_eq!(repo.seats(world.tenant, home.id, people[4].user)?.taken, 3);
        Ok(())
    });
}

fn a_tenant_is_meant_by_id_before_name(backend: Backend) {
    let world = world(backend);
    let confusing = crate::world::a_tenant(world.id(), &world.tenant.to_string());
    world.keep(|repos| repos.tenants().insert(&confusing));
    let found =
        |text: &str| -> Result<_, StoreError> { Ok(world.store.tenant_called(text)?.map(|one| one.id)) };
    assert_eq!(found(&world.tenant.to_string()).unwrap(), Some(world.tenant));
    assert_eq!(found("acme").unwrap(), Some(world.tenant));
    assert_eq!(found("ACME").unwrap(), None);
    let named_like_an_id = "00000000-0000-7000-8000-000000000000";
    world.keep(|repos| {
        repos
            .tenants()
            .insert(&crate::world::a_tenant(world.id(), named_like_an_id))
    });
    assert!(found(named_like_an_id).unwrap().is_some());
}

fn ping_reaches_the_database(backend: Backend) {
    world(backend).store.ping().unwrap();
}
