//! Workers that are killed, stopped, or in each other's way.

use std::time::{Duration, Instant};

use innkeeper_test_support::{Backend, ChildProcess, eventually, on_each_backend};

use crate::harness::{Owner, PATIENCE, Place, Sandbox, Server, client};

/// Some eighty pages.
const LARGE: &str = "good-80x100";

on_each_backend!(a_stopped_process_hands_its_run_back, workers_tell_how_they_are);

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
        assert!(took < Duration::from_secs(3), "it went on after {took:?}");
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

fn workers_tell_how_they_are(backend: Backend) {
    let sandbox = Sandbox::start();
    let place = Place::migrated(backend)
        .with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url)
        .with("INNKEEPER_WORKERS__LISTEN", "127.0.0.1:0");
    let server = Server::start(&place, &["--no-workers"]);
    let owner = Owner::new(&place, &server);
    let mut worker = ChildProcess::spawn(&mut place.command(["worker"]));
    let line = worker.wait_for_line("listen: ", PATIENCE);
    let address = line.trim_start_matches("listen: ").to_owned();
    let client = client();
    let answer = |path: &str| {
        let answer = client.get(format!("http://{address}{path}")).send().unwrap();
        (answer.status().as_u16(), answer.text().unwrap())
    };
    assert_eq!(answer("/healthz"), (200, r#"{"status":"ok"}"#.to_owned()));
    assert_eq!(answer("/readyz/"), (200, r#"{"status":"ready"}"#.to_owned()));
    assert_eq!(answer("/api/v1/users/").0, 404, "the API is not served here");

    let account = owner.add(&server, "1", "good-2x3");
    owner.wait_until_completed(&server, &account);
    eventually(PATIENCE, "the import among the metrics", || {
        let metrics = answer("/metrics").1;
        metrics
            .contains(r#"innkeeper_sync_runs_total{outcome="succeeded"} 1"#)
            .then_some(())
    });
    worker.terminate();
    assert!(worker.wait(PATIENCE).success(), "{}", worker.output());
    assert!(client.get(format!("http://{address}/healthz")).send().is_err());
    server.end();
}

#[test]
fn an_address_that_is_taken_is_told_with_its_setting() {
    let place = Place::migrated(Backend::Sqlite);
    let server = Server::start(&place, &["--no-workers"]);
    let place = place.with("INNKEEPER_WORKERS__LISTEN", server.authority());
    let refusal = place.line("worker").refused();
    let named = format!("cannot listen on {} (", server.authority());
    assert!(refusal.starts_with(&named), "{refusal}");
    assert!(
        refusal.contains("set INNKEEPER_WORKERS__LISTEN to another"),
        "{refusal}"
    );
    server.end();
}

#[test]
fn a_worker_migrates_nothing() {
    let place = Place::fresh(Backend::Sqlite);
    let refusal = place.line("worker").refused();
    assert!(refusal.contains("run: innkeeper migrate"), "{refusal}");
}
