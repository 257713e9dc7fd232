//! Ids in bodies are guarded as those in paths are: what exists elsewhere is told like what does not exist.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, NOBODY, TestApp};

on_each_backend!(what_a_body_names_is_guarded_as_what_a_path_names);

/// One answer for all of them.
#[track_caller]
fn all_alike(case: &str, expected: u16, ids: &[&str], send: impl Fn(&str) -> Answer) {
    let told: Vec<String> = ids.iter().map(|id| send(id).fingerprint()).collect();
    for (id, one) in ids.iter().zip(&told) {
        assert!(one.starts_with(&expected.to_string()), "{case} {id}: {one}");
        assert_eq!(one, &told[0], "{case} {id}");
    }
}

fn what_a_body_names_is_guarded_as_what_a_path_names(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve, left] = ["ada", "eve", "left"].map(|name| app.person(name));
    let roy = app.found("Rival").person("roy");
    let application = app.application();
    let inn = ada.opens("Sea Inn");
    let [hidden, gone] = ["Hidden", "Gone"].map(|title| eve.opens(title));
    eve.delete(&format!("/api/v1/properties/{gone}")).expect(200);
    let theirs = roy.opens("Theirs");
    application
        .delete(&format!("/api/v1/users/{}/", left.id))
        .expect(204);
    let (key, _) = ada.with_key(&json!({"scopes": ["user:write", "property:read", "property:write"]}));
    let of_ada = [&*ada, &key];

    let properties = [NOBODY, &theirs, &hidden, &gone];
    for caller in of_ada {
        all_alike("invite.property_id", 403, &properties, |id| {
            caller.invites("new@example.test", "user", id)
        });
        all_alike("property-ids", 400, &properties, |id| {
            caller.makes_key(&json!({"scopes": ["property:read"], "property-ids": [id]}))
        });
        all_alike("property-ids beside one's own", 400, &properties, |id| {
            caller.makes_key(&json!({"scopes": ["property:read"], "property-ids": [inn, id]}))
        });
        let others = [NOBODY, roy.id.as_str(), &eve.id, &left.id];
        all_alike("user-id", 400, &others, |id| {
            caller.makes_key(&json!({"scopes": ["property:read"], "user-id": id}))
        });
    }
    all_alike(
        "invite.property_id of an application",
        403,
        &[NOBODY, &theirs, &gone],
        |id| application.invites("new@example.test", "user", id),
    );
    let nobodies = [NOBODY, roy.id.as_str(), &left.id];
    all_alike("owner_id", 422, &nobodies, |id| {
        application.creates_property(&json!({"title": "x", "currency": "EUR", "owner_id": id}))
    });
    all_alike("user-id of an application", 400, &nobodies, |id| {
        application.makes_key(&json!({"scopes": ["property:read"], "user-id": id}))
    });
    let makes = |caller: &Caller<'_>, more: (&str, Value)| {
        let mut attributes = json!({"scopes": ["property:read"], "user-id": ada.id});
        attributes[more.0] = more.1;
        caller.makes_key(&attributes)
    };
    for caller in [&*ada, &application] {
        let credentials = [NOBODY, roy.credential.as_str(), &eve.credential, &left.credential];
        all_alike("credential-id", 400, &credentials, |id| {
            makes(caller, ("credential-id", json!(id)))
        });
    }
    all_alike("property-ids of an application", 400, &properties, |id| {
        makes(&application, ("property-ids", json!([id])))
    });
    assert_eq!(app.count("api_keys"), 1);
    assert_eq!(app.count("users WHERE state = 'invited'"), 0);
    assert_eq!(app.count("properties"), 4);
}
