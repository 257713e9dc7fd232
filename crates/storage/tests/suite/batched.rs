//! Reads that share a statement on PostgreSQL.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::PoisonError,
    thread,
    time::Duration,
};

use diesel::connection::set_default_instrumentation;

use innkeeper_domain::{
    access::PropertyLimit,
    ids::{PropertyId, PropertyUserId, UserId},
    ports::{Direction, PageRequest, PropertyUserFilter, PropertyUserOrder, Queries, Viewer},
    tokens::AccessVersion,
};
use innkeeper_storage::SqlStore;
use innkeeper_test_support::{Backend, eventually, on_each_backend};

use crate::{
    lists_seen::{Town, town},
    plans::{SEEN, watch},
    plans_imports::{BATCHED, complaints, plan},
    world::config,
};

on_each_backend!(many_at_a_time_are_told_what_each_is_told_alone);

const FOR_EVER: Duration = Duration::from_mins(1);
/// The most questions in a statement.
const MOST: usize = 64;

/// What many ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Property,
    PropertyUser,
    Screen,
    Version,
}

#[derive(Clone, Copy, Debug)]
enum Question {
    Property(PropertyId, Option<UserId>),
    PropertyUser(PropertyUserId, Option<UserId>),
    Screen(PropertyId, UserId, PageRequest),
    Version(AccessVersion),
}

impl Question {
    fn kind(self) -> Kind {
        match self {
            Self::Property(..) => Kind::Property,
            Self::PropertyUser(..) => Kind::PropertyUser,
            Self::Screen(..) => Kind::Screen,
            Self::Version(_) => Kind::Version,
        }
    }

    /// The whole answer, as of a version if one is told.
    fn ask(self, town: &Town, store: &SqlStore, version: Option<AccessVersion>) -> String {
        let tenant = town.world.tenant;
        let as_of = version.and_then(|version| store.at_version(tenant, version));
        let queries = as_of.as_deref().unwrap_or(store);
        match self {
            Self::Property(id, viewer) => format!("{:?}", queries.property(tenant, id, viewer)),
            Self::PropertyUser(id, viewer) => format!("{:?}", queries.property_user(tenant, id, viewer)),
            Self::Version(version) => format!("{:?}", queries.is_at_version(tenant, version)),
            Self::Screen(property, user, page) => {
                let viewer = Viewer {
                    tenant,
                    user: Some(user),
                    limit: PropertyLimit::Unlimited,
                };
                let filter = PropertyUserFilter {
                    properties: Some(vec![property]),
                    users: None,
                    roles: None,
                    order: PropertyUserOrder::InvitedAt,
                    direction: Direction::Ascending,
                };
                format!("{:?}", queries.property_users(&viewer, &filter, page))
            }
        }
    }
}

/// About everything in the town and what is not in it, as everybody, as of no version, this one and the next.
fn questions(town: &Town) -> Vec<(Question, Option<AccessVersion>)> {
    let users: Vec<UserId> = town
        .users
        .iter()
        .map(|user| user.id)
        .chain([town.world.id()])
        .collect();
    let viewers = || users.iter().copied().map(Some).chain([None]);
    let properties = town.properties.iter().map(|property| property.id);
    let properties: Vec<PropertyId> = properties.chain([town.world.id()]).collect();
    let places = town.live.iter().map(|one| one.id).chain([town.world.id()]);
    let now = town.world.database.scalar(&format!(
        "SELECT access_version FROM tenants WHERE id = {}",
        town.world.sql(town.world.tenant)
    ));
    let now = AccessVersion::new(now.parse().unwrap());
    let next = AccessVersion::new(now.get() + 1);

    let mut questions = vec![
        Question::Version(now),
        Question::Version(next),
        Question::Version(now),
    ];
    for place in places {
        questions.extend(viewers().map(|viewer| Question::PropertyUser(place, viewer)));
    }
    for property in properties {
        questions.extend(viewers().map(|viewer| Question::Property(property, viewer)));
        for (page, size) in [(1, 50), (1, 2), (2, 1)] {
            let page = PageRequest::new(page, size).unwrap();
            questions.extend(users.iter().map(|user| Question::Screen(property, *user, page)));
        }
    }
    let versions = [None, Some(now), Some(next)].into_iter().cycle();
    // Mixed, so that no statement is about one thing alone.
    let mut questions: Vec<_> = questions.into_iter().zip(versions).collect();
    let half = questions.split_off(questions.len() / 2);
    let (longer, shorter) = (half.into_iter(), questions.into_iter().map(Some).chain([None]));
    longer
        .zip(shorter)
        .flat_map(|(one, other)| [Some(one), other])
        .flatten()
        .collect()
}

