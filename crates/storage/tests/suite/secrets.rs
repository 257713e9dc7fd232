//! Nothing that opens a door stands in the database (D-30).

use std::fs;

use innkeeper_domain::{
    ids::ApiKeyId,
    ports::{ChannelToken, ChannelTokens, TokenKey},
    tokens::{Secret, SecretBits, SecretKind},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, TABLES, World, world};

on_each_backend!(
    no_secret_stands_in_the_database,
    no_secret_of_a_channel_does_either
);

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
            for table in ["outgoing_messages", "account_credentials", "channel_tokens"] {
                text += &world.database.scalar(&format!(
                    "SELECT string_agg(encode(sealed, 'escape'), ' ') FROM {table}"
                ));
            }
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

fn no_secret_of_a_channel_does_either(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("each@one.example");
    let connected = world.stored_connected(&user, "acc");
    let (tenant, account) = connected.key();
    let (first, second) = ("c0ffee-under-the-sea", "a second 0ne that came later");
    let later = crate::connected::secrets(&[("a-field-of-theirs", second)]);
    let token = |content: &str, version| ChannelToken {
        content: zeroize::Zeroizing::new(content.to_owned()),
        expires_at: NOW,
        version,
    };
    let (old, new) = ("bearer-0f-old-news", "bearer-0f-good-news");
    let key = TokenKey([7; 16]);
    world.store.save(tenant, key, &token(old, 1)).unwrap();
    world.store.save(tenant, key, &token(new, 2)).unwrap();
    world.keep(|repos| {
        repos
            .accounts()
            .keep_credentials(tenant, account, 2, &later, crate::connected::TOKEN)
    });
    let heap = everything(&world);
    assert!(contains(&heap, b"Rua do Sol 1"), "the search works");
    for secret in [first, second, old, new] {
        assert!(!contains(&heap, secret.as_bytes()), "{secret}");
        assert!(!contains(&heap, hex(secret.as_bytes()).as_bytes()), "{secret}");
    }
    assert!(
        !contains(&heap, b"a-field-of-theirs"),
        "not even what the values are called"
    );
    let read = world.keep(|repos| repos.accounts().credentials(tenant, account));
    assert_eq!(read, Some(later));
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
