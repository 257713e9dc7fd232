//! Whoever writes the database past the program is found out, and what they touched is named.

use innkeeper_domain::{effects::AuditRecord, ports::Ledger, record::Head};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    record_seals::MINUTE,
    world::{NOW, World, world},
};

on_each_backend!(
    a_changed_record_is_named_whatever_was_changed,
    a_record_that_is_gone_is_named,
    seals_that_are_gone_forged_or_out_of_place_are_named,
    a_forged_record_with_a_forged_seal_is_named,
    a_tail_that_was_cut_off_is_missed,
    a_chain_of_another_key_or_tenant_does_not_hold,
);

/// Six sealed records; the third is the one that something happens to.
fn sealed(backend: Backend) -> (World, Vec<AuditRecord>, Head) {
    let world = world(backend);
    let records = world.recorded(6, NOW);
    world.seal_all(NOW);
    assert_eq!(world.walk(None, NOW), "holds to 6");
    let head = world.store.sealing(world.tenant).unwrap().unwrap().head;
    (world, records, head)
}

impl World {
    /// Does something behind the program's back, sees what the walk says, and undoes it.
    fn tampered(&self, does: &str, undoes: &str, expected: Option<Head>) -> String {
        self.database.execute(does);
        let told = self.walk(expected, NOW);
        self.database.execute(undoes);
        assert_eq!(self.walk(expected, NOW), "holds to 6", "undone: {undoes}");
        told
    }
}

fn a_changed_record_is_named_whatever_was_changed(backend: Backend) {
    let (world, records, _) = sealed(backend);
    let third = world.sql(records[2].id);
    let other = world.sql(world.id::<()>());
    let expected = format!("record {}, sealed at position 3, was changed", records[2].id);
    let (was_object, was_at) = (
        world.sql(innkeeper_domain::ids::Id::<()>::from_uuid(records[2].object)),
        records[2].at.as_micros(),
    );
    let changes = [
        ("at".to_owned(), (was_at + 1).to_string(), was_at.to_string()),
        (
            "action".to_owned(),
            "'user.deleted'".to_owned(),
            "'user.created'".to_owned(),
        ),
        (
            "request_id".to_owned(),
            "'req-2'".to_owned(),
            "'req-1'".to_owned(),
        ),
        ("object_id".to_owned(), other.clone(), was_object),
        ("property_id".to_owned(), other.clone(), "NULL".to_owned()),
        ("subject_id".to_owned(), other.clone(), "NULL".to_owned()),
        ("before_json".to_owned(), "'{}'".to_owned(), "NULL".to_owned()),
        (
            "after_json".to_owned(),
            "'{\"role\":\"owner\"}'".to_owned(),
            "NULL".to_owned(),
        ),
    ];
    for (column, to, back) in changes {
        let set = |value: &str| format!("UPDATE audit_records SET {column} = {value} WHERE id = {third}");
        assert_eq!(world.tampered(&set(&to), &set(&back), None), expected, "{column}");
    }
    let set = |values: &str| format!("UPDATE audit_records SET {values} WHERE id = {third}");
    let actor = format!("actor_kind = 'application', actor_id = {other}");
    let back = set("actor_kind = 'operator', actor_id = NULL");
    assert_eq!(world.tampered(&set(&actor), &back, None), expected);
    let token = format!("token_kind = 'api_key', token_id = {other}");
    let back = set("token_kind = NULL, token_id = NULL");
    assert_eq!(world.tampered(&set(&token), &back, None), expected);
}

fn a_record_that_is_gone_is_named(backend: Backend) {
    let (world, records, _) = sealed(backend);
    let third = world.sql(records[2].id);
    let move_to = |from: &str, to: &str| format!("UPDATE audit_records SET id = {to} WHERE id = {from}");
    let away = world.sql(world.id::<()>());
    let told = world.tampered(&move_to(&third, &away), &move_to(&away, &third), None);
    assert_eq!(
        told,
        format!("record {}, sealed at position 3, is missing", records[2].id)
    );
    world
        .database
        .execute(&format!("DELETE FROM audit_records WHERE id = {third}"));
    assert_eq!(
        world.walk(None, NOW),
        format!("record {}, sealed at position 3, is missing", records[2].id)
    );
}

