//! Many different things at once: whatever the order, nothing breaks and every property keeps an owner.

use std::{thread, time::Duration};

use innkeeper_test_support::{Backend, SeededBytes, on_each_backend};
use serde_json::json;

use crate::harness::{Answer, Caller, TestApp};

on_each_backend!(no_order_of_events_breaks_anything);

const EMAILS: [&str; 4] = ["bob", "cleo", "dan", "eve"];

struct Dice(SeededBytes);

impl Dice {
    fn below(&self, most: usize) -> usize {
        let [byte] = self.0.bytes::<1>();
        usize::from(byte) % most
    }

    fn one<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// One random request. People and places come and go, so most of them are refused.
fn one_thing(dice: &Dice, application: &Caller<'_>, inns: &[String]) -> (&'static str, Answer) {
    let inn = dice.one(inns);
    let email = format!("{}@example.test", dice.one(&EMAILS));
    let role = dice.one(&["owner", "user"]);
    let places = application.lists(&format!("filter[property_id]={inn}"));
    let place = places.each("/id").get(dice.below(5)).cloned();
    let place = place.unwrap_or_else(|| inn.clone());
    match dice.below(8) {
        0 | 1 => ("invite", application.invites(&email, role, inn)),
        2 | 3 => ("withdraw", application.withdraws(&place)),
        4 | 5 => ("update", application.updates(&place, &json!({"role": role}))),
        6 => {
            let user = json!({"first-name": "X", "last-name": "Y", "email": email});
            ("create a user", application.creates_user(&user))
        }
        _ => {
            let found = application.get(&format!("/api/v1/users/?filter[email]={email}"));
            let user = found.each("/id").first().cloned().unwrap_or_else(|| inn.clone());
            (
                "delete a user",
                application.delete(&format!("/api/v1/users/{user}/")),
            )
        }
    }
}

fn no_order_of_events_breaks_anything(backend: Backend) {
    let app = TestApp::start_with(backend, |setup| {
        setup.mail_limits.per_recipient = u32::MAX;
        setup.mail_limits.per_recipient_and_property = u32::MAX;
        setup.wait = Duration::from_secs(20);
    });
    let ada = app.person("ada");
    let inns = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    for name in EMAILS {
        app.puts(&app.person(name), &inns[0], "owner");
    }
    let application = app.application();
    thread::scope(|scope| {
        for seed in 0..8 {
            let (application, inns) = (&application, &inns);
            scope.spawn(move || {
                let dice = Dice(SeededBytes::new(seed));
                for _ in 0..15 {
                    let (what, answer) = one_thing(&dice, application, inns);
                    let known = [200, 201, 204, 400, 404, 409];
                    assert!(known.contains(&answer.status), "{what}: {answer}");
                }
            });
        }
    });
    for inn in &inns {
        let places = application.lists(&format!("filter[property_id]={inn}")).items();
        let owners = places
            .iter()
            .filter(|place| place["attributes"]["role"] == "owner" && place["meta"]["status"] == "active");
        assert!(owners.count() >= 1, "{places:?}");
    }
    assert_eq!(
        app.count("(SELECT user_id FROM property_users WHERE withdrawn_at IS NULL GROUP BY property_id, user_id HAVING count(*) > 1) AS twice"),
        0
    );
    let live = "property_users JOIN users ON users.id = property_users.user_id";
    assert_eq!(
        app.count(&format!(
            "{live} WHERE withdrawn_at IS NULL AND state = 'deleted'"
        )),
        0,
        "nobody who is gone has a place"
    );
}
