//! Nothing that opens a door stands in the database (D-30).

use std::fs;

use innkeeper_domain::{
    ids::ApiKeyId,
    tokens::{Secret, SecretBits, SecretKind},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{TABLES, World, world};

on_each_backend!(no_secret_stands_in_the_database);

/// Everything that is stored, as one heap of bytes: on SQLite with the log, on PostgreSQL row by row with blobs both
/// as they are and decoded.
fn everything(world: &World) -> Vec<u8> {
    match world.backend() {
        Backend::Sqlite => {
            let path = world.database.url().strip_prefix("sqlite://").unwrap();
            let mut bytes = fs::read(path).unwrap();
            let log = fs::read(format!("{path}-wal")).unwrap();
            assert!(!log.is_empty());
            bytes.extend(log);
            bytes
        }
        Backend::Postgres => {
            let mut text = String::new();
            for table in TABLES {
                text += &world
                    .database
                    .scalar(&format!("SELECT string_agg(t::text, ' ') FROM {table} AS t"));
            }
            text += &world
                .database
                .scalar("SELECT encode(sealed, 'escape') FROM outgoing_messages");
            text.into_bytes()
        }
    }
}

fn contains(heap: &[u8], needle: &[u8]) -> bool {
    heap.windows(needle.len()).any(|window| window == needle)
}

fn no_secret_stands_in_the_database(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    world.database.execute("DELETE FROM outgoing_messages");
    let (token, secret) = world.onboarding_token(&each.user);
    let mut message = world.message(&each.property, each.user.id);
    message.secret = Some(secret.clone());
    let key_id: ApiKeyId = world.id();
    let key_secret = Secret::issue(
        SecretKind::ApiKey,
        world.tenant,
        key_id,
        &SecretBits::new(*b"another sixteen!"),
    );
    let mut key = each.api_key.clone();
    (key.id, key.secret, key.last_four) = (key_id, key_secret.hash(), key_secret.last_four().to_owned());
    world.keep(|repos| {
        repos.onboarding_tokens().insert(&token)?;
        repos.outbox().add(std::slice::from_ref(&message))?;
        repos.api_keys().insert(&key)
    });
    let heap = everything(&world);
    assert!(contains(&heap, b"each@one.example"), "the search works");
    assert_eq!(world.count("outgoing_messages", "sealed IS NOT NULL"), "1");
    for secret in [&secret, &key_secret] {
        let text = secret.reveal().as_bytes();
        // The whole of it, and just the random part, without the checksum behind it.
        for needle in [text, &text[text.len() - 28..text.len() - 6]] {
            assert!(!contains(&heap, needle));
            assert!(!contains(&heap, hex(needle).as_bytes()));
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
