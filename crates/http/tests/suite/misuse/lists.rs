//! Lists under queries that were never meant: every list, every page that is none, and a grammar of nonsense.

use std::collections::BTreeMap;

use innkeeper_test_support::{Backend, SeededBytes, on_each_backend};
use serde_json::json;

use crate::{
    harness::{Caller, Person, TestApp},
    routes::ROUTES,
};

on_each_backend!(
    no_page_is_ever_a_scan,
    a_long_query_costs_nothing,
    no_query_breaks_a_list,
);

/// Paths beneath which one thing is shown, and no list.
const NO_LISTS: [&str; 2] = [
    "/api/v1/property_users/history",
    "/api/v1/property_users/{id}/onboarding",
];

struct Cast<'a> {
    ada: Person<'a>,
    account: String,
}

fn cast(app: &TestApp) -> Cast<'_> {
    let ada = app.person("ada");
    ada.opens("Sea Inn");
    let account = ada.connects(1);
    app.imports(&account, 2, 2);
    ada.with_key(&json!({"scopes": ["user:read"]}));
    Cast { ada, account }
}

/// Every list there is, with a way to see that it is one.
fn lists(cast: &Cast<'_>) -> Vec<(&'static str, String)> {
    let reads = ROUTES.iter().filter(|row| row.method == "GET");
    let lists = reads.filter(|row| !row.path.ends_with('}') && !NO_LISTS.contains(&row.path));
    let found: Vec<_> = lists
        .map(|row| {
            let path = row.path.replace("{user_id}", &cast.ada.id);
            (row.path, path.replace("{account_id}", &cast.account))
        })
        .collect();
    assert_eq!(found.len(), 11, "{found:?}");
    for (_, path) in &found {
        assert!(!cast.ada.get(path).expect(200).items().is_empty(), "{path}");
    }
    found
}

fn is_channex(path: &str) -> bool {
    path.starts_with("/api/v1/prop") || path.starts_with("/api/v1/audit")
}

fn no_page_is_ever_a_scan(backend: Backend) {
    let app = TestApp::start(backend);
    let stage = cast(&app);
    let values = [
        "0",
        "-1",
        "1.5",
        "",
        "ten",
        "1e3",
        "%2B1",
        "%201",
        "0x10",
        "%EF%BC%91",
        "1,2",
        "null",
        "9000000000000000000",
        "18446744073709551616",
        "99999999999999999999999999999999",
    ];
    for (route, path) in lists(&stage) {
        let (usual, _) = app.cost_of(|| stage.ada.get(&path));
        let (names, refused): ([&str; 2], &[u16]) = if is_channex(route) {
            (["pagination[limit]", "pagination[page]"], &[422])
        } else {
            (["page[size]", "page[number]"], &[400])
        };
        for name in names {
            for value in values {
                let (cost, answer) = app.cost_of(|| stage.ada.get(&format!("{path}?{name}={value}")));
                // A size beyond the most is taken as the most.
                let is_large = name == "page[size]" && value.len() > 12;
                let expected: &[u16] = if is_large { &[200] } else { refused };
                assert!(
                    expected.contains(&answer.status),
                    "{route} {name}={value}: {answer}"
                );
                let most = if is_large { usual } else { 1 };
                assert!(cost <= most, "{route} {name}={value} takes {cost} statements");
                assert!(
                    is_large || answer.body.contains(name),
                    "{route} {name}={value}: {answer}"
                );
            }
        }
    }
}

fn a_long_query_costs_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let stage = cast(&app);
    let many = vec!["filter[x]=y"; 3_000].join("&");
    let deep = format!("filter{}=x", "[a]".repeat(5_000));
    let wide = format!("filter[role]={}", "owner,".repeat(5_000));
    for (route, path) in lists(&stage) {
        for query in [&many, &deep, &wide] {
            let (cost, answer) = app.cost_of(|| stage.ada.get(&format!("{path}?{query}")));
            let shown: String = query.chars().take(20).collect();
            assert!([400, 422].contains(&answer.status), "{route} {shown}: {answer}");
            assert!(cost <= 1, "{route} {shown} takes {cost} statements");
        }
    }
}

const FAMILIES: [&str; 8] = [
    "filter",
    "order",
    "pagination",
    "page",
    "sort",
    "fields",
    "include",
    "%00",
];
const FIELDS: [&str; 24] = [
    "property_id",
    "user_id",
    "role",
    "title",
    "id",
    "email",
    "invited_at",
    "updated-since",
    "listing",
    "status",
    "check-in-from",
    "action",
    "since",
    "limit",
    "page",
    "size",
    "number",
    "cursor",
    "",
    "][",
    "id][]",
    "%5B%5D",
    "role'--",
    "%E2%80%AE",
];
const VALUES: [&str; 20] = [
    "",
    "1",
    "-1",
    "owner",
    "asc",
    "created-at",
    "2030-01-01T00:00:00Z",
    "01890000-0000-7000-8000-000000000000",
    "ada@example.test",
    "'%20OR%201=1--",
    "%27%3BDROP%20TABLE%20users%3B--",
    "%25%25%25",
    "_",
    "%00",
    "%FF%FE",
    "%F0%9F%8F%A8",
    "a,b,,c",
    "%5C%22%5Cu0000",
    "NaN",
    "%2e%2e%2f",
];

/// Some parameters of all that there is to know, and some that nobody knows.
fn query(random: &SeededBytes) -> String {
    let below = |count: usize| usize::from(u16::from_le_bytes(random.bytes())) % count;
    let pick = |words: &[&'static str]| words[below(words.len())];
    let mut parameters = Vec::new();
    for place in 0..6 {
        let (family, field, value) = (pick(&FAMILIES), pick(&FIELDS), pick(&VALUES));
        let parameter = match place {
            0 => format!("{family}[{field}]={value}"),
            1 => format!("{family}%5B{field}%5D={value}"),
            2 => format!("{family}[{field}][{field}]={value}"),
            3 => format!("{family}={value}"),
            4 => format!("{field}[{family}]={value}"),
            _ => format!("{family}[{field}"),
        };
        parameters.push(parameter);
    }
    // From one to all, so that not every query fails at its first parameter.
    let count = parameters.len();
    parameters.rotate_left(below(count));
    parameters.truncate(1 + below(count));
    parameters.join("&")
}

fn asks(caller: &Caller<'_>, path: &str, query: &str) -> u16 {
    let answer = caller.get(&format!("{path}?{query}"));
    assert!(
        [200, 400, 404, 422].contains(&answer.status),
        "{path}?{query}: {answer}"
    );
    answer.status
}

/// Whatever stands in a query, it is read, refused or let be; that each answer is in its dialect and tells nothing of
/// what is behind it, is checked for every answer of this suite.
fn no_query_breaks_a_list(backend: Backend) {
    let app = TestApp::start(backend);
    let stage = cast(&app);
    let lists = lists(&stage);
    let random = SeededBytes::new(62);
    let mut answered = BTreeMap::new();
    for _ in 0..40 {
        let query = query(&random);
        for (_, path) in &lists {
            *answered.entry(asks(&stage.ada, path, &query)).or_insert(0) += 1;
        }
    }
    let of = |status: u16| answered.get(&status).copied().unwrap_or(0);
    assert!(of(200) > 30 && of(400) > 30 && of(422) > 30, "{answered:?}");
    // The tables are still there.
    assert_eq!(stage.ada.lists("").expect(200).items().len(), 1);
}
