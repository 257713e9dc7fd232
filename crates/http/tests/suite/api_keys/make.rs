//! `POST /api/v1/api_keys/`.

use innkeeper_domain::access::Permission;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    a_key_is_shown_once,
    an_application_names_the_user,
    all_wrong_attributes_are_told_at_once,
    each_attribute_says_what_is_wrong_with_it,
    documents_that_are_no_key,
    a_key_is_bound_to_a_credential_of_its_user,
);

fn a_key_is_shown_once(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let answer = ada.makes_key(&json!({
        "scopes": ["property:read", "user:read", "property:read"], "property-ids": [inn, inn],
        "expires-at": "2031-01-01T01:00:00.123456789+01:00",
        // Not for a caller to say.
        "key": "innk_mine", "prefix": "x", "last-four": "0000", "state": "active", "tenant-id": NOBODY,
        "created-at": "2001-01-01T00:00:00Z", "last-used-at": "2001-01-01T00:00:00Z", "revoked-at": null
    }));
    assert_shows!(answer, @r#"
    201
    content-type: application/vnd.api+json
    cache-control: no-store
    {
      "data": {
        "attributes": {
          "created-at": "2030-06-01T12:00:01.000000Z",
          "credential-id": "[ada's credential]",
          "expires-at": "2031-01-01T00:00:00.123456Z",
          "key": "[innk_...]",
          "last-four": "[last four]",
          "last-used-at": null,
          "prefix": "innk_",
          "property-ids": [
            "[Sea Inn]"
          ],
          "scopes": [
            "user:read",
            "property:read"
          ],
          "state": "active",
          "user-id": "[ada]"
        },
        "id": "[api-key]",
        "type": "api-keys"
      }
    }
    "#);
    let key = answer.text("/data/attributes/key");
    assert!(key.starts_with("innk_") && key.ends_with(&answer.text("/data/attributes/last-four")));
    let listed = ada.get("/api/v1/api_keys/");
    assert!(!listed.body.contains(&key), "it is not shown again");
    assert_eq!(app.count("audit_records WHERE action = 'api_key.created'"), 1);
}

fn an_application_names_the_user(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, off, gone] = ["ada", "off", "gone"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let invited = ada.invites("new@example.test", "user", &inn).expect(201);
    let invited = invited.text("/data/attributes/user_id");
    app.home().disables(&off.id);
    let application = app.application();
    application
        .delete(&format!("/api/v1/users/{}/", gone.id))
        .expect(204);
    let foreigner = app.found("Rival").person("roy");
    assert_shows!(application.makes_key(&json!({"scopes": ["user:read"]})), @r#"
    400
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "required",
          "detail": "This field is required.",
          "source": {
            "pointer": "/data/attributes/user-id"
          },
          "status": "400",
          "title": "Bad Request"
        }
      ]
    }
    "#);
    let told = |user: &str| {
        let attributes = json!({"user-id": user, "scopes": ["user:read"]});
        application.makes_key(&attributes)
    };
    assert_shows!(told(NOBODY), @r#"
    400
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "pointer": "/data/attributes/user-id"
          },
          "status": "400",
          "title": "Bad Request"
        }
      ]
    }
    "#);
    let refused = told(NOBODY).fingerprint();
    for user in [&invited, &off.id, &gone.id, &foreigner.id, "ada"] {
        assert_eq!(told(user).fingerprint(), refused, "{user}");
    }
    assert_eq!(told(&ada.id).expect(201).text("/data/attributes/user-id"), ada.id);
    // For a user, everybody else is as unknown.
    let by_ada = |user: &str| ada.makes_key(&json!({"user-id": user, "scopes": ["user:read"]}));
    for user in [&off.id, &foreigner.id, NOBODY] {
        assert_eq!(by_ada(user).fingerprint(), refused, "{user}");
    }
    by_ada(&ada.id).expect(201);
    assert_eq!(app.count("api_keys"), 2);
}

