//! The master key in a file beside the database.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    time::Duration,
};

use innkeeper_test_support::ChildProcess;

use crate::harness::{KEY, Place, mode};

#[test]
fn the_first_migrate_makes_database_and_key_for_the_owner_alone() {
    let place = Place::bare();
    place.line("migrate").succeeded();
    assert_eq!(mode(&place.path("innkeeper-data")), 0o700);
    assert_eq!(mode(&place.path("innkeeper-data/innkeeper.db")), 0o600);
    assert_eq!(mode(&place.path("innkeeper-data/innkeeper.db.key")), 0o600);
    let key = fs::read(place.path("innkeeper-data/innkeeper.db.key")).unwrap();
    place.line("tenant create --name acme").succeeded();
    place.line("migrate").succeeded();
    assert_eq!(
        fs::read(place.path("innkeeper-data/innkeeper.db.key")).unwrap(),
        key
    );
}

#[test]
fn many_first_starts_agree_on_one_key() {
    let place = Place::bare();
    let mut started: Vec<ChildProcess> = (0..4)
        .map(|_| ChildProcess::spawn(&mut place.command(["migrate"])))
        .collect();
    for process in &mut started {
        let status = process.wait(Duration::from_mins(1));
        assert!(status.success(), "{}", process.output());
    }
    assert_eq!(mode(&place.path("innkeeper-data/innkeeper.db.key")), 0o600);
}

#[test]
fn a_key_in_a_variable_makes_no_file() {
    let place = Place::bare().with("INNKEEPER_SECRETS__MASTER_KEY", KEY);
    place.line("migrate").succeeded();
    assert!(!place.path("innkeeper-data/innkeeper.db.key").exists());
}

#[test]
fn a_key_file_is_refused_with_what_to_do_about_it() {
    let place = Place::bare();
    place.line("migrate").succeeded();
    let file = "innkeeper-data/innkeeper.db.key";
    let path = place.path(file);
    for shared in [0o640, 0o604, 0o644] {
        fs::set_permissions(&path, Permissions::from_mode(shared)).unwrap();
        for line in ["migrate", "user list"] {
            assert_eq!(
                place.line(line).refused(),
                format!("the key file {file} is open to other users of this machine; run: chmod 600 {file}")
            );
        }
    }
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();

    let key = fs::read(&path).unwrap();
    fs::write(&path, "not a key").unwrap();
    let malformed = format!("the key file {file} does not hold 32 bytes in base64; restore it from a backup");
    assert_eq!(place.line("migrate").refused(), malformed);
    let check = place.line("config check");
    assert_eq!(
        (check.code, check.stdout.as_str()),
        (Some(1), format!("problem: {malformed}\n").as_str())
    );

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o700)).unwrap();
    let refusal = place.line("migrate").refused();
    assert!(
        refusal.starts_with(&format!("the key file {file} cannot be read (")),
        "{refusal}"
    );
    fs::remove_dir(&path).unwrap();

    let refusal = place.line("serve").refused();
    assert_eq!(
        refusal,
        format!(
            "the database innkeeper-data/innkeeper.db is there, but its key file {file} is not; restore the file, \
             or set INNKEEPER_SECRETS__MASTER_KEY to the key the database was made with"
        )
    );
    assert!(!path.exists(), "another key is never made for it");
    fs::write(&path, key).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    place.line("user list").succeeded();
}
