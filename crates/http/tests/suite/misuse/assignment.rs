//! A write applies what it knows, and nothing else that a body holds (C-50): fields that are shown, fields that are
//! stored, and fields that other products have.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Map, Value, json};

use crate::{
    harness::{Answer, NOBODY, Person, TestApp},
    routes::ROUTES,
};

on_each_backend!(
    no_write_applies_more_than_it_knows,
    coming_in_applies_no_more_than_a_name_and_a_password,
);

/// Names of what is shown or stored somewhere, in both spellings, and of what could be.
const NAMES: [&str; 48] = [
    "id",
    "tenant_id",
    "user_id",
    "property_id",
    "account_id",
    "credential_id",
    "owner_id",
    "property_ids",
    "email",
    "email_key",
    "name",
    "state",
    "status",
    "valid",
    "role",
    "policies",
    "permission",
    "global_permissions",
    "credential_type",
    "scopes",
    "scope",
    "origin",
    "is_admin",
    "is_pms",
    "admin",
    "version",
    "key",
    "secret",
    "secret_hash",
    "password",
    "prefix",
    "last_four",
    "channel_id",
    "channel_display_id",
    "nb_listings",
    "sync_status",
    "health",
    "invited_at",
    "invited_by",
    "created_at",
    "created_by",
    "updated_at",
    "revoked_at",
    "deleted_at",
    "withdrawn_at",
    "last_used_at",
    "last_login",
    "onboarded_at",
];

fn value_for(name: &str, eve: &Person<'_>) -> Value {
    match name {
        "role" => "owner".into(),
        "state" | "status" => "disabled".into(),
        "permission" | "global_permissions" => "admin".into(),
        "email" | "email_key" => "taken@example.test".into(),
        "scopes" | "policies" => json!(["user:write", "users.invite"]),
        name if name.ends_with("_at") => "2001-01-01T00:00:00Z".into(),
        name if name.ends_with("_by") || name == "user_id" || name == "owner_id" => eve.id.clone().into(),
        name if name.ends_with("id") => NOBODY.into(),
        name if name.starts_with("is_") || name == "admin" => true.into(),
        name => format!("a forged {name}").into(),
    }
}

/// The document with all those names in each of its objects, apart from those that the write knows there, and apart
/// from objects whose keys are themselves judged.
fn laden(document: &Value, known: &[&str], eve: &Person<'_>) -> Value {
    let Value::Object(fields) = document else {
        return document.clone();
    };
    let mut more: Map<String, Value> = fields
        .iter()
        .map(|(name, value)| {
            let is_judged = name == "credentials" || name == "overrides";
            let value = if is_judged {
                value.clone()
            } else {
                laden(value, known, eve)
            };
            (name.clone(), value)
        })
        .collect();
    for name in NAMES {
        for spelling in [name.to_owned(), name.replace('_', "-")] {
            if !known.contains(&spelling.as_str()) && !more.contains_key(&spelling) {
                more.insert(spelling, value_for(name, eve));
            }
        }
    }
    Value::Object(more)
}

struct Cast<'a> {
    app: &'a TestApp,
    ada: Person<'a>,
    eve: Person<'a>,
    inn: String,
}

