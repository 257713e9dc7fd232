//! How many invitations a second SQLite takes from many threads, each with a commit of its own or together, for whoever
//! wants to know: `cargo test -p innkeeper-storage --test suite -- --ignored --nocapture how_fast`.

use std::time::{Duration, Instant};

use innkeeper_domain::access::Role;
use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};
use innkeeper_test_support::Backend;

use crate::{house::House, races::crowd};

/// How many are made in all.
const ALL: usize = 640;

#[test]
#[ignore = "a measurement"]
fn how_fast_invitations_are() {
    for _round in 0..2 {
        for threads in [1, 8, 32, 64] {
            for sharing in [
                Duration::ZERO,
                Duration::from_millis(5),
                Duration::from_millis(20),
            ] {
                measure(threads, sharing);
            }
        }
    }
}

fn measure(threads: usize, sharing: Duration) {
    let mut house = House::build(Backend::Sqlite);
    let mut config = StoreConfig::new(house.database.url(), MasterKey::from_bytes([7; 32])).unwrap();
    (config.wait, config.sharing) = (Duration::from_mins(1), sharing);
    house.store = SqlStore::open(&config).unwrap();
    // Each place is for ten and has an owner of its own: what is counted for a limit is few.
    let places: Vec<_> = (0..ALL / 10)
        .map(|n| {
            let owner = house.person(&format!("owner{n}"));
            (owner, house.property(&format!("House {n}"), owner))
        })
        .collect();
    let before = house.store.commits();
    let began = Instant::now();
    let times = crowd(threads, |thread| {
        let invite = |n| {
            let (owner, property) = places[(n * threads + thread) % places.len()];
            let asked = Instant::now();
            let email = format!("guest{thread}x{n}@example.test");
            house
                .invite(house.user(owner), property, &email, Role::User)
                .unwrap();
            asked.elapsed()
        };
        (0..ALL / threads).map(invite).collect::<Vec<_>>()
    });
    let took = began.elapsed().as_secs_f64();
    let mut times = times.concat();
    times.sort();
    let count = times.len();
    let (half, most) = (times[count / 2], times[count * 99 / 100]);
    let commits = house.store.commits() - before;
    println!(
        "{threads} threads, sharing for {sharing:?}: {:.0} a second, {commits} commits of {count}; p50 {half:?}, p99 {most:?}",
        f64::from(u32::try_from(count).unwrap()) / took
    );
    assert_eq!(house.count("users"), u64::try_from(count + places.len()).unwrap());
}