fn kinds(questions: &[(Question, Option<AccessVersion>)]) -> BTreeMap<Kind, usize> {
    let mut kinds = BTreeMap::new();
    for (question, _) in questions {
        *kinds.entry(question.kind()).or_default() += 1;
    }
    kinds
}

/// What a store tells those who ask at the same time. On PostgreSQL it is one with room for one statement a kind, and the
/// first of each kind is held up until all others wait.
fn ask_at_once(town: &Town, questions: &[(Question, Option<AccessVersion>)]) -> (SqlStore, Vec<String>) {
    let url = town.world.database.url();
    let mut patient = config(url);
    (patient.wait, patient.connections) = (FOR_EVER, 1);
    let store = SqlStore::open(&patient).unwrap();
    let held = (town.world.backend() == Backend::Postgres).then(|| Held::tables(url));
    let told = thread::scope(|scope| {
        let store = &store;
        let asking: Vec<_> = questions
            .iter()
            .map(|(question, version)| scope.spawn(|| question.ask(town, store, *version)))
            .collect();
        if let Some(held) = held {
            let others = questions.len() - kinds(questions).len();
            eventually(FOR_EVER, "all to ask", || {
                (store.waiting_readers() == others).then_some(())
            });
            held.release();
        }
        asking.into_iter().map(|asked| asked.join().unwrap()).collect()
    });
    (store, told)
}

fn many_at_a_time_are_told_what_each_is_told_alone(backend: Backend) {
    let town = town(backend);
    let questions = questions(&town);
    let alone = SqlStore::open(&config(town.world.database.url())).unwrap();
    let expected: Vec<String> = questions
        .iter()
        .map(|(question, version)| question.ask(&town, &alone, *version))
        .collect();

    let (store, told) = ask_at_once(&town, &questions);
    for ((question, expected), told) in questions.iter().zip(&expected).zip(&told) {
        assert_eq!(told, expected, "{question:?}");
    }

    let saved = match backend {
        Backend::Sqlite => 0,
        // The first of a kind found nobody else; the others are put as many at a time as there is room for.
        Backend::Postgres => kinds(&questions)
            .values()
            .map(|count| count - 1 - (count - 1).div_ceil(MOST))
            .sum(),
    };
    let saved = u64::try_from(saved).unwrap();
    assert_eq!(store.statements(), alone.statements() - saved);
}

#[test]
fn what_many_ask_is_found_by_keys_though_tables_are_small() {
    if !Backend::Postgres.enabled() {
        return;
    }
    set_default_instrumentation(watch).unwrap();
    let town = town(Backend::Postgres);
    ask_at_once(&town, &questions(&town));
    // Now it knows how small they are.
    town.world.database.execute("ANALYZE");
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let statements: BTreeSet<String> = seen
        .iter()
        .filter(|shown| shown.contains(BATCHED))
        .map(|shown| typed(shown.split(" -- binds").next().unwrap()))
        .collect();
    assert_eq!(statements.len(), 4, "one of each kind: {statements:#?}");
    for sql in statements {
        let mut found = Vec::new();
        complaints(&plan(&town.world, &sql, &[]), &[], &mut found);
        assert!(found.is_empty(), "{found:?}\n    {sql}");
    }
}

/// The statement with the types of what is asked, which diesel tells beside it.
fn typed(sql: &str) -> String {
    let (before, rest) = sql.split_once("unnest(").unwrap();
    let (_, rest) = rest.split_once(") WITH").unwrap();
    let names = rest.split_once("asked(").unwrap().1.split_once(", n)").unwrap().0;
    let arrays = names.split(", ").enumerate().map(|(index, name)| {
        let kind = match name {
            "most" | "before" | "as_of_version" => "bigint",
            "is_as_of" => "boolean",
            _ => "uuid",
        };
        format!("${}::{kind}[]", index + 1)
    });
    let arrays = arrays.collect::<Vec<_>>().join(", ");
    format!("{before}unnest({arrays}) WITH{rest}")
}

/// Tables that nobody can read until they are released.
struct Held(postgres::Client);

impl Held {
    fn tables(url: &str) -> Self {
        let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
        client
            .batch_execute(
                "BEGIN; LOCK TABLE tenants, properties, property_users, users IN ACCESS EXCLUSIVE MODE",
            )
            .unwrap();
        Self(client)
    }

    fn release(mut self) {
        self.0.batch_execute("ROLLBACK").unwrap();
    }
}
