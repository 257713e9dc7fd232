//! Refused attempts at what takes an owner: merged, written down later, and seen by the owners.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::{Value, json};

use crate::harness::{NOBODY, TestApp};

on_each_backend!(
    attempts_are_merged_and_owners_see_them,
    every_way_to_be_refused_is_noted,
    what_does_not_exist_is_not_named,
    too_many_attempts_are_counted,
);

/// The refusals that the application sees, newest first: who wanted what of which property, and how often.
fn noted(app: &TestApp) -> Vec<Value> {
    app.writes_refusals(app.home().tenant());
    let answer = app
        .application()
        .get("/api/v1/audit_records?filter[action]=access.refused&pagination[limit]=1000")
        .expect(200);
    let told = |record: &Value| {
        let attributes = &record["attributes"];
        json!([
            attributes["after"]["action"],
            attributes["property_id"],
            attributes["user_id"],
            attributes["after"]["count"],
        ])
    };
    answer.items().iter().map(told).collect()
}

fn attempts_are_merged_and_owners_see_them(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    app.puts(&bob, &inn, "user");
    let first = app.now();
    for _ in 0..3 {
        eve.invites("x@example.test", "user", &inn).expect(403);
        app.pass(std::time::Duration::from_secs(5));
    }
    bob.invites("x@example.test", "user", &inn).expect(403);
    let before = app.count("audit_records");
    app.writes_refusals(app.home().tenant());
    assert_eq!(app.count("audit_records") - before, 2, "one of each actor");
    app.writes_refusals(app.home().tenant());
    assert_eq!(app.count("audit_records") - before, 2, "and only once");
    let seen = ada
        .get("/api/v1/audit_records?filter[action]=access.refused")
        .expect(200);
    let of_eve = seen
        .items()
        .into_iter()
        .find(|record| record["attributes"]["actor"]["id"] == json!(eve.id))
        .expect("a probe from outside is seen by the owner");
    assert_eq!(of_eve["attributes"]["property_id"], json!(inn));
    assert_eq!(
        of_eve["attributes"]["after"],
        json!({
            "action": "property_user.invited",
            "count": 3,
            "first_at": first.to_string(),
            "last_at": (first + std::time::Duration::from_secs(10)).to_string(),
        })
    );
    assert_eq!(
        bob.get("/api/v1/audit_records").items().len(),
        0,
        "who was refused sees nothing of it"
    );
}

fn every_way_to_be_refused_is_noted(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, cleo] = ["ada", "bob", "cleo"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&cleo, &inn, "user");
    app.puts(&bob, &inn, "user");
    let late = app
        .application()
        .invites("late@example.test", "user", &inn)
        .expect(201);
    let (resend, late) = (
        format!("/api/v1/property_users/{}/onboarding/resend", late.id()),
        late.text("/data/attributes/user_id"),
    );
    let ways: [(&dyn Fn() -> crate::harness::Answer, Value); 6] = [
        (
            &|| bob.invites("x@example.test", "user", &inn),
            json!(["property_user.invited", inn, null, 1]),
        ),
        (
            &|| bob.updates(&place, &json!({"role": "owner"})),
            json!(["property_user.updated", inn, cleo.id, 1]),
        ),
        (
            &|| bob.withdraws(&place),
            json!(["property_user.withdrawn", inn, cleo.id, 1]),
        ),
        (
            &|| bob.post(&resend, &json!({})),
            json!(["property_user.invitation_resent", inn, late, 1]),
        ),
        (
            &|| bob.delete(&format!("/api/v1/properties/{inn}")),
            json!(["property.deleted", inn, null, 1]),
        ),
        (
            &|| {
                let unscoped = app.home().mints(&[("scope", "property:read")]);
                unscoped.delete(&format!("/api/v1/properties/{inn}"))
            },
            json!(["property.deleted", inn, null, 1]),
        ),
    ];
    for (count, (attempt, expected)) in ways.into_iter().enumerate() {
        attempt().expect(403);
        app.pass(std::time::Duration::from_secs(1));
        let noted = noted(&app);
        assert_eq!(noted[0], expected);
        assert_eq!(noted.len(), count + 1);
    }
}

/// Whoever guesses ids leaves one record, and it names nothing.
fn what_does_not_exist_is_not_named(backend: Backend) {
    let app = TestApp::start(backend);
    let eve = app.person("eve");
    let theirs = app.found("Rival").person("roy").opens("Theirs");
    for property in [NOBODY, &theirs, "01890000-0000-7000-8000-000000000009"] {
        eve.invites("x@example.test", "user", property).expect(403);
    }
    eve.withdraws(NOBODY).expect(404);
    assert_eq!(noted(&app), [json!(["property_user.invited", null, null, 3])]);
    let kept = app
        .application()
        .get("/api/v1/audit_records?filter[action]=access.refused");
    assert_eq!(kept.each("/attributes/object_id"), std::slice::from_ref(&eve.id));
    assert!(!kept.body.contains(&theirs));
}

fn too_many_attempts_are_counted(backend: Backend) {
    let app = TestApp::start(backend);
    let eve = app.person("eve");
    let most = innkeeper_domain::record::MOST_ATTEMPTS;
    let tenant = app.home().tenant();
    app.were_refused(tenant, most + 20);
    eve.invites("x@example.test", "user", NOBODY).expect(403);
    let noted = noted(&app);
    let beyond = noted
        .iter()
        .find(|record| record[0] == json!("several"))
        .expect("those beyond are told together");
    assert_eq!(beyond[3], json!(21));
}
