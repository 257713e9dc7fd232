//! What does not exist and what may not be seen are one: same status, headers and body.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Caller, NOBODY, Person, TestApp};

on_each_backend!(
    property_users_that_are_not_visible_are_not_there,
    on_boarding_that_is_not_visible_is_not_there,
    the_past_of_what_is_not_visible_is_not_there,
    properties_that_are_not_visible_are_not_there,
    users_that_are_not_visible_are_not_there,
    keys_that_are_not_visible_are_not_there,
    accounts_that_are_not_visible_are_not_there,
    accounts_are_added_to_nobody_who_is_not_visible,
    filters_by_what_is_not_visible_find_nothing,
);

/// Ada owns Sea Inn. Everything else exists, and is none of hers.
struct Cast<'a> {
    ada: Person<'a>,
    key: Caller<'a>,
    limited: Caller<'a>,
    application: Caller<'a>,
    /// Of another tenant; of the tenant, but not visible; gone; of nothing; and no ids at all.
    places: Vec<String>,
    properties: Vec<String>,
    users: Vec<String>,
    keys: Vec<String>,
}

const NO_IDS: [&str; 6] = [
    NOBODY,
    "1",
    "me",
    "%20",
    "00000000-0000-0000-0000-000000000000",
    "x'--",
];
const SCOPES: [&str; 6] = [
    "property:read",
    "property:write",
    "user:read",
    "user:write",
    "listings:read",
    "reservations:read",
];

fn cast(app: &TestApp) -> Cast<'_> {
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let roy = app.found("Rival").person("roy");
    let inn = ada.opens("Sea Inn");
    let [hidden, gone] = ["Hidden", "Gone"].map(|title| eve.opens(title));
    let theirs = roy.opens("Theirs");
    let withdrawn = app.puts(&eve, &inn, "user");
    ada.withdraws(&withdrawn).expect(200);
    let places = vec![
        roy.finds(&roy, &theirs),
        eve.finds(&eve, &hidden),
        eve.finds(&eve, &gone),
        withdrawn,
    ];
    eve.delete(&format!("/api/v1/properties/{gone}")).expect(200);
    let left = app.person("left");
    app.application()
        .delete(&format!("/api/v1/users/{}/", left.id))
        .expect(204);
    let keys = [&eve, &roy].map(|person| person.with_key(&json!({"scopes": SCOPES})).1);
    let (key, _) = ada.with_key(&json!({"scopes": SCOPES}));
    let (limited, _) = ada.with_key(&json!({"scopes": SCOPES, "property-ids": [inn]}));
    let with_none = |ids: Vec<String>| ids.into_iter().chain(NO_IDS.map(str::to_owned)).collect();
    Cast {
        key,
        limited,
        application: app.application(),
        places: with_none(places),
        properties: with_none(vec![theirs, hidden, gone, inn.replace('-', "")]),
        users: with_none(vec![roy.id.clone(), eve.id.clone(), left.id.clone()]),
        keys: with_none(keys.into()),
        ada,
    }
}

/// Sends the same request about each id, and expects one answer.
fn all_alike(
    callers: &[&Caller<'_>],
    method: &str,
    path: impl Fn(&str) -> String,
    ids: &[String],
    body: Option<&Value>,
    status: u16,
) {
    let mut expected = None;
    for caller in callers {
        for id in ids {
            let request = caller.request(method, &path(id));
            let request = match body {
                Some(body) => request.json(body),
                None => request,
            };
            let answer = request.send();
            assert_eq!(answer.status, status, "{method} {id}: {answer}");
            let found = answer.fingerprint();
            let expected = expected.get_or_insert_with(|| found.clone());
            assert_eq!(&found, expected, "{method} {id}");
        }
    }
}

fn property_users_that_are_not_visible_are_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let cast = cast(&app);
    let callers = [&*cast.ada, &cast.key, &cast.limited];
    let path = |id: &str| format!("/api/v1/property_users/{id}");
    for body in [
        json!({"property_user": {"role": "owner"}}),
        json!({"property_user": {"role": "Owner"}}),
    ] {
        all_alike(&callers, "PUT", path, &cast.places, Some(&body), 404);
    }
    all_alike(&callers, "GET", path, &cast.places, None, 404);
    all_alike(&callers, "DELETE", path, &cast.places, None, 404);
    // An application sees its whole tenant, and nothing beyond.
    let beyond: Vec<String> = [&cast.places[..1], &cast.places[2..]].concat();
    all_alike(&[&cast.application], "GET", path, &beyond, None, 404);
    all_alike(&[&cast.application], "DELETE", path, &beyond, None, 404);
    assert_eq!(app.count("property_users WHERE withdrawn_at IS NULL"), 3);
}

