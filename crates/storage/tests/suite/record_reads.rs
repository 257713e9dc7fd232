//! Reading the record: who sees what of it, part by part, and nothing that cannot be read.

use std::{collections::BTreeSet, time::Duration};

use innkeeper_domain::{
    access::{Actor, Bearer, PropertyLimit, Role, ScopeSet, Subject},
    effects::{AuditAction, AuditRecord, Fact, Facts, RequestId},
    ids::{Id, UserId},
    people::PropertyUser,
    ports::{AuditFilter, AuditPage, AuditSlice, Direction, Queries, StoreError, Viewer},
};
use innkeeper_test_support::{Backend, on_each_backend};
use uuid::Uuid;

use crate::world::{NOW, World, world};

on_each_backend!(
    what_was_written_is_read_again,
    owners_see_the_record_of_what_they_own_now,
    every_filter_leaves_out_the_rest,
    parts_follow_each_other_without_gap_or_repetition,
    a_row_that_cannot_be_read_is_told,
    a_place_and_a_property_are_known_when_they_are_gone,
);

fn everybody(world: &World) -> Viewer {
    Viewer {
        tenant: world.tenant,
        user: None,
        limit: PropertyLimit::Unlimited,
    }
}

fn first(limit: u32) -> AuditPage {
    AuditPage {
        after: None,
        direction: Direction::Descending,
        limit,
    }
}

fn list(world: &World, viewer: &Viewer, filter: &AuditFilter) -> Vec<AuditRecord> {
    world
        .store
        .audit_records(viewer, filter, first(1_000))
        .unwrap()
        .records
}

fn what_was_written_is_read_again(backend: Backend) {
    let world = world(backend);
    let (user, application) = (world.stored_user("a@one.example"), world.application());
    let credential = world.credential(&user);
    let request = RequestId::parse("x-1").unwrap();
    let bearers = [
        (
            Subject::User {
                user: user.id,
                credential: credential.id,
                permission: credential.permission,
            },
            Bearer::ApiKey(world.id()),
        ),
        (
            Subject::Application(application.id),
            Bearer::AccessToken(world.id()),
        ),
    ];
    let mut written: Vec<AuditRecord> = bearers
        .into_iter()
        .map(|(subject, bearer)| {
            let actor = Actor::bearer(
                world.tenant,
                subject,
                ScopeSet::all(),
                PropertyLimit::Unlimited,
                bearer,
                None,
            );
            AuditRecord::new(
                world.id(),
                NOW,
                &actor,
                &request,
                AuditAction::UserCreated,
                user.id,
            )
        })
        .collect();
    written.extend(AuditAction::ALL.iter().map(|action| {
        let about: UserId = world.id();
        AuditRecord {
            action: *action,
            ..world.audit_record()
        }
        .about_property(world.id())
        .about_user(about)
        .before(vec![
            ("text", Fact::text("Zoë's \"inn\"\n=1+1")),
            ("flag", Fact::Flag(true)),
            ("count", Fact::Count(u64::MAX)),
            ("list", Fact::Texts(vec!["a".to_owned(), String::new()])),
            ("nothing", Fact::Nothing),
        ])
        .after(vec![(
            "overrides",
            Fact::Overrides(
                innkeeper_domain::access::Overrides::parse([
                    ("users.read", innkeeper_domain::access::Effect::Deny),
                    ("property.read", innkeeper_domain::access::Effect::Allow),
                ])
                .unwrap(),
            ),
        )])
    }));
    world.keep(|repos| repos.audit().add(&written));
    let mut read = list(&world, &everybody(&world), &AuditFilter::default());
    read.reverse();
    written.sort_by_key(|record| record.id);
    assert_eq!(read, written);
    assert!(read[0].before.is_empty());
    let facts: &Facts = &read.last().unwrap().before;
    assert_eq!(facts.get("count"), Some(&Fact::Count(u64::MAX)));
}

