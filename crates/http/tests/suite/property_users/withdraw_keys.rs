//! What a withdrawal does to API keys.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use super::places;
use crate::harness::{Caller, Person, TestApp};

on_each_backend!(
    limits_lose_the_property,
    keys_of_others_stay,
    keys_are_not_restored
);

const SCOPES: [&str; 4] = ["property:read", "property:write", "user:read", "user:write"];

/// Bob works on two properties of Ada's.
fn cast(app: &TestApp) -> (Person<'_>, Person<'_>, [String; 2], [String; 2]) {
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inns = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    let own = [&inns[0], &inns[1]].map(|inn| app.puts(&bob, inn, "user"));
    (ada, bob, inns, own)
}

fn limited<'a>(bob: &Person<'a>, properties: &[&String]) -> (Caller<'a>, String) {
    bob.with_key(&json!({"scopes": SCOPES, "property-ids": properties}))
}

fn told(app: &TestApp, key: &str) -> Value {
    let keys = app.application().get("/api/v1/api_keys/").items();
    let found = keys.into_iter().find(|one| one["id"] == key);
    let found = found.expect("a revoked key stays listed");
    json!([found["attributes"]["state"], found["attributes"]["property-ids"]])
}

fn limits_lose_the_property(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, bob, [sea, hill], [at_sea, at_hill]) = cast(&app);
    let (only_sea, sea_id) = limited(&bob, &[&sea]);
    let (both, both_id) = limited(&bob, &[&sea, &hill]);
    let (free, free_id) = bob.with_key(&json!({"scopes": SCOPES}));
    for key in [&only_sea, &both, &free] {
        assert_eq!(key.lists(&format!("filter[property_id]={sea}")).items().len(), 2);
    }
    ada.withdraws(&at_sea).expect(200);
    // A limit that became empty is no limit to nothing, but the end of the key.
    assert_eq!(only_sea.lists("").status, 401);
    let list = "Hill House: ada owner, Hill House: bob user";
    for key in [&both, &free] {
        assert_eq!(places(&key.lists("")), list);
        assert_eq!(key.get(&format!("/api/v1/properties/{sea}")).status, 404);
    }
    assert_eq!(free.get(&format!("/api/v1/users/{}/", bob.id)).status, 200);
    assert_eq!(told(&app, &sea_id), json!(["revoked", []]));
    assert_eq!(told(&app, &both_id), json!(["active", [hill]]));
    assert_eq!(told(&app, &free_id), json!(["active", null]));
    ada.withdraws(&at_hill).expect(200);
    assert_eq!(both.lists("").status, 401);
    assert_eq!(places(&free.lists("")), "");
    assert_eq!(app.count("audit_records WHERE action = 'api_key.revoked'"), 2);
    assert_eq!(app.count("audit_records WHERE action = 'api_key.narrowed'"), 1);
}

fn keys_of_others_stay(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, bob, [sea, _], [at_sea, _]) = cast(&app);
    let eve = app.person("eve");
    app.puts(&eve, &sea, "user");
    let (of_eve, _) = limited(&eve, &[&sea]);
    let (of_bob, _) = limited(&bob, &[&sea]);
    ada.withdraws(&at_sea).expect(200);
    assert_eq!(of_bob.lists("").status, 401);
    assert_eq!(places(&of_eve.lists("")), "Sea Inn: ada owner, Sea Inn: eve user");
}

fn keys_are_not_restored(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, bob, [sea, hill], [at_sea, _]) = cast(&app);
    let (only_sea, _) = limited(&bob, &[&sea]);
    let (both, _) = limited(&bob, &[&sea, &hill]);
    ada.withdraws(&at_sea).expect(200);
    app.puts(&bob, &sea, "owner");
    assert_eq!(only_sea.lists("").status, 401);
    assert_eq!(
        places(&both.lists("")),
        "Hill House: ada owner, Hill House: bob user"
    );
    assert_eq!(both.get(&format!("/api/v1/properties/{sea}")).status, 404);
    assert_eq!(bob.get(&format!("/api/v1/properties/{sea}")).status, 200);
}
