//! That the product takes what was filled in for its own.

use std::collections::BTreeSet;

use innkeeper_domain::{
    access::{PropertyLimit, Subject},
    ids::Id,
    ports::{Direction, PageRequest, PropertyUserFilter, PropertyUserOrder, Queries, Viewer},
    time::Timestamp,
    tokens::{Secret, SecretKind},
};
use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};
use innkeeper_test_support::{Backend, TestDatabase, on_each_backend};

use super::{
    PLACES_OF_PROPERTY, Population, fill,
    numbers::{ACCOUNTS_OF_CALLER, Kind, Numbers, id},
    places::property_user,
};

on_each_backend!(
    the_store_reads_what_was_filled,
    indexes_and_figures_stay,
    nobody_is_filled_over
);

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);
/// All indexes as they are defined, and what the planner is told of them where the schema says that.
const SQLITE_INDEXES: &str = "SELECT group_concat(line, char(10)) FROM (SELECT line FROM \
    (SELECT name || ' ' || coalesce(sql, '') AS line FROM sqlite_master WHERE type = 'index' \
    UNION ALL SELECT tbl || ' ' || coalesce(idx, '') || ' ' || stat FROM sqlite_stat1) ORDER BY line)";
const POSTGRES_INDEXES: &str = "SELECT string_agg(indexdef, chr(10) ORDER BY indexdef) FROM pg_indexes \
    WHERE schemaname = 'public'";

fn filled(backend: Backend, places: u64) -> (TestDatabase, Population) {
    let database = TestDatabase::empty(backend);
    let population = fill(database.url(), places).unwrap();
    (database, population)
}

fn open(database: &TestDatabase) -> SqlStore {
    SqlStore::open(&StoreConfig::new(database.url(), MasterKey::from_bytes([0; 32])).unwrap()).unwrap()
}

fn the_store_reads_what_was_filled(backend: Backend) {
    let (database, population) = filled(backend, 200);
    let store = open(&database);
    let numbers = Numbers::of(200).unwrap();
    let size = u32::try_from(PLACES_OF_PROPERTY).unwrap();
    for (n, caller) in (0..).zip(&population.callers) {
        let shown = Secret::parse(&caller.key).unwrap();
        let facts = store
            .key_facts(population.tenant, shown.record())
            .unwrap()
            .unwrap();
        let actor = facts.verify(&shown, NOW).unwrap();
        let subject = actor.subject();
        assert!(
            matches!(subject, Subject::User { user, .. } if user == caller.user),
            "{subject:?}"
        );

        let viewer = Viewer {
            tenant: population.tenant,
            user: Some(caller.user),
            limit: PropertyLimit::Unlimited,
        };
        let filter = PropertyUserFilter {
            properties: Some(vec![Id::from_uuid(id(Kind::Property, n))]),
            users: None,
            roles: None,
            order: PropertyUserOrder::InvitedAt,
            direction: Direction::Ascending,
        };
        let page = store
            .property_users(&viewer, &filter, PageRequest::first(size))
            .unwrap();
        let first = n * PLACES_OF_PROPERTY;
        let expected: Vec<_> = (first..first + PLACES_OF_PROPERTY)
            .map(|n| property_user(population.tenant.uuid(), numbers, n))
            .collect();
        let found: Vec<_> = page.items.iter().map(|view| view.property_user.clone()).collect();
        assert_eq!(found, expected);

        let accounts = store
            .accounts(population.tenant, caller.user, PageRequest::first(100))
            .unwrap();
        assert_eq!(accounts.items.len(), usize::try_from(ACCOUNTS_OF_CALLER).unwrap());
        for view in accounts.items {
            assert!(view.slot.is_some());
            let runs = store
                .runs(population.tenant, view.account.id, PageRequest::first(2))
                .unwrap();
            assert_eq!(runs.items.len(), 1);
        }
    }
    let (client, secret) = &population.application;
    let shown = Secret::parse(secret).unwrap();
    assert_eq!(shown.kind(), SecretKind::ClientSecret);
    let application = store
        .application(population.tenant, client.parse().unwrap())
        .unwrap()
        .unwrap();
    assert!(application.secret.matches(&shown));
    assert_eq!(database.scalar("SELECT count(*) FROM property_users"), "200");
    let last = store
        .property_user(population.tenant, Id::from_uuid(id(Kind::Place, 199)), None)
        .unwrap();
    assert_eq!(
        last.unwrap().0.user.id,
        Id::from_uuid(id(Kind::User, numbers.user_of(199)))
    );
}

fn indexes_and_figures_stay(backend: Backend) {
    let indexes = |database: &TestDatabase| {
        database.scalar(match backend {
            Backend::Sqlite => SQLITE_INDEXES,
            Backend::Postgres => POSTGRES_INDEXES,
        })
    };
    let migrated = TestDatabase::empty(backend);
    open(&migrated).migrate().unwrap();
    let (filled, _) = filled(backend, 200);
    assert!(indexes(&migrated).contains("property_users_live"));
    assert_eq!(indexes(&filled), indexes(&migrated));
}

fn nobody_is_filled_over(backend: Backend) {
    let (database, _) = filled(backend, 20);
    let error = fill(database.url(), 20).unwrap_err();
    assert!(error.to_string().contains("people"), "{error}");
    assert_eq!(database.scalar("SELECT count(*) FROM property_users"), "20");
}

#[test]
fn everybody_has_one_place_at_most_on_a_property() {
    for places in [20, 100, 1_000, 20_000] {
        let numbers = Numbers::of(places).unwrap();
        for property in 0..numbers.properties {
            let first = property * PLACES_OF_PROPERTY;
            let users: BTreeSet<_> = (first..first + PLACES_OF_PROPERTY)
                .map(|place| numbers.user_of(place))
                .collect();
            assert_eq!(users.len(), usize::try_from(PLACES_OF_PROPERTY).unwrap());
            assert_eq!(
                users.first(),
                Some(&(property % numbers.callers)),
                "the owner is a caller"
            );
            assert!(
                users
                    .iter()
                    .skip(1)
                    .all(|user| (numbers.callers..numbers.users()).contains(user))
            );
        }
    }
    assert!(Numbers::of(0).is_err());
    assert!(Numbers::of(110).is_err());
}

#[test]
fn ids_follow_from_numbers() {
    // The script of the load computes them so.
    assert_eq!(
        id(Kind::User, 0).to_string(),
        "019b76da-a800-7001-8000-000000000000"
    );
    assert_eq!(
        id(Kind::Place, 9_999_999).to_string(),
        "019b7773-3e7f-7003-8000-00000098967f"
    );
    assert_eq!(id(Kind::Key, 7).get_version_num(), 7);
}
