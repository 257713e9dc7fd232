//! A disk that is really full, or as good as: SQLite is told to take no more pages.

use std::{
    sync::{Arc, atomic::AtomicU64},
    thread,
    time::Duration,
};

use innkeeper_domain::ports::Verdict;
use innkeeper_test_support::{Backend, TestDatabase, eventually};

use super::{Group, Place};
use crate::{
    config::StoreConfig,
    connection::Purpose,
    error::{Failure, Kind},
    pool::Links,
    seal::MasterKey,
    unit_of_work::Outcome,
};

const FOR_EVER: Duration = Duration::from_mins(1);

#[test]
fn who_fills_the_disk_takes_nobody_along() {
    // SQLite undoes the whole transaction after the first, and the statement alone after the second.
    for large in [
        "INSERT INTO notes VALUES ('large', zeroblob(1000000))",
        "INSERT INTO notes SELECT 'large' || value, zeroblob(400000) FROM json_each('[1, 2, 3]')",
    ] {
        for guilty in [1, 2, 3] {
            fills_the_disk(large, guilty);
        }
    }
}

fn fills_the_disk(large: &str, guilty: usize) {
    let database = TestDatabase::empty(Backend::Sqlite);
    database.execute("CREATE TABLE notes (name TEXT PRIMARY KEY, bytes BLOB)");
    let mut config = StoreConfig::new(database.url(), MasterKey::from_bytes([7; 32])).unwrap();
    (config.wait, config.sharing) = (FOR_EVER, FOR_EVER);
    let commits = Arc::new(AtomicU64::new(0));
    let links = Links::new(&config, Purpose::Write, 1, &commits);
    // It holds for this connection. The next one finds that there is room again.
    links.lend().unwrap().batch("PRAGMA max_page_count = 20").unwrap();
    let group = Group::new(&config, links, &commits);

    group.line.enter(&Place::new(), true);
    let write = |n: usize| {
        let small = format!("INSERT INTO notes VALUES ('{n}', 'small')");
        let mut runs = Vec::new();
        let outcome = group.attempt(true, &mut |link| {
            let written = link.batch(if n == guilty { large } else { &small });
            let written = written.map_err(Failure::from);
            runs.push(written.as_ref().copied().map_err(|failure| failure.kind));
            written.map(|()| Verdict::Keep)
        });
        assert!(matches!(outcome, Ok(Outcome::Settled)), "{n}");
        runs
    };
    let runs: Vec<Vec<Result<(), Kind>>> = thread::scope(|scope| {
        let running: Vec<_> = (0..4)
            .map(|n| {
                let write = &write;
                let running = scope.spawn(move || write(n));
                eventually(FOR_EVER, "the next in line", || {
                    (group.waiting() == n + 1).then_some(())
                });
                running
            })
            .collect();
        drop(group.line.turn());
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (n, runs) in runs.into_iter().enumerate() {
        let expected = match n {
            _ if n == guilty => vec![Err(Kind::Lost), Ok(())],
            _ if n < guilty => vec![Ok(()), Ok(())],
            _ => vec![Ok(())],
        };
        assert_eq!(runs, expected, "{n} of {large}, filled by {guilty}");
    }
    assert_eq!(
        database.scalar("SELECT count(*) FROM notes WHERE bytes = 'small'"),
        "3"
    );
    assert_ne!(
        database.scalar("SELECT count(*) FROM notes WHERE name LIKE 'large%'"),
        "0"
    );
}
