//! Access versions: what moves them, and that no read answers past one that has moved.

use innkeeper_domain::{
    access::{Permission, PropertyLimit, ScopeSet},
    ids::RunId,
    people::UserState,
    ports::{
        AuditFilter, AuditPage, Direction, ListingFilter, PageRequest, PropertyFilter, PropertyUserFilter,
        PropertyUserOrder, Queries, Repos, ReservationFilter, StoreError, UserFilter, Verdict, Viewer,
    },
    tokens::AccessVersion,
    values::PersonName,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, OneOfEach, World, keep, world};

on_each_backend!(
    what_lowers_a_token_moves_the_version_once,
    what_lowers_none_leaves_it,
    what_is_not_kept_leaves_it,
    no_read_answers_past_its_version,
    what_finds_nothing_may_be_asked_again,
);

fn version(world: &World, each: &OneOfEach) -> AccessVersion {
    let facts = world.store.key_facts(world.tenant, each.api_key.id);
    let version = facts.unwrap().unwrap().version;
    let token = world.store.token_facts(world.tenant, each.access_token.id);
    if let Some(facts) = token.unwrap() {
        assert_eq!(facts.version, version, "one version a tenant");
    }
    version
}

type Change = fn(&mut dyn Repos, &OneOfEach) -> Result<(), StoreError>;

const LOWERING: [(&str, Change); 11] = [
    ("a key is revoked", |repos, each| {
        let mut key = each.api_key.clone();
        key.revoked_at = Some(NOW);
        repos.api_keys().update(&key)
    }),
    ("a key is narrowed", |repos, each| {
        let mut key = each.api_key.clone();
        key.limit = PropertyLimit::Only(vec![each.property.id]);
        repos.api_keys().update(&key)
    }),
    ("all keys of a user are revoked", |repos, each| {
        repos
            .api_keys()
            .revoke_of_user(each.user.tenant, each.user.id, NOW)
    }),
    ("tokens of a user are removed", |repos, each| {
        repos
            .access_tokens()
            .remove_of_user(each.user.tenant, each.user.id)
    }),
    ("sessions of a user are removed", |repos, each| {
        repos
            .access_tokens()
            .remove_sessions(each.user.tenant, each.user.id)
    }),
    ("a login may less", |repos, each| {
        let mut credential = each.credential.clone();
        credential.permission = Permission::View;
        repos.credentials().update(&credential)
    }),
    ("logins are erased", |repos, each| {
        repos
            .credentials()
            .erase_of_user(each.user.tenant, each.user.id, NOW)
    }),
    ("an application may less", |repos, each| {
        let mut application = each.application.clone();
        application.scopes = ScopeSet::EMPTY;
        repos.applications().update(&application)
    }),
    ("a user is disabled", |repos, each| {
        let mut user = each.user.clone();
        user.state = UserState::Disabled;
        repos.users().update(&user)
    }),
    ("a user is deleted", |repos, each| {
        repos.users().erase(each.user.tenant, each.user.id, NOW)
    }),
    ("several of these at once", |repos, each| {
        repos
            .api_keys()
            .revoke_of_user(each.user.tenant, each.user.id, NOW)?;
        repos
            .access_tokens()
            .remove_of_user(each.user.tenant, each.user.id)
    }),
];

fn what_lowers_a_token_moves_the_version_once(backend: Backend) {
    for (what, change) in LOWERING {
        let world = world(backend);
        let each = world.one_of_each();
        let mut session = each.access_token.clone();
        (session.id, session.application) = (world.id(), None);
        world.keep(|repos| {
            each.write(repos)?;
            repos.access_tokens().insert(&session)
        });
        let before = version(&world, &each);
        world.keep(|repos| change(repos, &each));
        assert_eq!(version(&world, &each).get(), before.get() + 1, "{what}");
    }
}

fn what_lowers_none_leaves_it(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    let before = version(&world, &each);
    let mut renamed = each.user.clone();
    renamed.first_name = PersonName::parse("Grace").unwrap();
    world.keep(|repos| repos.users().update(&renamed));
    world.keep(|repos| {
        let id = each.property_user.id;
        repos.property_users().withdraw(world.tenant, &[id], NOW)
    });
    let other = world.stored_user("b@one.example");
    world.keep(|repos| {
        repos.api_keys().revoke_of_user(world.tenant, other.id, NOW)?;
        repos.access_tokens().remove_of_user(world.tenant, other.id)?;
        repos
            .access_tokens()
            .remove_sessions(world.tenant, each.user.id)?;
        let credential = world.credential(&other);
        repos.credentials().insert(&credential)?;
        repos
            .api_keys()
            .insert(&world.api_key(&credential, PropertyLimit::Unlimited))
    });
    assert_eq!(version(&world, &each), before);
}

fn what_is_not_kept_leaves_it(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    let before = version(&world, &each);
    let run = innkeeper_domain::ports::UnitOfWork::run(&world.store, "test", &mut |repos| {
        let revoked = repos.api_keys().revoke_of_user(world.tenant, each.user.id, NOW);
        revoked.unwrap();
        Verdict::Discard
    });
    run.unwrap();
    let failed = keep(&world.store, |repos| {
        repos.api_keys().revoke_of_user(world.tenant, each.user.id, NOW)?;
        repos.users().insert(&each.user)
    });
    assert!(matches!(failed, Err(StoreError::Conflict)), "{failed:?}");
    assert_eq!(version(&world, &each), before);
}

