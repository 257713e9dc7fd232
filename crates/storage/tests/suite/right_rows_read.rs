//! Every read finds the rows that it is about, and no other: neither of the same tenant, nor those of another tenant
//! with the very same ids.

use innkeeper_domain::{
    access::{PropertyLimit, Role},
    effects::MailCounts,
    people::UserState,
    ports::{
        Direction, MailQuery, PageRequest, PropertyFilter, PropertyUserFilter, PropertyUserOrder, Queries,
        UserFilter, Viewer,
    },
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    street::{Street, street},
    world::NOW,
};

on_each_backend!(
    reads_find_the_right_row,
    lists_and_totals_are_those_of_the_tenant,
    a_grant_in_another_tenant_shows_nothing,
    a_grant_on_another_property_is_none_here,
    mails_of_another_tenant_do_not_count,
);

fn reads_find_the_right_row(backend: Backend) {
    let Street {
        world, ours, next, ..
    } = street(backend);
    let (store, tenant) = (&world.store, world.tenant);
    for each in [&ours, &next] {
        let (user, property) = (each.user.id, each.property.id);
        let found = store.application(tenant, each.application.id).unwrap().unwrap();
        assert_eq!((found.id, found.user_scoped_only), (each.application.id, false));
        assert_eq!(store.user(tenant, user).unwrap().as_ref(), Some(&each.user));
        assert_eq!(
            store.property(tenant, property, None).unwrap().unwrap().0,
            each.property
        );
        let (found, grants) = store
            .property_user(tenant, each.property_user.id, Some(user))
            .unwrap()
            .unwrap();
        assert_eq!(
            (&found.property_user, &found.user),
            (&each.property_user, &each.user)
        );
        assert_eq!(grants, [each.property_user.grant()]);
        let grants = store.property(tenant, property, Some(user)).unwrap().unwrap().1;
        assert_eq!(grants, [each.property_user.grant()]);
        let facts = store.key_facts(tenant, each.api_key.id).unwrap().unwrap();
        assert_eq!(
            (facts.key.id, facts.key.last_four.as_str()),
            (each.api_key.id, "wXyZ")
        );
        let facts = store.token_facts(tenant, each.access_token.id).unwrap().unwrap();
        assert_eq!(
            (facts.token.id, facts.token.secret.as_bytes()),
            (each.access_token.id, &[5; 32])
        );
        assert!(!facts.user_scoped_only);
        world.keep(|repos| {
            let found = repos.applications().lock(tenant, each.application.id)?.unwrap();
            assert_eq!((found.id, found.user_scoped_only), (each.application.id, false));
            let by_email = repos.users().lock_by_email(tenant, each.user.email.key())?;
            let by_id = repos.users().by_id_for_share(tenant, user)?;
            assert_eq!([by_email.as_ref(), by_id.as_ref()], [Some(&each.user); 2]);
            assert_eq!(repos.users().lock(tenant, user)?.as_ref(), Some(&each.user));
            assert_eq!(
                repos.credentials().lock(tenant, each.credential.id)?.as_ref(),
                Some(&each.credential)
            );
            assert_eq!(
                repos.credentials().of_user(tenant, user)?,
                std::slice::from_ref(&each.credential)
            );
            assert_eq!(
                repos.properties().lock(tenant, property, None)?.as_ref(),
                Some(&each.property)
            );
            assert_eq!(
                repos.properties().lock_all(tenant, &[property])?,
                std::slice::from_ref(&each.property)
            );
            let seats = repos.property_users();
            let mine = std::slice::from_ref(&each.property_user);
            assert_eq!(seats.by_id(tenant, each.property_user.id)?.as_slice(), mine);
            assert_eq!(seats.of_property(tenant, property)?, mine);
            assert_eq!(seats.of_user(tenant, user)?, mine);
            assert_eq!(
                seats.grants(tenant, property, user)?,
                [each.property_user.grant()]
            );
            assert_eq!(seats.seats(tenant, property, user)?.taken, 1);
            assert_eq!(seats.active_owners_beside(tenant, property, world.id())?, 1);
            let found = repos.api_keys().lock(tenant, each.api_key.id)?.unwrap();
            assert_eq!((found.id, found.last_four.as_str()), (each.api_key.id, "wXyZ"));
            let found = repos.api_keys().unrevoked_of_users(tenant, &[user])?;
            let found: Vec<_> = found.iter().map(|key| (key.id, key.last_four.as_str())).collect();
            assert_eq!(found, [(each.api_key.id, "wXyZ")]);
            Ok(())
        });
    }
    // The row is there twice: either tenant is a true answer, but not one for an id that nobody has.
    assert!(
        store
            .tenant_of_application(ours.application.id)
            .unwrap()
            .is_some()
    );
    assert_eq!(store.tenant_of_application(world.id()).unwrap(), None);
}

