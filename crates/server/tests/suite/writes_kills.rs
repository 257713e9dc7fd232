//! A process that is killed while many write: what was answered is there, and nothing is there by halves.

use std::{sync::Mutex, thread};

use innkeeper_test_support::{Backend, eventually, on_each_backend};

use crate::harness::{Inviter, PATIENCE, Place, Server, client};

on_each_backend!(killed_under_load_it_keeps_what_it_answered);

/// After how many more answers each kill comes. A property has room for all of them.
const KILLS: [usize; 3] = [17, 40, 5];
/// As many at once that commits on SQLite are shared.
const CLIENTS: usize = 16;

fn killed_under_load_it_keeps_what_it_answered(backend: Backend) {
    let mut place = Place::migrated(backend).with("INNKEEPER_MAIL__TRANSPORT", "log");
    for limit in ["PER_ACTOR", "PENDING_PER_PROPERTY"] {
        place = place.with(&format!("INNKEEPER_MAIL__LIMITS__{limit}"), "1000");
    }
    let arguments = ["--no-workers"];
    let mut server = Server::start(&place, &arguments);
    let inviter = Inviter::new(&place, &server);
    let answered = Mutex::new(Vec::new());
    for (round, answers) in KILLS.into_iter().enumerate() {
        let before = answered.lock().unwrap().len();
        let url = server.url.clone();
        thread::scope(|scope| {
            for number in 0..CLIENTS {
                let (inviter, answered, url) = (&inviter, &answered, &url);
                scope.spawn(move || {
                    let client = client();
                    for n in 0.. {
                        let email = format!("guest{round}x{number}x{n}@example.net");
                        // The kill ends it.
                        let Ok(answer) = inviter.request(&client, url, &email).send() else {
                            return;
                        };
                        assert_eq!(answer.status(), 201, "{email}");
                        answered.lock().unwrap().push(email);
                    }
                });
            }
            eventually(PATIENCE, "the moment of the kill", || {
                (answered.lock().unwrap().len() >= before + answers).then_some(())
            });
            server.process.kill();
        });
        server = Server::start(&place, &arguments);
    }
    server.end();

    let count = |what: &str| -> usize {
        let count = place.database().scalar(&format!("SELECT count(*) FROM {what}"));
        count.parse().unwrap()
    };
    let guests = "users WHERE email_key LIKE 'guest%'";
    let answered = answered.into_inner().unwrap();
    for email in &answered {
        assert_eq!(count(&format!("users WHERE email_key = '{email}'")), 1, "{email}");
    }
    let all = count(guests);
    assert!(all <= answered.len() + KILLS.len() * CLIENTS);
    let places = format!("property_users WHERE user_id IN (SELECT id FROM {guests})");
    for parts in [
        format!("outgoing_messages WHERE recipient_id IN (SELECT id FROM {guests})"),
        format!(
            "audit_records WHERE action = 'property_user.invited' AND object_id IN (SELECT id FROM {places})"
        ),
        places,
    ] {
        assert_eq!(count(&parts), all, "{parts}");
    }
}
