//! What is never told apart: who is known, who has come in, and what is wrong with a link.

use innkeeper_domain::{
    effects::MessageKind,
    ids::kinds,
    tokens::{Secret, SecretBits, SecretKind},
};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::{PASSWORD, confirmation, invited};
use crate::harness::TestApp;

on_each_backend!(
    d_24_nobody_who_may_not_come_in_is_told_apart,
    c_38_no_link_that_cannot_be_used_is_told_apart,
);

fn d_24_nobody_who_may_not_come_in_is_told_apart(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    app.confirms(&token).expect(200);
    let gone = app.person("gone");
    app.home().disables(&gone.id);
    let inn = app.person("olga").opens("Hill House");
    app.application()
        .invites("invited@example.test", "user", &inn)
        .expect(201);
    let rows = [
        ("zoe@example.test", "not her password"),
        ("ada@example.test", PASSWORD),
        ("invited@example.test", PASSWORD),
        ("gone@example.test", PASSWORD),
        ("nobody@example.test", PASSWORD),
    ];
    let told = rows.map(|(email, password)| {
        let (cost, answer) = app.cost_of(|| app.signs_in(email, password));
        format!("{cost} {}", answer.fingerprint())
    });
    assert!(told[0].contains(" 401 "), "{}", told[0]);
    assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
    let elsewhere = json!({"email": "zoe@example.test", "password": PASSWORD, "tenant": "nowhere"});
    let answer = app.posts("sign_in", &elsewhere).fingerprint();
    assert!(told[0].ends_with(&answer), "{answer}");
}

fn c_38_no_link_that_cannot_be_used_is_told_apart(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, inn, _, used) = invited(&app, "user");
    app.confirms(&used).expect(200);
    let fresh = |name: &str| {
        let email = format!("{name}@example.test");
        let place = ada.invites(&email, "user", &inn).expect(201).id();
        (place, app.mailed(&email, MessageKind::Invitation))
    };
    let (place, cancelled) = fresh("cancelled");
    ada.withdraws(&place).expect(200);
    let (place, rotated) = fresh("rotated");
    ada.resends(&place).expect(200);
    let (place, disabled) = fresh("disabled");
    let person = ada.reads(&place).text("/data/attributes/user_id");
    app.home().disables(&person);
    let (_, good) = fresh("good");
    let shown = Secret::parse(&good).expect("a secret");
    let id = shown.record::<kinds::OnboardingToken>();
    let issue = |tenant, bits| {
        let bits = SecretBits::new(bits);
        Secret::issue(SecretKind::Onboarding, tenant, id, &bits)
            .reveal()
            .to_owned()
    };
    let links = [
        used,
        cancelled,
        rotated,
        disabled,
        issue(shown.tenant(), [0; 16]),
        issue(app.found("Other").tenant(), [0; 16]),
        ada.token.clone(),
        "inno_nonsense".to_owned(),
    ];
    let mut told: Vec<String> = Vec::new();
    for (link, client) in links.iter().zip(1..) {
        let client = format!("198.51.100.{client}");
        told.push(
            app.from(&client, "confirm_invite", &confirmation(link))
                .fingerprint(),
        );
        let fields = json!({"token": link, "password": PASSWORD, "password_confirmation": PASSWORD});
        told.push(app.from(&client, "restore_password", &fields).fingerprint());
    }
    assert!(told[0].starts_with("422"), "{}", told[0]);
    assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
    app.confirms(&good).expect(200);
}
