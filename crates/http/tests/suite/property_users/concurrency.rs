//! Many at once.

use std::thread;

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{Answer, TestApp};

on_each_backend!(
    of_many_identical_invitations_one_counts,
    the_last_two_owners_do_not_leave_together,
    withdrawing_twice_at_once_happens_once,
);

/// Runs the same request on eight threads.
fn at_once(request: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    thread::scope(|scope| {
        let request = &request;
        let threads: Vec<_> = (0..8)
            .map(|number| scope.spawn(move || request(number)))
            .collect();
        let answers = threads.into_iter().map(thread::ScopedJoinHandle::join);
        answers
            .map(|answer| answer.expect("the request is answered"))
            .collect()
    })
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}

fn of_many_identical_invitations_one_counts(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, known] = ["ada", "known"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    for (email, users) in [("new@example.test", 3), (known.email.as_str(), 3)] {
        let [places, mails] = ["property_users", "outgoing_messages"].map(|rows| app.count(rows));
        let answers = at_once(|_| ada.invites(email, "user", &inn));
        assert_eq!(
            statuses(&answers),
            [201, 400, 400, 400, 400, 400, 400, 400],
            "{answers:?}"
        );
        for answer in answers.iter().filter(|answer| answer.status == 400) {
            assert_eq!(answer.refusal(), "400 User already invited");
        }
        assert_eq!(app.count("users"), users);
        assert_eq!(app.count("property_users"), places + 1);
        assert_eq!(app.count("outgoing_messages"), mails + 1);
    }
}

fn the_last_two_owners_do_not_leave_together(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let theirs = [ada.finds(&ada, &inn), app.puts(&bob, &inn, "owner")];
    let application = app.application();
    let answers = at_once(|number| application.updates(&theirs[number % 2], &json!({"role": "user"})));
    assert_eq!(app.count("property_users WHERE role = 'owner'"), 1, "{answers:?}");
    assert!(
        answers.iter().all(|answer| [200, 400].contains(&answer.status)),
        "{answers:?}"
    );
    assert!(answers.iter().any(|answer| answer.status == 400), "{answers:?}");
}

fn withdrawing_twice_at_once_happens_once(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = app.puts(&bob, &inn, "user");
    let answers = at_once(|_| ada.withdraws(&place));
    assert_eq!(
        statuses(&answers),
        [200, 404, 404, 404, 404, 404, 404, 404],
        "{answers:?}"
    );
    assert_eq!(
        app.count("audit_records WHERE action = 'property_user.withdrawn'"),
        1
    );
}
