//! Properties and their users come back as they were stored.

use innkeeper_domain::{
    access::{Effect, Overrides, Role},
    ports::{Queries, StoreError},
    time::Timestamp,
    values::Title,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, world};

on_each_backend!(
    properties,
    deleted_properties_are_gone,
    property_users,
    withdrawn_property_users_are_history,
);

const LATER: Timestamp = Timestamp::from_micros(1_800_000_000_654_321);

fn properties(backend: Backend) {
    let world = world(backend);
    let mut full = world.property("Casa do Mar");
    let mut bare = world.property("x");
    (bare.timezone, bare.country, bare.email) = (None, None, None);
    for property in [&full, &bare] {
        world.keep(|repos| repos.properties().insert(property));
        let found = world.store.property(world.tenant, property.id, None).unwrap();
        assert_eq!(found, Some((property.clone(), Vec::new())));
        assert_eq!(
            world
                .keep(|repos| repos.properties().lock(world.tenant, property.id, None))
                .as_ref(),
            Some(property)
        );
    }
    full.title = Title::parse("Casa do Rio").unwrap();
    full.currency = "JPY".parse().unwrap();
    (full.timezone, full.country, full.email) = (None, Some("JP".parse().unwrap()), None);
    full.updated_at = LATER;
    world.keep(|repos| repos.properties().update(&full));
    let asked = [full.id, bare.id, world.id()];
    let found = world.keep(|repos| repos.properties().lock_all(world.tenant, &asked));
    assert_eq!(found, [full, bare], "in the order of their ids");
    assert_eq!(
        world.keep(|repos| repos.properties().lock_all(world.tenant, &[])),
        []
    );
}

fn deleted_properties_are_gone(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Gone");
    world.keep(|repos| repos.properties().delete(world.tenant, property.id, LATER));
    assert_eq!(
        world.store.property(world.tenant, property.id, None).unwrap(),
        None
    );
    assert_eq!(
        world.keep(|repos| repos.properties().lock(world.tenant, property.id, None)),
        None
    );
    assert_eq!(
        world.keep(|repos| repos.properties().lock_all(world.tenant, &[property.id])),
        []
    );
    assert_eq!(
        world.count("properties", &format!("deleted_at = {}", LATER.as_micros())),
        "1"
    );
}

fn property_users(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    let ana = world.stored_user("ana@one.example");
    let ben = world.stored_user("ben@one.example");
    let mut anas = world.property_user(&property, ana.id, Role::Owner);
    let mut bens = world.property_user(&property, ben.id, Role::User);
    bens.overrides =
        Overrides::parse([("reports.read", Effect::Deny), ("users.invite", Effect::Allow)]).unwrap();
    bens.invited_by = Some(ana.id);
    bens.invited_at = Timestamp::from_micros(NOW.as_micros() - 1);
    for property_user in [&anas, &bens] {
        world.keep(|repos| repos.property_users().insert(property_user));
    }
    world.keep(|repos| {
        let repo = repos.property_users();
        assert_eq!(repo.by_id(world.tenant, bens.id)?.as_ref(), Some(&bens));
        assert_eq!(
            repo.of_property(world.tenant, property.id)?,
            [bens.clone(), anas.clone()],
            "oldest first"
        );
        assert_eq!(repo.of_user(world.tenant, ben.id)?, [bens.clone()]);
        assert_eq!(repo.grants(world.tenant, property.id, ben.id)?, [bens.grant()]);
        assert_eq!(repo.grants(world.tenant, property.id, world.id())?, []);
        Ok(())
    });
    anas.role = Role::User;
    anas.overrides = Overrides::parse([("property.read", Effect::Deny)]).unwrap();
    anas.updated_at = LATER;
    world.keep(|repos| repos.property_users().update(&anas));
    let (view, grants) = world
        .store
        .property_user(world.tenant, anas.id, Some(ben.id))
        .unwrap()
        .expect("it is there");
    assert_eq!((view.property_user, view.user), (anas.clone(), ana));
    assert_eq!(grants, [bens.grant()]);
    anas.overrides = Overrides::NONE;
    world.keep(|repos| repos.property_users().update(&anas));
    assert_eq!(
        world.count("property_users", "overrides IS NULL"),
        "1",
        "none is stored as nothing"
    );
}

fn withdrawn_property_users_are_history(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    let ana = world.stored_user("ana@one.example");
    let ben = world.stored_user("ben@one.example");
    let anas = world.stored_property_user(&property, ana.id, Role::Owner);
    let bens = world.stored_property_user(&property, ben.id, Role::User);
    world.keep(|repos| repos.property_users().withdraw(world.tenant, &[bens.id], LATER));
    world.keep(|repos| {
        let repo = repos.property_users();
        assert_eq!(repo.by_id(world.tenant, bens.id)?, None);
        assert_eq!(
            repo.of_property(world.tenant, property.id)?,
            std::slice::from_ref(&anas)
        );
        assert_eq!(repo.of_user(world.tenant, ben.id)?, []);
        assert_eq!(repo.grants(world.tenant, property.id, ben.id)?, []);
        assert!(!repo.seats(world.tenant, property.id, ben.id)?.member);
        Ok(())
    });
    assert_eq!(
        world.store.property_user(world.tenant, bens.id, None).unwrap(),
        None
    );
    let update = crate::world::keep(&world.store, |repos| repos.property_users().update(&bens));
    assert!(
        matches!(update, Err(StoreError::Failed(_))),
        "history does not change: {update:?}"
    );
    let again = world.stored_property_user(&property, ben.id, Role::Owner);
    assert_ne!(again.id, bens.id);
    assert_eq!(world.count("property_users", "withdrawn_at IS NOT NULL"), "1");
}
