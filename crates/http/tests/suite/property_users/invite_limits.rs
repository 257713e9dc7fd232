//! `POST /api/v1/property_users`: places of a property, and mails.

use std::time::Duration;

use innkeeper_domain::effects::MailLimits;
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, assert_shows};

on_each_backend!(
    a_property_has_two_hundred_places,
    a_person_causes_so_many_mails_a_day,
    a_property_has_so_many_people_who_did_not_come_yet,
    a_recipient_gets_so_many_mails,
    a_recipient_gets_so_many_mails_about_one_property,
);

/// Limits that bind nobody.
const NONE: MailLimits = MailLimits {
    per_actor: u32::MAX,
    pending_per_property: u32::MAX,
    per_recipient_and_property: u32::MAX,
    per_recipient: u32::MAX,
};

const DAY: Duration = Duration::from_hours(24);

fn start(backend: Backend, limits: MailLimits) -> TestApp {
    TestApp::start_with(backend, |setup| setup.mail_limits = limits)
}

fn a_property_has_two_hundred_places(backend: Backend) {
    let app = start(backend, NONE);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let application = app.application();
    let places: Vec<String> = (1..200)
        .map(|place| {
            let answer = application.invites(&format!("p{place}@example.test"), "user", &inn);
            answer.expect(201).id()
        })
        .collect();
    for caller in [&*ada, &application] {
        assert_shows!(caller.invites("new@example.test", "user", &inn), @r#"
        400
        content-type: application/json
        {
          "errors": {
            "code": "bad_request",
            "details": "Property has reached its limit of users",
            "title": "Bad Request"
          }
        }
        "#);
    }
    assert_eq!(app.count("users"), 200, "nobody was created");
    // Being in already is told first, and a place that is free again can be taken.
    let again = ada.invites("p1@example.test", "user", &inn);
    assert_eq!(again.refusal(), "400 User already invited");
    ada.withdraws(&places[7]).expect(200);
    ada.invites("new@example.test", "user", &inn).expect(201);
    assert_eq!(
        ada.lists(&format!("filter[property_id]={inn}")).items().len(),
        200
    );
}

fn a_person_causes_so_many_mails_a_day(backend: Backend) {
    let app = start(backend, MailLimits { per_actor: 2, ..NONE });
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    app.puts(&bob, &sea, "owner");
    ada.invites("p1@example.test", "user", &sea).expect(201);
    ada.invites("p2@example.test", "user", &hill).expect(201);
    let [users, places] = ["users", "property_users"].map(|rows| app.count(rows));
    assert_shows!(ada.invites("p3@example.test", "user", &sea), @r#"
    429
    content-type: application/json
    retry-after: 3600
    {
      "errors": {
        "code": "http_too_many_requests",
        "title": "Too Many Requests"
      }
    }
    "#);
    // The whole invitation is refused, to known people too, and with keys.
    assert_eq!(ada.invites(&bob.email, "user", &hill).status, 429);
    let (key, _) = ada.with_key(&serde_json::json!({"scopes": ["property:write"]}));
    assert_eq!(key.invites("p3@example.test", "user", &sea).status, 429);
    assert_eq!([app.count("users"), app.count("property_users")], [users, places]);
    // Others are not bound by it, nor is the application.
    bob.invites("p3@example.test", "user", &sea).expect(201);
    app.application()
        .invites("p4@example.test", "user", &sea)
        .expect(201);
    app.pass(DAY + Duration::from_micros(1));
    ada.again(&app.home())
        .invites("p5@example.test", "user", &sea)
        .expect(201);
}

fn a_property_has_so_many_people_who_did_not_come_yet(backend: Backend) {
    let limits = MailLimits {
        pending_per_property: 2,
        ..NONE
    };
    let app = start(backend, limits);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    // Bob is on-boarded and does not count.
    ada.invites(&bob.email, "user", &sea).expect(201);
    ada.invites("p1@example.test", "user", &sea).expect(201);
    let second = ada.invites("p2@example.test", "user", &sea).expect(201);
    assert_eq!(ada.invites("p3@example.test", "user", &sea).status, 429);
    ada.invites("p3@example.test", "user", &hill).expect(201);
    app.application()
        .invites("p4@example.test", "user", &sea)
        .expect(201);
    assert_eq!(ada.invites("p5@example.test", "user", &sea).status, 429);
    // Somebody who came long ago waits for nothing.
    ada.invites(&app.person("cleo").email, "user", &sea).expect(201);
    ada.withdraws(&second.id()).expect(200);
    assert_eq!(
        ada.invites("p5@example.test", "user", &sea).status,
        429,
        "one too many is left"
    );
}

fn a_recipient_gets_so_many_mails(backend: Backend) {
    let app = start(
        backend,
        MailLimits {
            per_recipient: 2,
            ..NONE
        },
    );
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inns = ["Sea Inn", "Hill House", "Lodge"].map(|title| ada.opens(title));
    app.application()
        .invites(&bob.email, "user", &inns[0])
        .expect(201);
    ada.invites(&bob.email, "user", &inns[1]).expect(201);
    for caller in [&*ada, &app.application()] {
        assert_shows!(caller.invites(&bob.email, "user", &inns[2]), @r#"
        429
        content-type: application/json
        retry-after: 3600
        {
          "errors": {
            "code": "http_too_many_requests",
            "title": "Too Many Requests"
          }
        }
        "#);
    }
    assert_eq!(app.count("property_users"), 5);
    ada.invites("new@example.test", "user", &inns[2]).expect(201);
    app.pass(DAY + Duration::from_micros(1));
    app.application()
        .invites(&bob.email, "user", &inns[2])
        .expect(201);
}

fn a_recipient_gets_so_many_mails_about_one_property(backend: Backend) {
    let limits = MailLimits {
        per_recipient_and_property: 1,
        ..NONE
    };
    let app = start(backend, limits);
    let ada = app.person("ada");
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    let first = ada.invites("bob@example.test", "user", &sea).expect(201);
    ada.withdraws(&first.id()).expect(200);
    for caller in [&*ada, &app.application()] {
        assert_eq!(caller.invites("bob@example.test", "user", &sea).status, 429);
    }
    ada.invites("bob@example.test", "user", &hill).expect(201);
    ada.invites("eve@example.test", "user", &sea).expect(201);
}
