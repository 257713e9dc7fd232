//! The record once it is written: what its seals are over, what it tells of the past, and what was refused.

use std::time::Duration;

use innkeeper_domain::{
    access::{Overrides, Role, Subject},
    effects::{AuditAction, AuditRecord, Fact, RequestId},
    ids::{AuditRecordId, Id, PropertyUserId},
    record::{
        Attempt, AttemptTarget, Attempts, ChainKey, Fault, Head, MOST_ATTEMPTS, StoredRecord, Walk, extend,
        places_after,
    },
    time::Timestamp,
};
use proptest::prelude::*;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    cast::{NOW, Token, house, id, tenant},
    world::operator,
};

fn stored(number: u128) -> StoredRecord {
    StoredRecord {
        tenant: tenant(),
        id: Id::from_uuid(Uuid::from_u128(number)),
        at: NOW,
        actor_kind: "user".to_owned(),
        actor: Some(Uuid::from_u128(1)),
        credential: Some(Uuid::from_u128(2)),
        token_kind: Some("api_key".to_owned()),
        token: Some(Uuid::from_u128(3)),
        request: "req".to_owned(),
        action: "user.created".to_owned(),
        object: Uuid::from_u128(4),
        property: Some(Uuid::from_u128(5)),
        subject: Some(Uuid::from_u128(6)),
        before: Some("{}".to_owned()),
        after: None,
    }
}

fn key(byte: u8) -> ChainKey {
    ChainKey::from_bytes(Zeroizing::new([byte; 32]))
}

/// The hash is part of what is stored: another one would make every seal wrong.
#[test]
fn the_encoding_never_changes() {
    let hex = stored(7)
        .hash()
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    assert_eq!(
        hex,
        "f519db58f906717a60ef46bbedabd8a9a3148f2b3740789de03bd1385e3dcbf0"
    );
    let (_, head) = extend(&key(1), tenant(), Head::START, &[stored(7)], NOW);
    assert_eq!(
        head.to_string(),
        "1:12dcd7cab7af4076e595a6458d648479f01ec1014c298352151b5ffdb9e68f06"
    );
    assert_eq!(format!("{:?}", key(1)), "ChainKey(..)");
}

#[test]
fn every_field_is_part_of_the_hash_and_none_runs_into_the_next() {
    let other = Some(Uuid::from_u128(99));
    let change: [fn(&mut StoredRecord, Option<Uuid>); 17] = [
        |record, _| record.tenant = Id::from_uuid(Uuid::from_u128(98)),
        |record, _| record.id = Id::from_uuid(Uuid::from_u128(98)),
        |record, _| record.at = NOW + Duration::from_micros(1),
        |record, _| record.actor_kind.push('s'),
        |record, other| record.actor = other,
        |record, other| record.credential = other,
        |record, _| record.token_kind = None,
        |record, other| record.token = other,
        |record, _| record.request.clear(),
        |record, _| record.action = "user.create".to_owned(),
        |record, other| record.object = other.unwrap(),
        |record, _| record.property = None,
        |record, other| record.subject = other,
        |record, _| record.before = Some(String::new()),
        |record, _| record.after = Some(String::new()),
        |record, _| std::mem::swap(&mut record.before, &mut record.after),
        |record, _| {
            // The same letters, cut elsewhere.
            record.request = "requ".to_owned();
            record.action = "ser.created".to_owned();
        },
    ];
    let mut hashes = vec![stored(7).hash()];
    for change in change {
        let mut record = stored(7);
        change(&mut record, other);
        let hash = record.hash();
        assert!(!hashes.contains(&hash), "{record:?}");
        hashes.push(hash);
    }
}

proptest! {
    /// However records are cut into batches, the chain is the same, and a walk along it ends at its head.
    #[test]
    fn batches_make_no_difference_to_the_chain(count in 1_usize..40, cut in 0_usize..40) {
        let records: Vec<_> = (1..=count).map(|n| stored(n.try_into().unwrap())).collect();
        let cut = cut.min(count);
        let (whole, end) = extend(&key(1), tenant(), Head::START, &records, NOW);
        let (first, middle) = extend(&key(1), tenant(), Head::START, &records[..cut], NOW);
        let (second, last) = extend(&key(1), tenant(), middle, &records[cut..], NOW);
        prop_assert_eq!(end, last);
        prop_assert_eq!(&whole, &[first, second].concat());
        let known = key(1);
        let mut walk = Walk::new(&known, tenant(), [middle, end]);
        for (seal, record) in whole.iter().zip(&records) {
            prop_assert_eq!(walk.step(seal, Some(record)), Ok(()));
        }
        prop_assert_eq!(walk.end(), Ok(end));
    }

    /// Whatever one seal is made into without the key, the walk stops there and not before.
    #[test]
    fn a_seal_that_was_touched_does_not_hold(count in 2_u128..20, touched in 0_usize..20, byte in 0_usize..32, what in 0..4) {
        let records: Vec<_> = (1..=count).map(stored).collect();
        let (mut seals, _) = extend(&key(1), tenant(), Head::START, &records, NOW);
        let touched = touched % seals.len();
        let seal = &mut seals[touched];
        match what {
            0 => seal.record_hash[byte] ^= 1,
            1 => seal.chain_hash[byte] ^= 1,
            2 => seal.record = Id::from_uuid(Uuid::from_u128(1_000)),
            _ => seal.position += 1,
        }
        let known = key(1);
        let mut walk = Walk::new(&known, tenant(), []);
        let steps = seals.iter().zip(&records).map(|(seal, record)| walk.step(seal, Some(record)));
        let faults: Vec<Option<Fault>> = steps.map(Result::err).collect();
        prop_assert_eq!(faults.iter().position(Option::is_some), Some(touched));
    }
}

