//! `POST /api/v1/users/{id}/accounts/`: documents and credentials that cannot be right.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{TestApp, assert_shows};

on_each_backend!(
    malformed_documents_are_told,
    wrong_credentials_are_told_key_by_key,
    each_wrong_credential_is_told,
    credentials_are_taken_in_their_spellings,
    keys_stand_in_pointers_as_they_should,
    credentials_have_limits,
    credentials_of_two_ways_do_not_mix,
);

fn malformed_documents_are_told(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let good = json!({"client_id": 1, "client_secret": "x"});
    let path = format!("/api/v1/users/{}/accounts/", ada.id);
    let attributes = |attributes: Value| json!({"data": {"type": "accounts", "attributes": attributes}});
    let told = [
        ("nothing", json!({})),
        ("no data", json!({"data": null})),
        ("no type", json!({"data": {}})),
        (
            "another type",
            json!({"data": {"type": "users", "attributes": {}}}),
        ),
        ("no attributes", json!({"data": {"type": "accounts"}})),
        ("attributes of a wrong type", attributes(json!([]))),
        ("empty", attributes(json!({}))),
        ("no channel", attributes(json!({"credentials": good}))),
        ("no credentials", attributes(json!({"channel": "hostaway"}))),
        ("nulls", attributes(json!({"channel": null, "credentials": null}))),
        (
            "wrong types",
            attributes(json!({"channel": 1, "credentials": "x", "label": []})),
        ),
        (
            "a list",
            attributes(json!({"channel": "hostaway", "credentials": [good]})),
        ),
        ("blank", attributes(json!({"channel": "  ", "credentials": {}}))),
        (
            "unknown, and wrong",
            attributes(json!({"channel": "nowhere", "credentials": 1})),
        ),
        (
            "a bell",
            attributes(json!({"channel": "hostaway", "credentials": good, "label": "\u{7}"})),
        ),
    ]
    .map(|(case, document)| format!("{case} -> {}", ada.post(&path, &document).refusal()));
    assert_shows!(told.join("\n"), @"
    nothing -> 400 /data required
    no data -> 400 /data invalid
    no type -> 400 /data/type required
    another type -> 409 /data/type conflict
    no attributes -> 400 /data/attributes/channel required; /data/attributes/credentials required
    attributes of a wrong type -> 400 /data/attributes invalid
    empty -> 400 /data/attributes/channel required; /data/attributes/credentials required
    no channel -> 400 /data/attributes/channel required
    no credentials -> 400 /data/attributes/credentials required
    nulls -> 400 /data/attributes/channel blank; /data/attributes/credentials blank
    wrong types -> 400 /data/attributes/channel invalid; /data/attributes/credentials invalid; /data/attributes/label invalid
    a list -> 400 /data/attributes/credentials invalid
    blank -> 400 /data/attributes/channel blank
    unknown, and wrong -> 400 /data/attributes/credentials invalid
    a bell -> 400 /data/attributes/label invalid
    ");
    let twice = r#"{"data": {"type": "accounts", "attributes": {"channel": "hostaway",
        "credentials": {"client_id": 1, "client_secret": "x", "client_secret": "y"}}}}"#;
    let answer = ada.request("POST", &path).json_text(twice).send();
    assert_eq!(answer.refusal(), "400 parse_error");
    assert_eq!(app.channels().asked(), 0);
    assert_eq!(app.count("accounts"), 0);
}

fn wrong_credentials_are_told_key_by_key(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let adds = |credentials: Value| {
        ada.adds_account(
            &ada.id,
            &json!({"channel": "hostaway", "credentials": credentials}),
        )
    };
    let several = json!({"client_id": "12 x", "client_secret": null, "api_key": "k", "email": "no address"});
    assert_shows!(adds(several), @r#"
    422
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "unknown_credential",
          "detail": "The channel takes no such credential.",
          "meta": {
            "channel": "hostaway",
            "code": "unknown_credential"
          },
          "source": {
            "pointer": "/data/attributes/credentials/api_key"
          },
          "status": "422",
          "title": "Unprocessable Entity"
        },
        {
          "code": "invalid_format",
          "detail": "This credential does not have the form it must have.",
          "meta": {
            "channel": "hostaway",
            "code": "invalid_format"
          },
          "source": {
            "pointer": "/data/attributes/credentials/client_id"
          },
          "status": "422",
          "title": "Unprocessable Entity"
        },
        {
          "code": "missing_credential",
          "detail": "This credential is required.",
          "meta": {
            "channel": "hostaway",
            "code": "missing_credential"
          },
          "source": {
            "pointer": "/data/attributes/credentials/client_secret"
          },
          "status": "422",
          "title": "Unprocessable Entity"
        },
        {
          "code": "invalid_format",
          "detail": "This credential does not have the form it must have.",
          "meta": {
            "channel": "hostaway",
            "code": "invalid_format"
          },
          "source": {
            "pointer": "/data/attributes/credentials/email"
          },
          "status": "422",
          "title": "Unprocessable Entity"
        }
      ],
      "meta": {
        "channel": "hostaway",
        "code": "unknown_credential"
      }
    }
    "#);
    assert_eq!(app.channels().asked(), 0);
}