type Read = (&'static str, Box<dyn Fn(&dyn Queries) -> Result<(), StoreError>>);

/// Every read that a caller may make, each of something that is there if it can be.
fn reads(world: &World, each: &OneOfEach) -> Vec<Read> {
    let mut reads = reads_of_people(world, each);
    reads.extend(reads_of_records(world, each));
    reads.extend(reads_of_accounts(world, each));
    reads
}

fn viewer(each: &OneOfEach) -> Viewer {
    Viewer {
        tenant: each.user.tenant,
        user: Some(each.user.id),
        limit: PropertyLimit::Unlimited,
    }
}

fn read(name: &'static str, read: impl Fn(&dyn Queries) -> Result<(), StoreError> + 'static) -> Read {
    (name, Box::new(read))
}

fn reads_of_people(world: &World, each: &OneOfEach) -> Vec<Read> {
    let (tenant, user, property) = (world.tenant, each.user.id, each.property.id);
    let (seat, page) = (each.property_user.id, PageRequest::first(10));
    let (of_places, of_homes) = (viewer(each), viewer(each));
    let direction = Direction::Ascending;
    let places = PropertyUserFilter {
        properties: Some(vec![property]),
        users: None,
        roles: None,
        order: PropertyUserOrder::InvitedAt,
        direction,
    };
    let homes = PropertyFilter {
        ids: None,
        titles: None,
        direction,
    };
    let people = UserFilter {
        only: None,
        email: None,
        direction,
    };
    vec![
        read("property_user", move |q| {
            q.property_user(tenant, seat, Some(user)).map(drop)
        }),
        read("property_user of an application", move |q| {
            q.property_user(tenant, seat, None).map(drop)
        }),
        read("property_users", move |q| {
            q.property_users(&of_places, &places, page).map(drop)
        }),
        read("property", move |q| {
            q.property(tenant, property, Some(user)).map(drop)
        }),
        read("property of an application", move |q| {
            q.property(tenant, property, None).map(drop)
        }),
        read("properties", move |q| {
            q.properties(&of_homes, &homes, page).map(drop)
        }),
        read("user", move |q| q.user(tenant, user).map(drop)),
        read("users", move |q| q.users(tenant, &people, page).map(drop)),
        read("credentials", move |q| {
            q.credentials(tenant, user, page).map(drop)
        }),
        read("api_keys", move |q| {
            q.api_keys(tenant, Some(user), page).map(drop)
        }),
    ]
}

fn reads_of_records(world: &World, each: &OneOfEach) -> Vec<Read> {
    let (tenant, user, property) = (world.tenant, each.user.id, each.property.id);
    let (seat, of_records) = (each.property_user.id, viewer(each));
    let records = AuditPage {
        after: None,
        limit: 10,
        direction: Direction::Ascending,
    };
    vec![
        read("last_mail", move |q| {
            q.last_mail(tenant, property, user).map(drop)
        }),
        read("audit_records", move |q| {
            q.audit_records(&of_records, &AuditFilter::default(), records)
                .map(drop)
        }),
        read("latest_of_places", move |q| {
            q.latest_of_places(tenant, property, NOW).map(drop)
        }),
        read("property_ever", move |q| {
            q.property_ever(tenant, property, Some(user)).map(drop)
        }),
        read("place_ever", move |q| q.place_ever(tenant, seat).map(drop)),
    ]
}

fn reads_of_accounts(world: &World, each: &OneOfEach) -> Vec<Read> {
    let (tenant, user) = (world.tenant, each.user.id);
    let (account, run): (_, RunId) = (world.id(), world.id());
    let page = PageRequest::first(10);
    vec![
        read("listing_status", move |q| {
            q.listing_status(tenant, &[user]).map(drop)
        }),
        read("listings", move |q| {
            q.listings(tenant, account, &ListingFilter::default(), page)
                .map(drop)
        }),
        read("reservations", move |q| {
            let filter = ReservationFilter::default();
            q.reservations(tenant, account, &filter, page).map(drop)
        }),
        read("runs", move |q| q.runs(tenant, account, page).map(drop)),
        read("run", move |q| q.run(tenant, account, run).map(drop)),
    ]
}

fn no_read_answers_past_its_version(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    let reads = reads(&world, &each);
    let then = version(&world, &each);
    let queries = world.store.at_version(world.tenant, then).unwrap();
    for (what, read) in &reads {
        let queries = world.store.at_version(world.tenant, then).unwrap();
        assert!(read(queries.as_ref()).is_ok(), "{what} as of now");
    }
    world.keep(|repos| repos.api_keys().revoke_of_user(world.tenant, each.user.id, NOW));
    for (what, read) in &reads {
        let answer = read(queries.as_ref());
        assert!(matches!(answer, Err(StoreError::Outdated)), "{what}: {answer:?}");
        assert!(read(&world.store).is_ok(), "{what} by itself");
    }
    let now = version(&world, &each);
    for (what, read) in &reads {
        let queries = world.store.at_version(world.tenant, now).unwrap();
        assert!(read(queries.as_ref()).is_ok(), "{what} as of then");
    }
    // The version of another tenant says nothing, and one that is yet to come is no better than one that is over.
    let next = AccessVersion::new(now.get() + 1);
    for (tenant, version) in [(world.id(), now), (world.tenant, next)] {
        let queries = world.store.at_version(tenant, version).unwrap();
        for (what, read) in &reads {
            let answer = read(queries.as_ref());
            assert!(matches!(answer, Err(StoreError::Outdated)), "{what}: {answer:?}");
        }
    }
}

fn what_finds_nothing_may_be_asked_again(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    let queries = world
        .store
        .at_version(world.tenant, version(&world, &each))
        .unwrap();
    let none = queries.property_user(world.tenant, world.id(), None);
    assert!(matches!(none, Err(StoreError::Outdated)), "{none:?}");
    let before = world.store.statements();
    queries
        .property_user(world.tenant, each.property_user.id, None)
        .unwrap();
    assert_eq!(
        world.store.statements() - before,
        1,
        "what is found costs no more"
    );
}
