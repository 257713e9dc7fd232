//! Changing and deleting properties.

use innkeeper_domain::{
    access::{Actor, Overrides, Role},
    properties::PropertyChanges,
    usecases::{Others, UpdateProperty, update_property},
    values::{Invalid, Problem, Title},
};

use crate::{
    cast::overrides,
    told::told,
    world::{World, application, as_user},
};

#[test]
fn a_property_is_changed_by_who_may_and_only_if_something_changes() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    world.place(house, bob, Role::User, Overrides::NONE);
    let run = |actor: &Actor, changes| {
        let command = UpdateProperty {
            context: world.context(actor),
            id: house,
            changes,
        };
        update_property(&world.store, &command)
    };
    let renamed = || PropertyChanges {
        title: Some(Title::parse("Hillside").unwrap()),
        ..PropertyChanges::default()
    };
    world.refuses("the policy `property.update` is not granted", |_| {
        run(&as_user(bob), Ok(renamed()))
    });
    let wrong = Invalid::field("title", Problem::Blank);
    world.refuses("title: Blank", |_| run(&as_user(ana), Err(wrong)));
    assert_eq!(
        run(&as_user(ana), Ok(renamed())).unwrap().title.as_str(),
        "Hillside"
    );
    let before = world.state().fingerprint();
    run(&as_user(ana), Ok(renamed())).unwrap();
    assert_eq!(world.state().fingerprint(), before);
}

#[test]
fn a_property_with_others_on_it_is_deleted_only_on_demand_and_ends_every_place() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    world.place(house, bob, Role::User, Overrides::NONE);
    world.refuses("the policy `property.delete` is not granted", |world| {
        world.delete_property(&as_user(bob), house, Others::Withdraw)
    });
    let deleter = world.person("max");
    let place = world.place(
        house,
        deleter,
        Role::User,
        overrides(&[("property.delete", true)]),
    );
    world.refuses("it would give more than the actor has", |world| {
        world.delete_property(&as_user(deleter), house, Others::Withdraw)
    });
    world.withdraw(&as_user(ana), place).unwrap();
    world.refuses("the property has users", |world| {
        world.delete_property(&as_user(ana), house, Others::Refuse)
    });
    world.refuses("the property has users", |world| {
        world.delete_property(&application(), house, Others::Refuse)
    });
    world
        .delete_property(&as_user(ana), house, Others::Withdraw)
        .unwrap();
    let state = world.state();
    assert!(state.properties.is_empty() && state.property_users.is_empty());
    assert_eq!(state.history.len(), 3);
    let records: Vec<_> = state
        .audit
        .iter()
        .rev()
        .take(3)
        .map(|record| record.action.as_str())
        .collect();
    assert_eq!(
        records,
        [
            "property_user.withdrawn",
            "property_user.withdrawn",
            "property.deleted"
        ]
    );

    let alone = world.house_of(ana);
    assert_eq!(
        told(&world.delete_property(&as_user(ana), alone, Others::Refuse)),
        "done"
    );
}
