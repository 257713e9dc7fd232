//! API keys.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Place, snapshot, stable};

on_each_backend!(keys_are_created_listed_and_revoked, keys_are_bounded);

const ANA: &str = "user create --email ana@example.com --first-name Ana --last-name Lima";

fn keys_are_created_listed_and_revoked(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    let created = place
        .line("api-key create --user ana@example.com --expires-in 90d")
        .succeeded();
    snapshot!(stable(&created), @r"
    api_key_id: [id]
    api_key: innk_[secret]
    user_id: [id]
    credential_id: [id]
    scopes: user:read user:write listings:read reservations:read property:read property:write
    property_ids: -
    expires_at: [time]
    ");
    let list = || place.line("api-key list --json").json();
    let key = list()["api_keys"][0].clone();
    assert_eq!(
        (&key["state"], list()["total"].as_u64()),
        (&"active".into(), Some(1))
    );
    let secret = created
        .lines()
        .find_map(|line| line.strip_prefix("api_key: "))
        .unwrap();
    assert!(secret.ends_with(key["last_four"].as_str().unwrap()));

    let id = key["api_key_id"].as_str().unwrap();
    for _again in 0..2 {
        let revoked = place.line(&format!("api-key revoke {id} --json")).succeeded();
        snapshot!(stable(&revoked), @r#"
        {
          "api_key_id": "[id]",
          "state": "revoked"
        }
        "#);
    }
    let listed = place.line("api-key list").succeeded();
    assert!(!listed.contains(secret), "a secret is shown once");
    assert!(listed.contains("state: revoked"), "{listed}");
    let unknown = "018f3e2c-7a00-7000-8000-000000000001";
    assert_eq!(
        place.line(&format!("api-key revoke {unknown}")).refused(),
        format!("there is no API key `{unknown}`")
    );
}

fn keys_are_bounded(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    let create = "property create --title Casa --currency EUR --owner ana@example.com";
    let property = place.line(create).value("property_id");
    let key =
        format!("api-key create --user ana@example.com --scope property:read --property {property} --json");
    let key = place.line(&key).json();
    assert_eq!(key["scopes"], serde_json::json!(["property:read"]));
    assert_eq!(key["property_ids"], serde_json::json!([property]));
    assert!(key["expires_at"].is_null());

    let foreign = "018f3e2c-7a00-7000-8000-000000000001";
    assert_eq!(
        place
            .line(&format!(
                "api-key create --user ana@example.com --property {foreign}"
            ))
            .refused(),
        "--property must name properties that the user sees"
    );
    place.line(&ANA.replace("ana", "bo")).succeeded();
    place
        .line("user update --email bo@example.com --disable")
        .succeeded();
    assert_eq!(
        place.line("api-key create --user bo@example.com").refused(),
        "--user must name an active user"
    );
}