fn all_wrong_attributes_are_told_at_once(backend: Backend) {
    let app = TestApp::start(backend);
    let wrong = json!({
        "user-id": 7, "credential-id": "x", "scopes": ["user:fly"], "property-ids": ["inn"],
        "expires-at": "tomorrow"
    });
    assert_shows!(app.application().makes_key(&wrong), @r#"
    400
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "pointer": "/data/attributes/credential-id"
          },
          "status": "400",
          "title": "Bad Request"
        },
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "pointer": "/data/attributes/expires-at"
          },
          "status": "400",
          "title": "Bad Request"
        },
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "pointer": "/data/attributes/property-ids"
          },
          "status": "400",
          "title": "Bad Request"
        },
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "pointer": "/data/attributes/scopes"
          },
          "status": "400",
          "title": "Bad Request"
        },
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "pointer": "/data/attributes/user-id"
          },
          "status": "400",
          "title": "Bad Request"
        }
      ]
    }
    "#);
}

fn each_attribute_says_what_is_wrong_with_it(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let theirs = app.person("eve").opens("Theirs");
    let mine = ada.opens("Mine");
    let table = [
        ("scopes", json!([])),
        ("scopes", json!(null)),
        ("scopes", json!("user:read")),
        ("scopes", json!(["user:read", 1])),
        ("scopes", json!(["user:read", "user:fly"])),
        ("scopes", json!(["*"])),
        ("scopes", json!([["user:read"]])),
        ("property-ids", json!(null)),
        ("property-ids", json!([])),
        ("property-ids", json!(mine)),
        ("property-ids", json!([mine, "x"])),
        ("property-ids", json!([mine, null])),
        ("property-ids", json!([theirs])),
        ("property-ids", json!([mine, theirs])),
        ("property-ids", json!([NOBODY])),
        ("expires-at", json!(null)),
        ("expires-at", json!("")),
        ("expires-at", json!("never")),
        ("expires-at", json!("2031-01-01")),
        ("expires-at", json!("2031-01-01T00:00:00")),
        ("expires-at", json!(1_900_000_000)),
        ("expires-at", json!("2030-06-01T12:00:00Z")),
        ("expires-at", json!("2001-01-01T00:00:00Z")),
        ("expires-at", json!("2031-01-01T00:00:00Z")),
        ("credential-id", json!(null)),
        ("credential-id", json!("")),
        ("credential-id", json!(NOBODY)),
        ("credential-id", json!([ada.credential])),
        ("credential-id", json!(ada.credential)),
        ("user-id", json!(null)),
    ];
    let told = table.map(|(name, value)| {
        let mut attributes = json!({"scopes": ["user:read"]});
        attributes[name] = value.clone();
        let answer = ada.makes_key(&attributes);
        let shown = answer.names.tell(value);
        format!("{name} {shown} -> {}", answer.refusal())
    });
    assert_shows!(told.join("\n"), @r#"
    scopes [] -> 400 /data/attributes/scopes blank
    scopes null -> 400 /data/attributes/scopes blank
    scopes "user:read" -> 400 /data/attributes/scopes invalid
    scopes ["user:read",1] -> 400 /data/attributes/scopes invalid
    scopes ["user:read","user:fly"] -> 400 /data/attributes/scopes invalid
    scopes ["*"] -> 400 /data/attributes/scopes invalid
    scopes [["user:read"]] -> 400 /data/attributes/scopes invalid
    property-ids null -> 201 
    property-ids [] -> 400 /data/attributes/property-ids blank
    property-ids "[Mine]" -> 400 /data/attributes/property-ids invalid
    property-ids ["[Mine]","x"] -> 400 /data/attributes/property-ids invalid
    property-ids ["[Mine]",null] -> 400 /data/attributes/property-ids invalid
    property-ids ["[Theirs]"] -> 400 /data/attributes/property-ids invalid
    property-ids ["[Mine]","[Theirs]"] -> 400 /data/attributes/property-ids invalid
    property-ids ["[id]"] -> 400 /data/attributes/property-ids invalid
    expires-at null -> 201 
    expires-at "" -> 400 /data/attributes/expires-at blank
    expires-at "never" -> 400 /data/attributes/expires-at invalid
    expires-at "2031-01-01" -> 400 /data/attributes/expires-at invalid
    expires-at "2031-01-01T00:00:00" -> 400 /data/attributes/expires-at invalid
    expires-at 1900000000 -> 400 /data/attributes/expires-at invalid
    expires-at "2030-06-01T12:00:00Z" -> 400 /data/attributes/expires-at invalid
    expires-at "2001-01-01T00:00:00Z" -> 400 /data/attributes/expires-at invalid
    expires-at "2031-01-01T00:00:00Z" -> 201 
    credential-id null -> 201 
    credential-id "" -> 400 /data/attributes/credential-id blank
    credential-id "[id]" -> 400 /data/attributes/credential-id invalid
    credential-id ["[ada's credential]"] -> 400 /data/attributes/credential-id invalid
    credential-id "[ada's credential]" -> 201 
    user-id null -> 201
    "#);
}

fn documents_that_are_no_key(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let scopes = json!({"scopes": ["user:read"]});
    let told = [
        json!({}),
        json!([]),
        json!(null),
        json!({"data": null}),
        json!({"data": []}),
        json!({"data": {"attributes": scopes}}),
        json!({"data": {"type": null, "attributes": scopes}}),
        json!({"data": {"type": 7, "attributes": scopes}}),
        json!({"data": {"type": "users", "attributes": scopes}}),
        json!({"data": {"type": "api_keys", "attributes": scopes}}),
        json!({"data": {"type": "api-keys"}}),
        json!({"data": {"type": "api-keys", "attributes": []}}),
        json!({"data": {"type": "api-keys", "attributes": null}}),
        json!({"scopes": ["user:read"]}),
    ]
    .map(|document| {
        format!(
            "{document} -> {}",
            ada.post("/api/v1/api_keys/", &document).refusal()
        )
    });
    assert_shows!(told.join("\n"), @r#"
    {} -> 400 /data required
    [] -> 400 parse_error
    null -> 400 parse_error
    {"data":null} -> 400 /data invalid
    {"data":[]} -> 400 /data invalid
    {"data":{"attributes":{"scopes":["user:read"]}}} -> 400 /data/type required
    {"data":{"attributes":{"scopes":["user:read"]},"type":null}} -> 400 /data/type invalid
    {"data":{"attributes":{"scopes":["user:read"]},"type":7}} -> 400 /data/type invalid
    {"data":{"attributes":{"scopes":["user:read"]},"type":"users"}} -> 409 /data/type conflict
    {"data":{"attributes":{"scopes":["user:read"]},"type":"api_keys"}} -> 409 /data/type conflict
    {"data":{"type":"api-keys"}} -> 400 /data/attributes/scopes required
    {"data":{"attributes":[],"type":"api-keys"}} -> 400 /data/attributes invalid
    {"data":{"attributes":null,"type":"api-keys"}} -> 400 /data/attributes invalid
    {"scopes":["user:read"]} -> 400 /data required
    "#);
    let wrong = ada.post(
        "/api/v1/api_keys/",
        &json!({"data": {"type": "users", "attributes": scopes}}),
    );
    assert_shows!(wrong, @r#"
    409
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "conflict",
          "detail": "The resource type must be `api-keys`.",
          "source": {
            "pointer": "/data/type"
          },
          "status": "409",
          "title": "Conflict"
        }
      ]
    }
    "#);
}

fn a_key_is_bound_to_a_credential_of_its_user(backend: Backend) {
    let app = TestApp::start(backend);
    let (home, ada, eve) = (app.home(), app.person("ada"), app.person("eve"));
    let second = home.adds_credential(&ada.id, Permission::View);
    let application = app.application();
    let bound = |credential: Value| {
        let attributes = json!({"user-id": ada.id, "credential-id": credential, "scopes": ["user:read"]});
        application.makes_key(&attributes)
    };
    let credential = "/data/attributes/credential-id";
    assert_eq!(bound(Value::Null).text(credential), ada.credential);
    assert_eq!(bound(json!(second)).text(credential), second);
    let refused = "400 /data/attributes/credential-id invalid";
    for other in [&eve.credential, NOBODY] {
        assert_eq!(bound(json!(other)).refusal(), refused);
    }
    home.removes_credential(&second);
    assert_eq!(bound(json!(second)).refusal(), refused);
}