fn on_boarding_that_is_not_visible_is_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let cast = cast(&app);
    let callers = [&*cast.ada, &cast.key, &cast.limited];
    let beyond: Vec<String> = [&cast.places[..1], &cast.places[2..]].concat();
    let before = app.count("outgoing_messages");
    for (method, beneath) in [("GET", "onboarding"), ("POST", "onboarding/resend")] {
        let path = |id: &str| format!("/api/v1/property_users/{id}/{beneath}");
        all_alike(&callers, method, path, &cast.places, None, 404);
        all_alike(&[&cast.application], method, path, &beyond, None, 404);
    }
    assert_eq!(app.count("outgoing_messages"), before);
}

fn the_past_of_what_is_not_visible_is_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let cast = cast(&app);
    let callers = [&*cast.ada, &cast.key, &cast.limited];
    let ill_formed = cast.properties.len() - NO_IDS.len();
    let properties: Vec<String> = cast.properties[..ill_formed - 1].to_vec();
    let at = app.now();
    let path = |id: &str| format!("/api/v1/property_users/history?filter[property_id]={id}&at={at}");
    all_alike(&callers, "GET", path, &properties, None, 404);
    // The record is a list, and has nothing about them. Eve was on Ada's property once, so she is on its record.
    let users = [cast.users[0].clone(), cast.users[2].clone()];
    for field in ["property_id", "user_id", "actor_id"] {
        let ids = if field == "property_id" {
            &properties[..]
        } else {
            &users
        };
        let list = |id: &str| format!("/api/v1/audit_records?filter[{field}]={id}");
        for caller in callers {
            let none = caller.get(&list(NOBODY)).expect(200);
            assert_eq!(none.items().len(), 0);
            all_alike(&[caller], "GET", list, ids, None, 200);
            assert_eq!(caller.get(&list(&ids[0])).fingerprint(), none.fingerprint());
        }
    }
}

fn properties_that_are_not_visible_are_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let cast = cast(&app);
    let callers = [&*cast.ada, &cast.key, &cast.limited];
    let path = |id: &str| format!("/api/v1/properties/{id}");
    let body = json!({"property": {"title": "Mine now"}});
    all_alike(&callers, "GET", path, &cast.properties, None, 404);
    all_alike(&callers, "PUT", path, &cast.properties, Some(&body), 404);
    all_alike(&callers, "DELETE", path, &cast.properties, None, 404);
    all_alike(
        &callers,
        "DELETE",
        |id| format!("{}?force=true", path(id)),
        &cast.properties,
        None,
        404,
    );
    let beyond: Vec<String> = [&cast.properties[..1], &cast.properties[2..]].concat();
    all_alike(&[&cast.application], "GET", path, &beyond, None, 404);
    // To be invited to, they are one as well.
    let ids: Vec<&String> = cast.properties[..3].iter().chain([&cast.properties[4]]).collect();
    let told: Vec<String> = ids
        .iter()
        .flat_map(|id| callers.map(|caller| caller.invites("new@example.test", "user", id).fingerprint()))
        .collect();
    assert!(told[0].starts_with("403"), "{}", told[0]);
    assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
    assert_eq!(app.count("users WHERE state = 'invited'"), 0);
}

fn users_that_are_not_visible_are_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let cast = cast(&app);
    let callers = [&*cast.ada, &cast.key, &cast.limited];
    all_alike(
        &callers,
        "GET",
        |id| format!("/api/v1/users/{id}/"),
        &cast.users,
        None,
        404,
    );
    all_alike(
        &callers,
        "GET",
        |id| format!("/api/v1/users/{id}/credentials/"),
        &cast.users,
        None,
        404,
    );
    all_alike(
        &callers,
        "DELETE",
        |id| format!("/api/v1/users/{id}/"),
        &cast.users,
        None,
        403,
    );
    let beyond: Vec<String> = [&cast.users[..1], &cast.users[2..]].concat();
    for path in ["", "credentials/"] {
        all_alike(
            &[&cast.application],
            "GET",
            |id| format!("/api/v1/users/{id}/{path}"),
            &beyond,
            None,
            404,
        );
    }
    all_alike(
        &[&cast.application],
        "DELETE",
        |id| format!("/api/v1/users/{id}/"),
        &beyond,
        None,
        404,
    );
}

fn keys_that_are_not_visible_are_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let cast = cast(&app);
    let path = |id: &str| format!("/api/v1/api_keys/{id}/");
    let callers = [&*cast.ada, &cast.key];
    all_alike(&callers, "DELETE", path, &cast.keys, None, 404);
    let beyond = &cast.keys[1..];
    all_alike(&[&cast.application], "DELETE", path, beyond, None, 404);
    assert_eq!(app.count("api_keys WHERE revoked_at IS NOT NULL"), 0);
}