fn lists_and_totals_are_those_of_the_tenant(backend: Backend) {
    let Street {
        world, ours, next, ..
    } = street(backend);
    let (store, tenant) = (&world.store, world.tenant);
    let user = ours.user.id;
    // A full page, so that the total is counted.
    let one = PageRequest::first(1);
    let filter = UserFilter {
        only: None,
        email: None,
        direction: Direction::Ascending,
    };
    let page = store.users(tenant, &filter, one).unwrap();
    assert_eq!((page.items, page.total.count()), (vec![ours.user.clone()], 2));
    let page = store.credentials(tenant, user, one).unwrap();
    assert_eq!(
        (page.items, page.total.count()),
        (vec![ours.credential.clone()], 1)
    );
    let page = store.api_keys(tenant, None, one).unwrap();
    assert_eq!((page.items[0].id, page.total.count()), (next.api_key.id, 2));
    let page = store.api_keys(tenant, Some(user), one).unwrap();
    assert_eq!(
        (page.items[0].last_four.as_str(), page.total.count()),
        ("wXyZ", 1)
    );
    for (viewer, expected) in [(None, 2), (Some(user), 1)] {
        let viewer = Viewer {
            tenant,
            user: viewer,
            limit: PropertyLimit::Unlimited,
        };
        let page = store.property_users(&viewer, &ANY_PROPERTY_USER, one).unwrap();
        assert_eq!(page.items[0].property_user, ours.property_user);
        assert_eq!(
            (page.items[0].user.clone(), page.total.count()),
            (ours.user.clone(), expected)
        );
        let page = store.properties(&viewer, &ANY_PROPERTY, one).unwrap();
        assert_eq!(
            (page.items, page.total.count()),
            (vec![ours.property.clone()], expected)
        );
    }
}

const ANY_PROPERTY_USER: PropertyUserFilter = PropertyUserFilter {
    properties: None,
    users: None,
    roles: None,
    order: PropertyUserOrder::InvitedAt,
    direction: Direction::Ascending,
};

const ANY_PROPERTY: PropertyFilter = PropertyFilter {
    ids: None,
    titles: None,
    direction: Direction::Ascending,
};

fn a_grant_in_another_tenant_shows_nothing(backend: Backend) {
    let Street { world, ours, .. } = street(backend);
    let (store, tenant) = (&world.store, world.tenant);
    let witness = world.stored_user("witness@one.example");
    world.stored_property_user(&ours.property, witness.id, Role::Owner);
    world.keep(|repos| {
        repos
            .property_users()
            .withdraw(tenant, &[ours.property_user.id], NOW)
    });
    let viewer = Viewer {
        tenant,
        user: Some(ours.user.id),
        limit: PropertyLimit::Unlimited,
    };
    let page = PageRequest::first(10);
    assert!(
        store
            .property_users(&viewer, &ANY_PROPERTY_USER, page)
            .unwrap()
            .items
            .is_empty()
    );
    assert!(
        store
            .properties(&viewer, &ANY_PROPERTY, page)
            .unwrap()
            .items
            .is_empty()
    );
    assert_eq!(
        store
            .property(tenant, ours.property.id, viewer.user)
            .unwrap()
            .unwrap()
            .1,
        []
    );
    let locked = world.keep(|repos| {
        let properties = repos.properties();
        properties.lock(tenant, ours.property.id, viewer.user)
    });
    assert_eq!(locked, None);
}

fn a_grant_on_another_property_is_none_here(backend: Backend) {
    let Street {
        world, ours, next, ..
    } = street(backend);
    let (tenant, user) = (world.tenant, ours.user.id);
    let beside = world.stored_property_user(&next.property, user, Role::User);
    world.keep(|repos| {
        let seats = repos.property_users();
        assert_eq!(
            seats.grants(tenant, ours.property.id, user)?,
            [ours.property_user.grant()]
        );
        assert_eq!(seats.grants(tenant, next.property.id, user)?, [beside.grant()]);
        Ok(())
    });
}

fn mails_of_another_tenant_do_not_count(backend: Backend) {
    let Street {
        world,
        ours,
        next,
        copy,
    } = street(backend);
    let mut invited = world.user("invited@one.example", UserState::Invited);
    invited.tenant = copy.user.tenant;
    let mut seat = world.property_user(&ours.property, invited.id, Role::User);
    seat.tenant = invited.tenant;
    world.keep(|repos| {
        repos.users().insert(&invited)?;
        repos.property_users().insert(&seat)
    });
    let query = MailQuery {
        tenant: world.tenant,
        actor: None,
        property: Some(ours.property.id),
        recipient: ours.user.id,
        since: NOW,
    };
    let one = MailCounts {
        by_actor: 0,
        pending_on_property: 0,
        to_recipient_on_property: 1,
        to_recipient: 1,
    };
    assert_eq!(world.keep(|repos| repos.outbox().count(&query)), one);
    let there = MailQuery {
        tenant: invited.tenant,
        ..query
    };
    assert_eq!(
        world.keep(|repos| repos.outbox().count(&there)),
        MailCounts {
            pending_on_property: 1,
            ..one
        }
    );
    world.keep(|repos| repos.property_users().withdraw(invited.tenant, &[seat.id], NOW));
    assert_eq!(
        world.keep(|repos| repos.outbox().count(&there)),
        one,
        "who was withdrawn is not waited for"
    );
    let crossed = MailQuery {
        recipient: next.user.id,
        ..query
    };
    assert_eq!(
        world.keep(|repos| repos.outbox().count(&crossed)),
        MailCounts {
            to_recipient_on_property: 0,
            ..one
        }
    );
}