fn told(number: u128, at: Timestamp, action: AuditAction, place: u128) -> AuditRecord {
    let place: PropertyUserId = id(place);
    let id: AuditRecordId = id(number);
    let request = RequestId::parse("r").unwrap();
    AuditRecord::new(id, at, &operator(), &request, action, place)
        .about_property(house())
        .about_user(crate::cast::id(100))
}

#[test]
fn the_latest_record_of_a_place_counts_in_whatever_order_they_come() {
    let with = |record: AuditRecord, role: Role| {
        record.after(vec![
            ("role", Fact::text(role)),
            ("overrides", Fact::Overrides(Overrides::NONE)),
        ])
    };
    let later = NOW + Duration::from_secs(1);
    let mut records = vec![
        with(told(1, NOW, AuditAction::PropertyUserInvited, 50), Role::User),
        // The later instant counts, although the id is smaller.
        with(told(3, later, AuditAction::PropertyUserUpdated, 50), Role::Owner),
        with(told(4, NOW, AuditAction::PropertyUserUpdated, 50), Role::User),
        with(told(5, NOW, AuditAction::PropertyUserInvited, 51), Role::User),
        told(6, later, AuditAction::PropertyUserWithdrawn, 51),
        with(told(7, later, AuditAction::PropertyUpdated, 52), Role::Owner),
    ];
    for _ in 0..records.len() {
        records.rotate_left(1);
        let places = places_after(&records);
        let shown: Vec<_> = places
            .iter()
            .map(|place| (place.id, place.role, place.since))
            .collect();
        assert_eq!(shown, [(id(50), Role::Owner, later)]);
    }
}

fn attempt(of: u128, at: Timestamp) -> Attempt {
    let actor = Token::of_user(id(100)).actor();
    assert!(matches!(actor.subject(), Subject::User { .. }));
    let request = RequestId::parse(&format!("r{of}")).unwrap();
    Attempt::new(
        &actor,
        request,
        "property.deleted",
        AttemptTarget::Property(id(of)),
        at,
    )
}

#[test]
fn attempts_are_merged_and_too_many_are_only_counted() {
    let mut attempts = Attempts::default();
    let later = NOW + Duration::from_secs(9);
    attempts.add(attempt(1, later));
    attempts.add(attempt(1, NOW));
    let merged = attempts.take();
    assert_eq!(merged.len(), 1);
    assert_eq!(
        (merged[0].count, merged[0].first_at, merged[0].last.at),
        (2, NOW, later)
    );
    assert!(attempts.take().is_empty(), "they are gone");

    for one in &merged {
        attempts.put_back(one.clone());
    }
    let most = u128::try_from(MOST_ATTEMPTS).unwrap();
    for of in 1..most + 6 {
        attempts.add(attempt(of, NOW));
    }
    let merged = attempts.take();
    assert_eq!(merged.len(), MOST_ATTEMPTS + 1);
    let beyond: Vec<_> = merged.iter().filter(|one| one.mixed).collect();
    assert_eq!(beyond.len(), 1);
    assert_eq!(beyond[0].count, 5);
    let all: u64 = merged.iter().map(|one| one.count).sum();
    assert_eq!(
        all,
        u64::try_from(MOST_ATTEMPTS).unwrap() + 5 + 2,
        "nothing is lost"
    );
    for one in merged {
        attempts.put_back(one);
    }
    let again: u64 = attempts.take().iter().map(|one| one.count).sum();
    assert_eq!(again, all, "nor when it is put back");
}

/// The table of actions in the docs has a row for each, in the order of the code.
#[test]
fn the_docs_name_every_action() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/record.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let (_, rest) = docs.split_once("<!-- actions:").unwrap();
    let (table, _) = rest.split_once("<!-- actions: end -->").unwrap();
    let told: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let known: Vec<&str> = AuditAction::ALL.iter().map(|action| action.as_str()).collect();
    assert_eq!(told, known);
    for action in AuditAction::ALL {
        assert_eq!(action.as_str().parse(), Ok(*action));
    }
}