fn owners_see_the_record_of_what_they_own_now(backend: Backend) {
    let world = world(backend);
    let users: Vec<_> = (0..2)
        .map(|n| world.stored_user(&format!("u{n}@one.example")))
        .collect();
    let inns: Vec<_> = (0..3)
        .map(|n| world.stored_property(&format!("Inn {n}")))
        .collect();
    world.stored_property_user(&inns[0], users[0].id, Role::Owner);
    let second: PropertyUser = world.stored_property_user(&inns[1], users[0].id, Role::User);
    world.stored_property_user(&inns[2], users[1].id, Role::Owner);
    let records: Vec<AuditRecord> = inns
        .iter()
        .map(|inn| world.audit_record().about_property(inn.id))
        .chain([world.audit_record().about_user(users[0].id)])
        .collect();
    world.keep(|repos| repos.audit().add(&records));
    let sees = |user: UserId, limit: PropertyLimit| {
        let viewer = Viewer {
            tenant: world.tenant,
            user: Some(user),
            limit,
        };
        let seen = list(&world, &viewer, &AuditFilter::default());
        seen.iter()
            .map(|record| records.iter().position(|one| one.id == record.id).unwrap())
            .collect::<BTreeSet<_>>()
    };
    let all = PropertyLimit::Unlimited;
    assert_eq!(sees(users[0].id, all.clone()), [0].into(), "what they own");
    assert_eq!(sees(users[1].id, all.clone()), [2].into());
    assert_eq!(sees(world.id(), all.clone()), [].into(), "a stranger: nothing");
    let only = |inn: usize| PropertyLimit::Only(vec![inns[inn].id]);
    assert_eq!(sees(users[0].id, only(0)), [0].into());
    assert_eq!(
        sees(users[0].id, only(2)),
        [].into(),
        "a key limits, and gives nothing"
    );
    let lifted = PropertyUser {
        role: Role::Owner,
        ..second.clone()
    };
    world.keep(|repos| repos.property_users().update(&lifted));
    assert_eq!(sees(users[0].id, all.clone()), [0, 1].into(), "from now on");
    world.keep(|repos| repos.property_users().withdraw(world.tenant, &[second.id], NOW));
    assert_eq!(sees(users[0].id, all), [0].into(), "until they are withdrawn");
    let everything = list(&world, &everybody(&world), &AuditFilter::default());
    assert_eq!(everything.len(), records.len());
}

/// An application, and what acts for it.
fn an_application(world: &World) -> (Uuid, Actor) {
    let application = world.application().id;
    let actor = Actor::bearer(
        world.tenant,
        Subject::Application(application),
        ScopeSet::all(),
        PropertyLimit::Unlimited,
        Bearer::AccessToken(world.id()),
        None,
    );
    (application.uuid(), actor)
}

fn every_filter_leaves_out_the_rest(backend: Backend) {
    let world = world(backend);
    let (property, subject): (Id<_>, UserId) = (world.id(), world.id());
    let (application, by) = an_application(&world);
    let request = RequestId::parse("x").unwrap();
    let later = NOW + Duration::from_hours(48);
    let records = [
        world.audit_record().about_property(property),
        world.audit_record().about_user(subject),
        AuditRecord::new(world.id(), NOW, &by, &request, AuditAction::UserCreated, subject),
        AuditRecord {
            action: AuditAction::UserDeleted,
            ..world.audit_record()
        },
        AuditRecord {
            at: later,
            id: innkeeper_domain::ids::Ids::new(later, 1).make(),
            ..world.audit_record()
        },
    ];
    world.keep(|repos| repos.audit().add(&records));
    let found = |filter: AuditFilter| {
        let found = list(&world, &everybody(&world), &filter);
        found
            .iter()
            .map(|record| records.iter().position(|one| one.id == record.id).unwrap())
            .collect::<BTreeSet<_>>()
    };
    let none = AuditFilter::default;
    let filters = [
        (
            AuditFilter {
                properties: Some(vec![property, world.id()]),
                ..none()
            },
            vec![0],
        ),
        (
            AuditFilter {
                subjects: Some(vec![subject]),
                ..none()
            },
            vec![1],
        ),
        (
            AuditFilter {
                actors: Some(vec![application]),
                ..none()
            },
            vec![2],
        ),
        (
            AuditFilter {
                actions: Some(vec![AuditAction::UserDeleted]),
                ..none()
            },
            vec![3],
        ),
        (
            AuditFilter {
                since: Some(later),
                ..none()
            },
            vec![4],
        ),
        (
            AuditFilter {
                since: Some(later + Duration::from_micros(1)),
                ..none()
            },
            vec![],
        ),
        (
            AuditFilter {
                until: Some(later),
                ..none()
            },
            vec![0, 1, 2, 3],
        ),
        (
            AuditFilter {
                until: Some(NOW),
                ..none()
            },
            vec![],
        ),
        (
            AuditFilter {
                since: Some(NOW),
                until: Some(NOW + Duration::from_micros(1)),
                ..none()
            },
            vec![0, 1, 2, 3],
        ),
    ];
    for (filter, expected) in filters {
        let told = format!("{filter:?}");
        assert_eq!(found(filter), expected.into_iter().collect(), "{told}");
    }
}

