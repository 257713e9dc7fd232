//! Workers that are killed, stopped, or in each other's way.

use std::time::{Duration, Instant};

use innkeeper_test_support::{Backend, ChildProcess, eventually, on_each_backend};

use crate::harness::{Owner, PATIENCE, Place, Sandbox, Server};

/// Some eighty pages.
const LARGE: &str = "good-80x100";

on_each_backend!(a_stopped_process_hands_its_run_back);

#[test]
fn on_sqlite_a_killed_process_goes_on_where_it_was() {
    let sandbox = Sandbox::start();
    let place = Place::migrated(Backend::Sqlite).with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url);
    let mut server = Server::start(&place, &[]);
    let owner = Owner::new(&place, &server);
    let account = owner.add(&server, "1", LARGE);
    // Pages at which nothing else happens, far enough apart that each life stores some.
    for pages in [3, 11, 7, 14] {
        let asked = sandbox.requests("hostaway").len();
        sandbox.asked_more_than("hostaway", asked + pages, PATIENCE);
        server.process.kill();
        let asked = sandbox.requests("hostaway").len();
        let restarted = Instant::now();
        server = Server::start(&place, &[]);
        sandbox.asked_more_than("hostaway", asked, PATIENCE);
        let took = restarted.elapsed();
        assert!(took < Duration::from_secs(5), "it went on after {took:?}");
    }
    owner.wait_until_completed(&server, &account);
    owner
        .holdings(&server, &account)
        .assert_is(&sandbox.truth("hostaway", LARGE));
    let run = &owner.runs(&server, &account)[0];
    assert_eq!((&run["state"], &run["rescues"]), (&"succeeded".into(), &4.into()));
    // Each kill costs the page in hand, and a token perhaps, and no more.
    let asked = sandbox.requests("hostaway").len();
    assert!(asked < 84 + 4 * 6, "{asked} requests for some eighty pages");
    server.end();
}

#[test]
fn on_postgres_another_process_takes_over() {
    if !Backend::Postgres.enabled() {
        return;
    }
    let sandbox = Sandbox::start();
    let place = Place::migrated(Backend::Postgres).with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url);
    let server = Server::start(&place, &["--no-workers"]);
    let owner = Owner::new(&place, &server);
    let workers = [0, 1].map(|_| {
        let worker = ChildProcess::spawn(&mut place.command(["worker"]));
        worker.wait_for_line("workers: ", PATIENCE);
        worker
    });
    let account = owner.add(&server, "1", LARGE);
    let has_begun = |worker: &ChildProcess| worker.output().contains("an import begins or goes on");
    let holder = eventually(PATIENCE, "a worker that has the run", || {
        workers.iter().position(has_begun)
    });
    sandbox.asked_more_than("hostaway", 12, PATIENCE);
    let [first, second] = workers;
    let (mut holder, mut other) = if holder == 0 {
        (first, second)
    } else {
        (second, first)
    };
    holder.kill();
    let killed = Instant::now();
    assert_ne!(
        owner.account(&server, &account)["sync-status"]["state"],
        "completed"
    );
    other.wait_for_line("an import begins or goes on", PATIENCE);
    let took = killed.elapsed();
    assert!(took < Duration::from_secs(75), "it was taken over after {took:?}");
    owner.wait_until_completed(&server, &account);
    owner
        .holdings(&server, &account)
        .assert_is(&sandbox.truth("hostaway", LARGE));
    let runs = owner.runs(&server, &account);
    assert_eq!(runs.len(), 1);
    assert_eq!(
        (&runs[0]["state"], &runs[0]["rescues"]),
        (&"succeeded".into(), &1.into())
    );
    other.terminate();
    assert!(other.wait(PATIENCE).success(), "{}", other.output());
    server.end();
}

fn a_stopped_process_hands_its_run_back(backend: Backend) {
    let sandbox = Sandbox::start();
    let place = Place::migrated(backend).with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url);
    let server = Server::start(&place, &[]);
    let owner = Owner::new(&place, &server);
    let account = owner.add(&server, "1", LARGE);
    sandbox.asked_more_than("hostaway", 10, PATIENCE);
    let log = server.end();
    assert!(log.contains("an import waits: yield"), "{log}");

    let server = Server::start(&place, &["--no-workers"]);
    let seen = owner.account(&server, &account);
    assert_eq!(seen["sync-detail"]["waiting-reason"], "yield");
    let mut worker = ChildProcess::spawn(&mut place.command(["worker"]));
    owner.wait_until_completed(&server, &account);
    owner
        .holdings(&server, &account)
        .assert_is(&sandbox.truth("hostaway", LARGE));
    let run = &owner.runs(&server, &account)[0];
    assert_eq!((&run["attempts"], &run["rescues"]), (&1.into(), &0.into()));
    worker.terminate();
    assert!(worker.wait(PATIENCE).success(), "{}", worker.output());
    server.end();
}

#[test]
fn on_sqlite_one_process_has_workers() {
    let place = Place::migrated(Backend::Sqlite);
    let server = Server::start(&place, &[]);
    let named = format!("in process {} since ", server.process.id());
    for line in ["worker", "serve"] {
        let refusal = place.line(line).refused();
        assert!(
            refusal.starts_with("workers run on this database already, "),
            "{refusal}"
        );
        assert!(refusal.contains(&named), "{refusal}");
    }
    let beside = Server::start(&place, &["--no-workers"]);
    beside.end();
    server.end();
    let mut worker = ChildProcess::spawn(&mut place.command(["worker"]));
    worker.wait_for_line("worker_id: ", PATIENCE);
    worker.terminate();
    assert!(worker.wait(PATIENCE).success(), "{}", worker.output());
}

#[test]
fn a_worker_migrates_nothing() {
    let place = Place::fresh(Backend::Sqlite);
    let refusal = place.line("worker").refused();
    assert!(refusal.contains("run: innkeeper migrate"), "{refusal}");
}