fn seals_that_are_gone_forged_or_out_of_place_are_named(backend: Backend) {
    let (world, records, _) = sealed(backend);
    let put = |from: u32, to: u32| format!("UPDATE audit_seals SET position = {to} WHERE position = {from}");
    assert_eq!(
        world.tampered(&put(3, 99), &put(99, 3), None),
        "seal 3 is missing"
    );
    let swap = format!("{}; {}; {}", put(3, 99), put(4, 3), put(99, 4));
    assert_eq!(
        world.tampered(&swap, &swap, None),
        format!(
            "seal 3, of record {}, is forged or out of its place",
            records[3].id
        )
    );
    let hash = |column: &str, digits: &str| match backend {
        Backend::Sqlite => format!("UPDATE audit_seals SET {column} = x'{digits}' WHERE position = 3"),
        Backend::Postgres => {
            format!("UPDATE audit_seals SET {column} = decode('{digits}', 'hex') WHERE position = 3")
        }
    };
    let seals = world.store.seals(world.tenant, 2, 1).unwrap();
    let hex = |bytes: [u8; 32]| {
        bytes
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    };
    let forged = "ab".repeat(32);
    for (column, was) in [
        ("record_hash", hex(seals[0].0.record_hash)),
        ("chain_hash", hex(seals[0].0.chain_hash)),
    ] {
        assert_eq!(
            world.tampered(&hash(column, &forged), &hash(column, &was), None),
            format!(
                "seal 3, of record {}, is forged or out of its place",
                records[2].id
            ),
            "{column}"
        );
    }
}

/// Who cannot derive the key can compute the record's hash, but not the chain's.
fn a_forged_record_with_a_forged_seal_is_named(backend: Backend) {
    let (world, _, _) = sealed(backend);
    let forged = world.recorded(1, NOW).remove(0);
    let stored = world.store.stored(world.tenant, &[forged.id]).unwrap();
    let hash = stored[0]
        .hash()
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let bytes = |digits: &str| match backend {
        Backend::Sqlite => format!("x'{digits}'"),
        Backend::Postgres => format!("decode('{digits}', 'hex')"),
    };
    let (tenant, record) = (world.sql(world.tenant), world.sql(forged.id));
    let (hash, chain) = (bytes(&hash), bytes(&"cd".repeat(32)));
    world.database.execute(&format!(
        "INSERT INTO audit_seals (tenant_id, position, record_id, record_hash, chain_hash, sealed_at) \
         VALUES ({tenant}, 7, {record}, {hash}, {chain}, 1); \
         UPDATE audit_sealers SET head_position = 7, head_hash = {chain}"
    ));
    assert_eq!(
        world.walk(None, NOW),
        format!("seal 7, of record {}, is forged or out of its place", forged.id)
    );
}

fn a_tail_that_was_cut_off_is_missed(backend: Backend) {
    let (world, _, head) = sealed(backend);
    let fourth = world.store.seals(world.tenant, 3, 1).unwrap()[0].0;
    world
        .database
        .execute("DELETE FROM audit_seals WHERE position > 4");
    let cut = "the chain ends at position 4, but it had reached 6: its tail was cut off";
    assert_eq!(world.walk(None, NOW), cut, "the note of the head is left");
    let digits = fourth
        .chain_hash
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let hash = match backend {
        Backend::Sqlite => format!("x'{digits}'"),
        Backend::Postgres => format!("decode('{digits}', 'hex')"),
    };
    world.database.execute(&format!(
        "UPDATE audit_sealers SET head_position = 4, head_hash = {hash}"
    ));
    assert_eq!(
        world.walk(None, NOW),
        "holds to 4",
        "who also changes the note can cut, without the records"
    );
    assert_eq!(world.walk(Some(head), NOW), cut, "a head kept elsewhere tells");
    let other = Head {
        position: 4,
        hash: [1; 32],
    };
    assert_eq!(
        world.walk(Some(other), NOW),
        "at position 4 the chain has another hash than it had"
    );
    assert_eq!(
        world.walk(None, NOW + 2 * MINUTE),
        "holds to 4; 2 unsealed",
        "records whose seals were cut off stand without"
    );
}

fn a_chain_of_another_key_or_tenant_does_not_hold(backend: Backend) {
    let (world, records, head) = sealed(backend);
    let key = innkeeper_domain::record::ChainKey::from_bytes(zeroize::Zeroizing::new([9; 32]));
    let verified =
        innkeeper_domain::usecases::verify_record(&world.store, &key, world.tenant, None, NOW).unwrap();
    assert_eq!(
        verified.chain.unwrap_err().to_string(),
        format!(
            "seal 1, of record {}, is forged or out of its place",
            records[0].id
        )
    );
    assert_eq!(head.to_string().parse(), Ok(head), "a head can be kept as a text");
    let cut = head.to_string().replace(char::is_alphabetic, "");
    for text in ["", "6", "6:", "6:zz", ":00", "-1:00", cut.as_str()] {
        assert!(text.parse::<Head>().is_err(), "{text}");
    }
}
