//! The manual clock.

use std::time::Duration;

use innkeeper_test_support::ManualClock;

#[test]
fn clones_move_together() {
    let clock = ManualClock::at(10);
    let other = clock.clone();
    clock.advance(Duration::from_micros(5));
    assert_eq!(other.now_micros(), 15);
    other.set(3);
    assert_eq!(clock.now_micros(), 3);
}

#[test]
fn it_stands_still_otherwise() {
    let clock = ManualClock::at(10);
    assert_eq!([clock.now_micros(), clock.now_micros()], [10, 10]);
}
