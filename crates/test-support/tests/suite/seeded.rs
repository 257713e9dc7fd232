//! The seeded bytes.

use std::collections::HashSet;

use innkeeper_test_support::SeededBytes;

#[test]
fn the_seed_decides() {
    let bytes = |seed| SeededBytes::new(seed).bytes::<20>();
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn it_is_splitmix64() {
    // The published first value for seed 0.
    assert_eq!(
        u64::from_le_bytes(SeededBytes::new(0).bytes()),
        0xe220_a839_7b1d_cdaf
    );
}

#[test]
fn ids_do_not_repeat() {
    let source = SeededBytes::new(0);
    let ids: HashSet<[u8; 16]> = (0..10_000).map(|_| source.bytes()).collect();
    assert_eq!(ids.len(), 10_000);
}