/// A write: the document, with a word that differs from round to round, and what else it knows.
struct Write {
    method: &'static str,
    path: &'static str,
    target: fn(&Cast<'_>, &str) -> String,
    document: fn(&Cast<'_>, &str) -> Value,
    known: &'static [&'static str],
}

fn as_it_is(_: &Cast<'_>, path: &str) -> String {
    path.to_owned()
}

/// A fresh place of somebody on the property, as different writes find it.
fn with_place(cast: &Cast<'_>, path: &str) -> String {
    let email = format!("somebody{}@example.test", cast.app.count("users"));
    let place = cast.ada.invites(&email, "user", &cast.inn).expect(201).id();
    path.replace("{id}", &place)
}

/// A fresh property.
fn with_property(cast: &Cast<'_>, path: &str) -> String {
    let house = json!({"title": "Before", "currency": "EUR"});
    let house = cast.ada.creates_property(&house).expect(201).id();
    path.replace("{id}", &house)
}

fn of_ada(cast: &Cast<'_>, path: &str) -> String {
    path.replace("{user_id}", &cast.ada.id)
}

const WRITES: [Write; 7] = [
    Write {
        method: "POST",
        path: "/api/v1/property_users",
        target: as_it_is,
        document: |cast, word| {
            json!({"invite": {
                "property_id": cast.inn, "user_email": format!("{word}@example.test"), "role": "user",
                "overrides": {"reports.read": false}
            }})
        },
        known: &[],
    },
    Write {
        method: "PUT",
        path: "/api/v1/property_users/{id}",
        target: with_place,
        document: |_, _| json!({"property_user": {"overrides": {"reports.read": false}}}),
        known: &["role"],
    },
    Write {
        method: "POST",
        path: "/api/v1/properties",
        target: as_it_is,
        document: |_, word| json!({"property": {"title": word, "currency": "EUR"}}),
        known: &["email"],
    },
    Write {
        method: "PUT",
        path: "/api/v1/properties/{id}",
        target: with_property,
        document: |_, word| json!({"property": {"title": word}}),
        known: &["email"],
    },
    Write {
        method: "POST",
        path: "/api/v1/users",
        target: as_it_is,
        document: |_, word| {
            json!({"data": {"type": "users", "attributes": {
                "first-name": "New", "last-name": "Person", "email": format!("{word}@example.test")
            }}})
        },
        known: &[],
    },
    Write {
        method: "POST",
        path: "/api/v1/api_keys",
        target: as_it_is,
        document: |cast, _| {
            json!({"data": {"type": "api-keys", "attributes": {
                "user-id": cast.ada.id, "scopes": ["property:read"]
            }}})
        },
        known: &["credential-id", "property-ids"],
    },
    Write {
        method: "POST",
        path: "/api/v1/users/{user_id}/accounts",
        target: of_ada,
        document: |_, word| {
            json!({"data": {"type": "accounts", "attributes": {
                "channel": "guesty", "credentials": {"account": word, "key": NOBODY}
            }}})
        },
        known: &[],
    },
];

/// The answer with names for ids, and without what differs from round to round.
fn told(answer: &Answer, word: &str) -> String {
    let line = answer.line().replace(word, "[word]");
    let mut told = String::new();
    for (place, part) in line.split("somebody").enumerate() {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        told.push_str(if place == 0 { part } else { rest });
    }
    told
}

fn no_write_applies_more_than_it_knows(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let cast = Cast {
        app: &app,
        ada,
        eve,
        inn,
    };
    let with_body = ROUTES.iter().filter(|row| row.takes_body());
    let known: Vec<_> = WRITES.iter().map(|write| (write.method, write.path)).collect();
    for row in with_body {
        assert!(known.contains(&(row.method, row.path)), "{row:?} is not tried");
    }
    for (round, write) in WRITES.iter().enumerate() {
        let caller = if write.path == "/api/v1/users" {
            app.application()
        } else {
            (*cast.ada).clone()
        };
        let [plain, more] = [false, true].map(|is_laden| {
            let target = (write.target)(&cast, write.path);
            let word = &format!("{}{round}", if is_laden { "laden" } else { "plain" });
            let document = (write.document)(&cast, word);
            let body = if is_laden {
                laden(&document, write.known, &cast.eve)
            } else {
                document
            };
            let answer = caller.request(write.method, &target).json(&body).send();
            assert!(answer.status < 300, "{} {}: {answer}", write.method, write.path);
            told(&answer, word)
        });
        assert_eq!(more, plain, "{} {}", write.method, write.path);
    }
    // Nothing that was not shown was stored either.
    for (table, forged) in [
        ("users", "email = 'taken@example.test'"),
        ("users", "state = 'disabled'"),
        ("credentials", "permission = 'admin'"),
        ("api_keys", "revoked_at IS NOT NULL"),
        ("properties", "deleted_at IS NOT NULL"),
        ("property_users", "withdrawn_at IS NOT NULL"),
        ("accounts", "deleted_at IS NOT NULL"),
    ] {
        assert_eq!(
            app.count(&format!("{table} WHERE {forged}")),
            0,
            "{table} {forged}"
        );
    }
    assert_eq!(
        cast.eve.lists("").items().len(),
        0,
        "nothing became another person's"
    );
    assert_eq!(cast.eve.get("/api/v1/api_keys/").items().len(), 0);
    assert_eq!(cast.eve.shows("", "").items().len(), 0);
}

fn coming_in_applies_no_more_than_a_name_and_a_password(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let password = "violet-anchor-38-dune";
    let seen = ["plain", "laden"].map(|word| {
        let email = format!("{word}@example.test");
        let invited = ada.invites(&email, "user", &inn).expect(201);
        let guest = invited.text("/data/attributes/user_id");
        let user = json!({
            "token": app.link_to(&guest), "name": "Gus Guest", "password": password,
            "password_confirmation": password
        });
        let body = match word {
            "plain" => json!({"user": user}),
            _ => laden(&json!({"user": user}), &[], &eve),
        };
        app.stranger().post("/api/v1/confirm_invite", &body).expect(200);
        let application = app.application();
        let paths = [
            format!("/api/v1/property_users/{}", invited.id()),
            format!("/api/v1/users/{guest}/"),
            format!("/api/v1/users/{guest}/credentials/"),
        ];
        paths.map(|path| {
            let line = application.get(&path).expect(200).line();
            line.replace(word, "[word]")
        })
    });
    assert_eq!(seen[1], seen[0]);
}