fn each_wrong_credential_is_told(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let adds = |credentials: Value| {
        ada.adds_account(
            &ada.id,
            &json!({"channel": "hostaway", "credentials": credentials}),
        )
    };
    let told = [
        json!({}),
        json!({"client_id": 1}),
        json!({"client_id": 1, "client_secret": ""}),
        json!({"client_id": 1, "client_secret": "   "}),
        json!({"client_id": 1, "client_secret": []}),
        json!({"client_id": 1, "client_secret": ["x", "y"]}),
        json!({"client_id": 1, "client_secret": {"x": "y"}}),
        json!({"client_id": 1, "client_secret": true}),
        json!({"client_id": 1, "client_secret": "x\r\nHost: elsewhere"}),
        json!({"client_id": 1.5, "client_secret": "x"}),
        json!({"client_id": -1, "client_secret": "x"}),
        json!({"client-id": 1, "client_secret": "x"}),
        json!({"CLIENT_ID": 1, "client_secret": "x"}),
    ]
    .map(|credentials| format!("{credentials} -> {}", adds(credentials.clone()).refusal()));
    assert_shows!(told.join("\n"), @r#"
    {} -> 422 /data/attributes/credentials/client_id missing_credential; /data/attributes/credentials/client_secret missing_credential
    {"client_id":1} -> 422 /data/attributes/credentials/client_secret missing_credential
    {"client_id":1,"client_secret":""} -> 422 /data/attributes/credentials/client_secret missing_credential
    {"client_id":1,"client_secret":"   "} -> 422 /data/attributes/credentials/client_secret missing_credential
    {"client_id":1,"client_secret":[]} -> 422 /data/attributes/credentials/client_secret missing_credential
    {"client_id":1,"client_secret":["x","y"]} -> 422 /data/attributes/credentials/client_secret invalid_format
    {"client_id":1,"client_secret":{"x":"y"}} -> 422 /data/attributes/credentials/client_secret invalid_format
    {"client_id":1,"client_secret":true} -> 422 /data/attributes/credentials/client_secret invalid_format
    {"client_id":1,"client_secret":"x\r\nHost: elsewhere"} -> 422 /data/attributes/credentials/client_secret invalid_format
    {"client_id":1.5,"client_secret":"x"} -> 422 /data/attributes/credentials/client_id invalid_format
    {"client_id":-1,"client_secret":"x"} -> 422 /data/attributes/credentials/client_id invalid_format
    {"client-id":1,"client_secret":"x"} -> 422 /data/attributes/credentials/client-id unknown_credential; /data/attributes/credentials/client_id missing_credential
    {"CLIENT_ID":1,"client_secret":"x"} -> 422 /data/attributes/credentials/CLIENT_ID unknown_credential; /data/attributes/credentials/client_id missing_credential
    "#);
    assert_eq!(app.channels().asked(), 0);
    assert_eq!(app.count("accounts"), 0);
}

fn credentials_are_taken_in_their_spellings(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let told = [
        json!({"client_id": 61148, "client_secret": 12}),
        json!({"client_id": "0061148", "client_secret": "x", "email": null}),
        json!({"client_id": 18_446_744_073_709_551_615_u64, "client_secret": "x", "email": ""}),
        json!({"client_id": " 7\t", "client_secret": " x "}),
    ]
    .map(|credentials| {
        let attributes = json!({"channel": "hostaway", "credentials": credentials});
        let answer = ada.adds_account(&ada.id, &attributes).expect(201);
        format!("{credentials} -> {}", answer.text("/data/attributes/channel-id"))
    });
    assert_shows!(told.join("\n"), @r#"
    {"client_id":61148,"client_secret":12} -> 61148
    {"client_id":"0061148","client_secret":"x","email":null} -> 0061148
    {"client_id":18446744073709551615,"client_secret":"x","email":""} -> 18446744073709551615
    {"client_id":" 7\t","client_secret":" x "} -> 7
    "#);
    let links = [
        json!("https://a.example/1.ics"),
        json!(["https://a.example/2.ics", "https://a.example/3.ics"]),
        json!([]),
        json!(["https://a.example/4.ics", 5]),
        json!(["https://a.example/4.ics", null]),
        json!(vec!["https://a.example/5.ics"; 101]),
    ]
    .map(|links| {
        let attributes = json!({"channel": "airbnb", "credentials": {"ical_urls": links}});
        let answer = ada.adds_account(&ada.id, &attributes);
        if answer.status == 201 {
            answer.text("/data/attributes/channel-id")
        } else {
            answer.refusal()
        }
    });
    assert_shows!(links.join("\n"), @"
    https://a.example/1.ics
    https://a.example/2.ics
    422 /data/attributes/credentials/ical_urls missing_credential
    422 /data/attributes/credentials/ical_urls invalid_format
    422 /data/attributes/credentials/ical_urls invalid_format
    422 /data/attributes/credentials/ical_urls invalid_format
    ");
}

fn keys_stand_in_pointers_as_they_should(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let credentials =
        json!({"client_id": 1, "client_secret": "x", "a/b": 1, "a~b": 1, "a b": 1, "": 1, "ключ": 1});
    let answer = ada.adds_account(
        &ada.id,
        &json!({"channel": "hostaway", "credentials": credentials}),
    );
    assert_shows!(answer.refusal().replace("; ", "\n"), @"
    422 /data/attributes/credentials/ unknown_credential
    /data/attributes/credentials/a b unknown_credential
    /data/attributes/credentials/a~0b unknown_credential
    /data/attributes/credentials/a~1b unknown_credential
    /data/attributes/credentials/ключ unknown_credential
    ");
}

fn credentials_have_limits(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let adds = |keys: Vec<String>| {
        let credentials: serde_json::Map<String, Value> =
            keys.into_iter().map(|key| (key, json!("x"))).collect();
        let answer = ada.adds_account(
            &ada.id,
            &json!({"channel": "hostaway", "credentials": credentials}),
        );
        let errors = answer.at("/errors").as_array().map_or(0, Vec::len);
        format!(
            "{} {}",
            errors,
            answer.refusal().chars().take(60).collect::<String>()
        )
    };
    let keys = |many: usize| {
        (0..many)
            .map(|number| format!("key_{number}"))
            .collect::<Vec<_>>()
    };
    let told = [
        adds(keys(50)),
        adds(keys(51)),
        adds(vec!["k".repeat(100)]),
        adds(vec!["k".repeat(101)]),
    ];
    assert_shows!(told.join("\n"), @"
    52 422 /data/attributes/credentials/client_id missing_credentia
    1 400 /data/attributes/credentials invalid
    3 422 /data/attributes/credentials/client_id missing_credentia
    1 400 /data/attributes/credentials invalid
    ");
    for (length, expected) in [(8_192, 201), (8_193, 422)] {
        let answer = ada.adds(9, &"s".repeat(length));
        assert_eq!(answer.status, expected, "{length}");
    }
}

/// A channel with several ways to connect takes the keys of one of them.
fn credentials_of_two_ways_do_not_mix(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let key = "01890000-0000-7000-8000-000000000001";
    let told = [
        ("guesty", json!({"jwt": "x"})),
        ("guesty", json!({"account": "a", "key": key})),
        ("guesty", json!({"jwt": "x", "key": key})),
        ("guesty", json!({"account": "a"})),
        ("airbnb", json!({"access_token": "x"})),
        ("opera", json!({"hotel_id": "x"})),
        ("opera", json!({})),
    ]
    .map(|(channel, credentials)| {
        let answer = ada.adds_account(&ada.id, &json!({"channel": channel, "credentials": credentials}));
        format!(
            "{channel} {credentials} -> {}",
            if answer.status == 201 {
                "201".to_owned()
            } else {
                answer.refusal()
            }
        )
    });
    assert_shows!(told.join("\n"), @r#"
    guesty {"jwt":"x"} -> 201
    guesty {"account":"a","key":"01890000-0000-7000-8000-000000000001"} -> 201
    guesty {"jwt":"x","key":"01890000-0000-7000-8000-000000000001"} -> 422 /data/attributes/credentials/key unknown_credential
    guesty {"account":"a"} -> 422 /data/attributes/credentials/key missing_credential
    airbnb {"access_token":"x"} -> 422 /data/attributes/channel unsupported
    opera {"hotel_id":"x"} -> 422 /data/attributes/channel unsupported
    opera {} -> 422 /data/attributes/channel unsupported
    "#);
}
