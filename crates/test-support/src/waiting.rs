//! Waiting for something that another thread or process does.

use std::{
    thread,
    time::{Duration, Instant},
};

const PAUSE: Duration = Duration::from_millis(5);

/// Asks `attempt` again and again until it has an answer. It looks at a state, not for an event, so it cannot come
/// too late; the deadline only bounds a failing test and may be generous.
///
/// ```
/// use innkeeper_test_support::eventually;
/// use std::time::Duration;
///
/// let mut asked = 0;
/// let answer = eventually(Duration::from_secs(5), "a third question", || {
///     asked += 1;
///     (asked == 3).then_some(asked)
/// });
/// assert_eq!(answer, 3);
/// ```
///
/// # Panics
///
/// If there is no answer by the deadline; the message names `what`.
pub fn eventually<T>(deadline: Duration, what: &str, mut attempt: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = attempt() {
            return answer;
        }
        assert!(
            begun.elapsed() < deadline,
            "waited {deadline:?} in vain for {what}"
        );
        thread::sleep(PAUSE);
    }
}
