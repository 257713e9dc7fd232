//! Every call finds and changes the rows that it is about, and no other: neither of the same tenant, nor those of
//! another tenant with the very same ids.

use std::collections::BTreeMap;

use innkeeper_domain::{
    access::{PropertyLimit, Role},
    effects::MailCounts,
    people::UserState,
    ports::{
        Direction, MailQuery, PageRequest, PropertyFilter, PropertyUserFilter, PropertyUserOrder, Queries,
        Repos, StoreError, Upkeep, Used, UserFilter, Viewer,
    },
    time::Timestamp,
    tokens::SecretHash,
    values::{PersonName, Title},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    schema::describe,
    world::{NOW, OneOfEach, TABLES, World, keep, world},
};

on_each_backend!(
    reads_find_the_right_row,
    lists_and_totals_are_those_of_the_tenant,
    a_grant_in_another_tenant_shows_nothing,
    mails_of_another_tenant_do_not_count,
    writes_change_the_right_rows,
    what_is_settled_stays_as_it_is,
);

const LATER: Timestamp = Timestamp::from_micros(1_800_000_000_654_321);

/// Two of each in the tenant, and both once more, with the same ids and other contents, in another.
struct Street {
    world: World,
    ours: OneOfEach,
    next: OneOfEach,
    copy: OneOfEach,
}

fn street(backend: Backend) -> Street {
    let world = world(backend);
    let mut ours = world.one_of_each_around("ours@one.example");
    let mut next = world.one_of_each_around("next@one.example");
    for (each, name) in [(&mut ours, "ours"), (&mut next, "next")] {
        each.tenant.name = innkeeper_domain::values::Label::parse(name).unwrap();
        each.api_key.limit = PropertyLimit::Only(vec![each.property.id]);
    }
    world.keep(|repos| ours.write(repos));
    world.keep(|repos| next.write(repos));
    let elsewhere = ours.tenant.id;
    let (mut copy, mut other) = (ours.clone().moved_to(elsewhere), next.clone().moved_to(elsewhere));
    for (each, name) in [(&mut copy, "copy"), (&mut other, "other")] {
        each.tenant = crate::world::a_tenant(world.id(), name);
        each.user.first_name = PersonName::parse("Copy").unwrap();
        each.property.title = Title::parse("Copy").unwrap();
        each.property_user.role = Role::User;
        each.application.user_scoped_only = true;
        each.api_key.last_four = "copy".to_owned();
        each.access_token.secret = SecretHash::from_bytes([8; 32]);
        each.credential.kind = innkeeper_domain::people::CredentialKind::Password;
        world.keep(|repos| each.write(repos));
    }
    Street {
        world,
        ours,
        next,
        copy,
    }
}

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
        property: ours.property.id,
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

