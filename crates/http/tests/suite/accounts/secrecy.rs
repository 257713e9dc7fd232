//! Credentials stand in no answer, no log line and no table.

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, Records},
    sync::Outcome,
};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::{
    harness::{Answer, TestApp, listing, logs},
    secrets::dump,
};

on_each_backend!(credentials_are_told_nowhere);

fn credentials_are_told_nowhere(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let salt = app.fresh_ids().make::<()>().uuid().simple().to_string();
    let secret = |name: &str| format!("{name}-{salt}");
    let mut answers: Vec<Answer> = Vec::new();
    let mut used: Vec<String> = Vec::new();
    let mut adds = |channel: &str, credentials: Value| {
        let answer = ada.adds_account(&ada.id, &json!({"channel": channel, "credentials": credentials}));
        answers.push(answer.clone());
        answer
    };
    for fault in ChannelFault::ALL {
        let refused = secret(fault.as_str());
        app.channels().refuse(&refused, ChannelFailure::from(fault));
        adds("hostaway", json!({"client_id": 1, "client_secret": refused}));
        used.push(refused);
    }
    for (name, credentials) in [
        (
            "odd-id",
            json!({"client_id": secret("odd-id"), "client_secret": secret("good")}),
        ),
        (
            "wrong-key",
            json!({"client_id": 1, "secret": secret("wrong-key")}),
        ),
        (
            "control",
            json!({"client_id": 1, "client_secret": format!("{}\u{0}", secret("control"))}),
        ),
        ("list", json!({"client_id": 1, "client_secret": [secret("list")]})),
        (
            "object",
            json!({"client_id": 1, "client_secret": {"x": secret("object")}}),
        ),
        ("elsewhere", json!([secret("elsewhere")])),
    ] {
        assert!(adds("hostaway", credentials).status >= 400, "{name}");
        used.push(secret(name));
    }
    adds(
        &format!("No Channel {}", secret("channel")),
        json!({"client_secret": secret("good")}),
    );
    used.push(secret("channel"));
    let added = adds(
        "hostaway",
        json!({"client_id": 1, "client_secret": secret("good")}),
    )
    .expect(201);
    adds(
        "hostaway",
        json!({"client_id": 1, "client_secret": secret("again")}),
    );
    let account = added.id();
    let mut worker = app.takes(&account);
    worker.stores(Records::Listings(vec![listing(1)]), false);
    worker.finishes(Outcome::Failed(ChannelFault::InvalidCredentials));
    adds(
        "hostaway",
        json!({"client_id": 1, "client_secret": secret("new")}),
    )
    .expect(201);
    app.database()
        .execute("ALTER TABLE account_credentials RENAME TO elsewhere");
    adds(
        "hostaway",
        json!({"client_id": 2, "client_secret": secret("unlucky")}),
    )
    .expect(500);
    app.database()
        .execute("ALTER TABLE elsewhere RENAME TO account_credentials");
    used.extend(["good", "again", "new", "unlucky"].map(secret));
    let broken = format!(
        "{{\"data\": {{\"type\": \"accounts\", \"attributes\": {{\"credentials\": {{\"a\": \"{}\"",
        secret("broken")
    );
    let path = format!("/api/v1/users/{}/accounts/", ada.id);
    answers.push(ada.request("POST", &path).json_text(broken).send());
    used.push(secret("broken"));
    for beneath in ["", "listings/", "reservations/", "runs/"] {
        answers.push(ada.shows(&account, beneath).expect(200));
    }
    answers.extend([
        ada.get(&path),
        ada.refreshes(&account, ""),
        ada.disconnects(&account),
    ]);
    let told = format!("{answers:?}");
    let stored = dump(&app);
    assert!(stored.contains("Listing 1"), "the dump holds what is stored");
    assert!(
        logs().contains(&account) || logs().contains("request answered"),
        "the log was captured"
    );
    for (place, text) in [("answer", &told), ("store", &stored), ("log", &logs().text())] {
        for secret in &used {
            assert!(!text.contains(secret.as_str()), "{secret} stands in the {place}");
        }
    }
}