/// Accounts of another tenant, of somebody else, deleted, of nothing, and no ids at all; and runs of the first two.
fn accounts_that_are_not_visible_are_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let cast = cast(&app);
    let [hers, gone] = [1, 2].map(|number| cast.ada.connects(number));
    cast.ada.disconnects(&gone).expect(204);
    let others = [app.found("Other").person("tom"), app.person("kim")].map(|person| {
        let account = person.connects(1);
        let run = person.shows(&account, "runs/").each("/id").remove(0);
        (person.id.clone(), account, run)
    });
    let with_none =
        |ids: Vec<&str>| -> Vec<String> { ids.into_iter().chain(NO_IDS).map(str::to_owned).collect() };
    let [(_, toms, toms_run), (kim, kims, kims_run)] = &others;
    let accounts = with_none(vec![toms, kims, &gone, &hers.replace('-', "")]);
    let callers = [&*cast.ada, &cast.key];
    let beneath = [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "refresh/"),
        ("GET", "listings/"),
        ("GET", "reservations/"),
        ("GET", "runs/"),
        ("GET", &format!("runs/{NOBODY}/")),
    ];
    for (method, beneath) in beneath {
        let path = |id: &str| cast.ada.path_of(id, beneath);
        all_alike(&callers, method, path, &accounts, None, 404);
        // An application sees those of its tenant, but each with its own user alone.
        all_alike(&[&cast.application], method, path, &accounts, None, 404);
        // Her own, with somebody else's user; theirs, with their own.
        let with_user = |user: &str| format!("/api/v1/users/{user}/accounts/{hers}/{beneath}");
        all_alike(&callers, method, with_user, &cast.users, None, 404);
        let theirs = |user: &str| format!("/api/v1/users/{user}/accounts/{kims}/{beneath}");
        all_alike(&callers, method, theirs, std::slice::from_ref(kim), None, 404);
    }
    let runs = with_none(vec![toms_run, kims_run]);
    let path = |run: &str| cast.ada.path_of(&hers, &format!("runs/{run}/"));
    all_alike(
        &[&*cast.ada, &cast.key, &cast.application],
        "GET",
        path,
        &runs,
        None,
        404,
    );
    assert_eq!(app.count("sync_slots"), 3);
    assert_eq!(app.count("sync_runs"), 4);
}

fn accounts_are_added_to_nobody_who_is_not_visible(backend: Backend) {
    let app = TestApp::start(backend);
    let cast = cast(&app);
    let path = |id: &str| format!("/api/v1/users/{id}/accounts/");
    let credentials = json!({"client_id": 1, "client_secret": "x"});
    let body = |credentials: &Value| json!({"data": {"type": "accounts", "attributes": {"channel": "hostaway", "credentials": credentials}}});
    let callers = [&*cast.ada, &cast.key, &cast.limited];
    all_alike(&callers, "GET", path, &cast.users, None, 404);
    for (document, status) in [
        (body(&credentials), 404),
        (body(&json!({})), 404),
        (json!({}), 400),
    ] {
        all_alike(&callers, "POST", path, &cast.users, Some(&document), status);
        let beyond: Vec<String> = [&cast.users[..1], &cast.users[2..]].concat();
        all_alike(
            &[&cast.application],
            "POST",
            path,
            &beyond,
            Some(&document),
            status,
        );
    }
    assert_eq!(app.channels().asked(), 0);
    assert_eq!(app.count("accounts"), 0);
}

fn filters_by_what_is_not_visible_find_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let cast = cast(&app);
    let ill_formed = cast.properties.len() - NO_IDS.len();
    for caller in [&*cast.ada, &cast.key, &cast.limited] {
        let list = |query: String| caller.lists(&query);
        let none = list(format!("filter[property_id]={NOBODY}"))
            .expect(200)
            .fingerprint();
        for id in &cast.properties[..ill_formed - 1] {
            assert_eq!(
                list(format!("filter[property_id]={id}")).fingerprint(),
                none,
                "{id}"
            );
        }
        for id in [&cast.users[0], &cast.users[2]] {
            assert_eq!(list(format!("filter[user_id]={id}")).fingerprint(), none, "{id}");
        }
        let together = cast.properties[..3].join(",");
        let repeated = cast.properties[..3].join("&filter%5Bproperty_id%5D=");
        for values in [together, repeated] {
            assert_eq!(
                list(format!("filter[property_id]={values}")).fingerprint(),
                none,
                "{values}"
            );
        }
    }
}