/// A table and, as bare digits, the key of a row: tenant and id.
type Place = (&'static str, String);

/// Every row as text.
fn dump(world: &World) -> BTreeMap<Place, String> {
    let schema = describe(&world.database);
    let mut rows = BTreeMap::new();
    for table in TABLES {
        let text = |column: &str| match world.backend() {
            Backend::Sqlite => format!("quote({column})"),
            Backend::Postgres => format!("quote_nullable({column}::text)"),
        };
        let cells: Vec<_> = schema[table].columns.keys().map(|column| text(column)).collect();
        let key: Vec<_> = schema[table]
            .primary_key
            .iter()
            .map(|column| text(column))
            .collect();
        let line = format!(
            "{} || ' ' || {}",
            key.join(" || ' ' || "),
            cells.join(" || ',' || ")
        );
        let all = match world.backend() {
            Backend::Sqlite => format!("SELECT group_concat({line}, char(10)) FROM {table}"),
            Backend::Postgres => format!("SELECT string_agg({line}, chr(10)) FROM {table}"),
        };
        let parts = schema[table].primary_key.len();
        for line in world.database.scalar(&all).lines() {
            let key: Vec<_> = line.splitn(parts + 1, ' ').collect();
            let digits = |part: &&str| part.trim_matches(['X', '\'']).replace('-', "").to_lowercase();
            let place = key[..parts].iter().map(digits).collect::<Vec<_>>().join(" ");
            assert!(rows.insert((table, place), key[parts].to_owned()).is_none());
        }
    }
    rows
}

type Write<'w> = &'w dyn Fn(&mut dyn Repos) -> Result<(), StoreError>;

/// One after the other, each on the one row of ours that it is about.
fn writes_change_the_right_rows(backend: Backend) {
    let Street {
        world, ours, next, ..
    } = street(backend);
    let tenant = world.tenant;
    let (user, property) = (ours.user.id, ours.property.id);
    let second_message = world.message(&next.property, user);
    world.keep(|repos| repos.outbox().add(std::slice::from_ref(&second_message)));
    let mut changed = ours.clone();
    changed.application.scopes = innkeeper_domain::access::ScopeSet::EMPTY;
    changed.user.first_name = PersonName::parse("Changed").unwrap();
    changed.credential.permission = innkeeper_domain::access::Permission::None;
    changed.property.title = Title::parse("Changed").unwrap();
    changed.property_user.role = Role::User;
    changed.api_key.limit = PropertyLimit::Only(Vec::new());
    let place = |table, id: uuid::Uuid| (table, format!("{} {}", tenant.uuid().simple(), id.simple()));
    let application = place("applications", ours.application.id.uuid());
    let person = place("users", user.uuid());
    let credential = place("credentials", ours.credential.id.uuid());
    let home = place("properties", property.uuid());
    let seat = place("property_users", ours.property_user.id.uuid());
    let key = place("api_keys", ours.api_key.id.uuid());
    let token = place("access_tokens", ours.access_token.id.uuid());
    let link = place("onboarding_tokens", ours.onboarding_token.id.uuid());
    let mail = place("outgoing_messages", ours.message.id.uuid());
    let second_mail = place("outgoing_messages", second_message.id.uuid());
    let writes: [(Write<'_>, &Place); 15] = [
        (
            &|repos| repos.applications().update(&changed.application),
            &application,
        ),
        (&|repos| repos.users().update(&changed.user), &person),
        (&|repos| repos.users().erase(tenant, user, LATER), &person),
        (
            &|repos| repos.credentials().update(&changed.credential),
            &credential,
        ),
        (
            &|repos| repos.credentials().erase_of_user(tenant, user, LATER),
            &credential,
        ),
        (&|repos| repos.properties().update(&changed.property), &home),
        (&|repos| repos.properties().delete(tenant, property, LATER), &home),
        (
            &|repos| repos.property_users().update(&changed.property_user),
            &seat,
        ),
        (
            &|repos| {
                repos
                    .property_users()
                    .withdraw(tenant, &[ours.property_user.id], LATER)
            },
            &seat,
        ),
        (&|repos| repos.api_keys().update(&changed.api_key), &key),
        (
            &|repos| repos.api_keys().revoke_of_user(tenant, user, LATER),
            &key,
        ),
        (
            &|repos| repos.access_tokens().remove_of_user(tenant, user),
            &token,
        ),
        (
            &|repos| repos.onboarding_tokens().cancel_of_user(tenant, user, LATER),
            &link,
        ),
        (&|repos| repos.outbox().cancel(tenant, property, &[user]), &mail),
        (&|repos| repos.outbox().cancel_of_user(tenant, user), &second_mail),
    ];
    let mut before = dump(&world);
    assert_eq!(
        before.len(),
        2 + 4 + 4 * (TABLES.len() - 1) + 1,
        "two tenants and four of each thing"
    );
    let mut touches_only = |expected: &Place, what: &str| {
        let after = dump(&world);
        let touched = before
            .iter()
            .filter(|(key, row)| after.get(key) != Some(row))
            .map(|(key, _)| key);
        assert_eq!(touched.collect::<Vec<_>>(), [expected], "{what}");
        before = after;
    };
    for (step, (write, expected)) in writes.into_iter().enumerate() {
        world.keep(write);
        touches_only(expected, &format!("step {step}"));
    }
    world
        .store
        .record_uses(&[(Used::ApiKey(tenant, ours.api_key.id), LATER)])
        .unwrap();
    touches_only(&key, "a used key");
    world
        .store
        .record_uses(&[(Used::Credential(tenant, ours.credential.id), LATER)])
        .unwrap();
    touches_only(&credential, "a used credential");
}

fn what_is_settled_stays_as_it_is(backend: Backend) {
    let Street { world, ours, .. } = street(backend);
    let tenant = world.tenant;
    let (user, property) = (ours.user.id, ours.property.id);
    world.keep(|repos| {
        repos
            .property_users()
            .withdraw(tenant, &[ours.property_user.id], NOW)?;
        repos.onboarding_tokens().cancel_of_user(tenant, user, NOW)?;
        repos.api_keys().revoke_of_user(tenant, user, NOW)?;
        repos.credentials().erase_of_user(tenant, user, NOW)?;
        repos.properties().delete(tenant, property, NOW)?;
        repos.users().erase(tenant, user, NOW)
    });
    world
        .database
        .execute("UPDATE outgoing_messages SET state = 'sent', next_attempt_at = NULL, sealed = NULL");
    let before = dump(&world);
    world.keep(|repos| {
        repos
            .property_users()
            .withdraw(tenant, &[ours.property_user.id], LATER)?;
        repos.onboarding_tokens().cancel_of_user(tenant, user, LATER)?;
        repos.api_keys().revoke_of_user(tenant, user, LATER)?;
        repos.credentials().erase_of_user(tenant, user, LATER)?;
        repos.outbox().cancel(tenant, property, &[user])?;
        repos.outbox().cancel_of_user(tenant, user)
    });
    let refused: [Write<'_>; 5] = [
        &|repos| repos.properties().update(&ours.property),
        &|repos| repos.properties().delete(tenant, property, LATER),
        &|repos| repos.users().update(&ours.user),
        &|repos| repos.users().erase(tenant, user, LATER),
        &|repos| repos.property_users().update(&ours.property_user),
    ];
    for (place, write) in refused.into_iter().enumerate() {
        let outcome = keep(&world.store, write);
        assert!(
            matches!(outcome, Err(StoreError::Failed(_))),
            "{place}: {outcome:?}"
        );
    }
    assert_eq!(dump(&world), before);
}
