//! What a token or key may be minted to reach, as tables: whoever mints, by what is asked for.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Caller, TestApp, all_scopes};

on_each_backend!(
    no_token_reaches_further_than_its_application,
    no_key_reaches_further_than_who_makes_it,
);

const SCOPES: [&str; 6] = [
    "user:read",
    "user:write",
    "listings:read",
    "reservations:read",
    "property:read",
    "property:write",
];

/// What is asked for, with whether it is well-formed: each scope, each with another one, and what is no scope.
fn requests() -> Vec<(Vec<String>, bool)> {
    let mut requests = Vec::new();
    for first in SCOPES {
        requests.push((vec![first.to_owned()], true));
        requests.push((vec![first.to_owned(), first.to_owned()], true));
        requests.push((vec![first.to_owned(), "user:fly".to_owned()], false));
        requests.push((vec![first.to_uppercase()], false));
        for second in SCOPES {
            requests.push((vec![first.to_owned(), second.to_owned()], true));
        }
    }
    requests.push((all_scopes().split(' ').map(str::to_owned).collect(), true));
    requests.push((vec!["*".to_owned()], false));
    requests
}

fn within(asked: &[String], allowed: &str) -> bool {
    let allowed: Vec<&str> = allowed.split(' ').collect();
    asked.iter().all(|scope| allowed.contains(&scope.as_str()))
}

/// The distinct scopes, in the order in which tokens show them.
fn shown(asked: &[String]) -> String {
    let known = SCOPES
        .into_iter()
        .filter(|scope| asked.iter().any(|one| one == scope));
    known.collect::<Vec<_>>().join(" ")
}

fn no_token_reaches_further_than_its_application(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let all = all_scopes();
    for allowed in ["user:read", "user:write property:read", all.as_str()] {
        let company = app.home().application(allowed, false);
        for subject in [None, Some(ada.id.as_str())] {
            let ask = |scope: Option<&str>| {
                let mut fields = Vec::new();
                fields.extend(scope.map(|scope| ("scope", scope)));
                fields.extend(subject.map(|user| ("user_id", user)));
                company.asks(&fields)
            };
            for (asked, is_known) in requests() {
                let answer = ask(Some(&asked.join(" ")));
                let expected = if is_known && within(&asked, allowed) {
                    assert_eq!(answer.text("/scope"), shown(&asked));
                    200
                } else {
                    assert_eq!(answer.refusal(), "400 invalid_scope");
                    400
                };
                assert_eq!(answer.status, expected, "{allowed}: {asked:?}: {answer}");
            }
            assert_eq!(ask(None).expect(200).text("/scope"), allowed, "absent is all");
            assert_eq!(ask(Some("")).refusal(), "400 invalid_scope", "empty is none");
        }
    }
}

fn no_key_reaches_further_than_who_makes_it(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let all = all_scopes();
    for own in ["user:write", "user:write property:read", all.as_str()] {
        let list: Vec<&str> = own.split(' ').collect();
        let token = app.home().mints(&[("user_id", &ada.id), ("scope", own)]);
        let (key, _) = ada.with_key(&json!({"scopes": list}));
        let application = app.home().mints(&[("scope", own)]);
        let makes = |caller: &Caller<'_>, scopes: &Value| {
            caller.makes_key(&json!({"scopes": scopes, "user-id": ada.id}))
        };
        for (asked, is_known) in requests() {
            for caller in [&token, &key, &application] {
                let answer = makes(caller, &json!(asked));
                let expected = match (is_known, within(&asked, own)) {
                    (false, _) => 400,
                    (true, false) => 403,
                    (true, true) => 201,
                };
                assert_eq!(answer.status, expected, "{own}: {asked:?}: {answer}");
                if expected == 201 {
                    let scopes: Vec<String> = shown(&asked).split(' ').map(str::to_owned).collect();
                    assert_eq!(answer.at("/data/attributes/scopes"), json!(scopes));
                }
            }
        }
        for none in [json!([]), json!(null), json!([""]), json!("user:write")] {
            for caller in [&token, &key, &application] {
                assert_eq!(makes(caller, &none).status, 400, "{own}: {none}");
            }
        }
    }
}