fn parts_follow_each_other_without_gap_or_repetition(backend: Backend) {
    let world = world(backend);
    let written: Vec<_> = world.recorded(23, NOW).iter().map(|record| record.id).collect();
    for direction in [Direction::Ascending, Direction::Descending] {
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = AuditPage {
                after,
                direction,
                limit: 5,
            };
            let filter = AuditFilter::default();
            let AuditSlice { records, more } = world
                .store
                .audit_records(&everybody(&world), &filter, page)
                .unwrap();
            assert!(records.len() == 5 || !more);
            seen.extend(records.iter().map(|record| record.id));
            after = records.last().map(|record| record.id);
            // Records that come meanwhile are before the newest part, not in the middle of an older one.
            if direction == Direction::Descending && seen.len() == 10 {
                world.recorded(2, NOW + Duration::from_secs(1));
            }
            if !more {
                break;
            }
        }
        if direction == Direction::Descending {
            seen.reverse();
        }
        assert_eq!(seen, written);
    }
}

fn a_row_that_cannot_be_read_is_told(backend: Backend) {
    let world = world(backend);
    let record = world.recorded(1, NOW).remove(0);
    let row = world.sql(record.id);
    let cases = [
        ("action", "'user.exploded'", "'user.created'"),
        ("request_id", "'two words'", "'req-1'"),
        ("before_json", "'[]'", "NULL"),
        ("before_json", "'{\"a\": 1}'", "NULL"),
        ("before_json", "'{\"a\":1.5}'", "NULL"),
        ("after_json", "'{\"a\":{\"b\":\"c\"}}'", "NULL"),
        ("after_json", "'not json'", "NULL"),
    ];
    for (column, damaged, whole) in cases {
        let set = |value: &str| format!("UPDATE audit_records SET {column} = {value} WHERE id = {row}");
        world.database.execute(&set(damaged));
        let filter = AuditFilter::default();
        let outcome = world.store.audit_records(&everybody(&world), &filter, first(1));
        let Err(StoreError::Corrupt { table, id, what }) = outcome else {
            panic!("{column} {damaged}: {outcome:?}");
        };
        assert_eq!((table, id), ("audit_records", record.id.to_string()));
        assert!(what.contains(column), "{what}");
        world.database.execute(&set(whole));
    }
}

fn a_place_and_a_property_are_known_when_they_are_gone(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let inn = world.stored_property("Inn");
    let place = world.stored_property_user(&inn, user.id, Role::Owner);
    let ever = |viewer| world.store.property_ever(world.tenant, inn.id, viewer).unwrap();
    assert_eq!(ever(None), Some(vec![]));
    assert_eq!(ever(Some(user.id)), Some(vec![place.grant()]));
    assert_eq!(ever(Some(world.id())), Some(vec![]));
    world.keep(|repos| repos.property_users().withdraw(world.tenant, &[place.id], NOW));
    world.keep(|repos| repos.properties().delete(world.tenant, inn.id, NOW));
    assert_eq!(ever(Some(user.id)), Some(vec![]));
    let place_ever = |tenant, id| world.store.place_ever(tenant, id).unwrap();
    assert_eq!(place_ever(world.tenant, place.id), Some((inn.id, user.id)));
    assert_eq!(place_ever(world.id(), place.id), None);
    assert_eq!(
        world.store.property_ever(world.tenant, world.id(), None).unwrap(),
        None
    );
    assert_eq!(world.store.property_ever(world.id(), inn.id, None).unwrap(), None);
}
