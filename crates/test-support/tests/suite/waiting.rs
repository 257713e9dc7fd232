//! Bounded waits.

use std::time::Duration;

use innkeeper_test_support::eventually;

#[test]
fn an_answer_ends_it() {
    let mut left = 3;
    let answer = eventually(Duration::from_secs(10), "three questions", || {
        left -= 1;
        (left == 0).then_some("here")
    });
    assert_eq!(answer, "here");
}

#[test]
fn it_asks_at_least_once() {
    assert_eq!(eventually(Duration::ZERO, "nothing", || Some(1)), 1);
}

#[test]
#[should_panic(expected = "in vain for a miracle")]
fn the_deadline_names_what_was_missing() {
    eventually(Duration::from_millis(20), "a miracle", || None::<()>);
}
