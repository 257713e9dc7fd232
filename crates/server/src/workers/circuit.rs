//! Leaving a channel alone that is out of order, whosever account asks.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use innkeeper_domain::{accounts::ChannelSlug, ids::ClaimId};

/// How many calls in a row fail, over all accounts, before the channel is left alone.
const MOST_FAILURES: u32 = 5;
/// For how long at first; each time that it still fails, twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// For how long at most.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// What is known of the channels that fail. One that works is not in here.
#[derive(Debug, Default)]
pub(crate) struct Circuits(Mutex<HashMap<ChannelSlug, Circuit>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Circuit {
    /// It may still be chance.
    Failing { times: u32 },
    /// It is left alone.
    Open { until: Instant, pause: Duration },
    /// One run tries whether it works again.
    Probing { claim: ClaimId, pause: Duration },
}

impl Circuits {
    /// The channels whose runs are not to be taken.
    pub(crate) fn shut(&self, now: Instant) -> Vec<ChannelSlug> {
        let circuits = self.circuits();
        let is_shut = |circuit: &Circuit| match circuit {
            Circuit::Failing { .. } => false,
            Circuit::Open { until, .. } => now < *until,
            Circuit::Probing { .. } => true,
        };
        let shut = circuits.iter().filter(|(_, circuit)| is_shut(circuit));
        shut.map(|(channel, _)| channel.clone()).collect()
    }

    /// Whether a run that was just taken may begin. The first after a pause is the one that tries.
    pub(crate) fn admits(&self, channel: &ChannelSlug, claim: ClaimId, now: Instant) -> bool {
        let mut circuits = self.circuits();
        match circuits.get_mut(channel) {
            None | Some(Circuit::Failing { .. }) => true,
            Some(circuit) => match *circuit {
                Circuit::Open { until, pause } if until <= now => {
                    *circuit = Circuit::Probing { claim, pause };
                    true
                }
                _ => false,
            },
        }
    }

    /// Whether a run that has begun may go on.
    pub(crate) fn lets_on(&self, channel: &ChannelSlug, claim: ClaimId) -> bool {
        match self.circuits().get(channel) {
            None | Some(Circuit::Failing { .. }) => true,
            Some(Circuit::Open { .. }) => false,
            Some(Circuit::Probing { claim: probe, .. }) => *probe == claim,
        }
    }

    /// The channel answered, whatever it said.
    pub(crate) fn answered(&self, channel: &ChannelSlug) {
        if self.circuits().remove(channel).is_some_and(is_more_than_chance) {
            tracing::info!(%channel, "the channel works again");
        }
    }

    /// The channel could not be reached, or said that it is out of order.
    pub(crate) fn failed(&self, channel: &ChannelSlug, claim: ClaimId, now: Instant) {
        let mut circuits = self.circuits();
        let circuit = circuits
            .entry(channel.clone())
            .or_insert(Circuit::Failing { times: 0 });
        let pause = match *circuit {
            Circuit::Failing { times } if times + 1 < MOST_FAILURES => {
                *circuit = Circuit::Failing { times: times + 1 };
                return;
            }
            Circuit::Failing { .. } => FIRST_PAUSE,
            Circuit::Probing { claim: probe, pause } if probe == claim => (pause * 2).min(LONGEST_PAUSE),
            Circuit::Open { .. } | Circuit::Probing { .. } => return,
        };
        let until = now + pause;
        *circuit = Circuit::Open { until, pause };
        let seconds = pause.as_secs();
        tracing::warn!(%channel, pause.seconds = seconds, "the channel is left alone for {seconds} s");
    }

    /// A run is let go. If it was to try a channel and did not come to it, another may.
    pub(crate) fn left(&self, claim: ClaimId, now: Instant) {
        for circuit in self.circuits().values_mut() {
            if let Circuit::Probing { claim: probe, pause } = *circuit
                && probe == claim
            {
                *circuit = Circuit::Open { until: now, pause };
            }
        }
    }

    fn circuits(&self) -> MutexGuard<'_, HashMap<ChannelSlug, Circuit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_more_than_chance(circuit: Circuit) -> bool {
    match circuit {
        Circuit::Failing { .. } => false,
        Circuit::Open { .. } | Circuit::Probing { .. } => true,
    }
}

#[cfg(test)]
mod tests {
    use innkeeper_domain::{ids::Ids, time::Timestamp};

    use super::*;

    fn claims() -> [ClaimId; 2] {
        let mut ids = Ids::new(Timestamp::from_micros(0), 1);
        [ids.make(), ids.make()]
    }

    fn channel() -> ChannelSlug {
        "hostaway".parse().unwrap()
    }

    fn broken(circuits: &Circuits, claim: ClaimId, now: Instant) {
        for _ in 0..MOST_FAILURES {
            circuits.failed(&channel(), claim, now);
        }
    }

    #[test]
    fn four_failures_in_a_row_may_be_chance_five_are_not() {
        let (circuits, [claim, _], now) = (Circuits::default(), claims(), Instant::now());
        for _ in 0..4 {
            circuits.failed(&channel(), claim, now);
        }
        circuits.answered(&channel());
        for _ in 0..4 {
            circuits.failed(&channel(), claim, now);
        }
        assert_eq!(circuits.shut(now), []);
        circuits.failed(&channel(), claim, now);
        assert_eq!(circuits.shut(now), [channel()]);
        assert!(!circuits.lets_on(&channel(), claim));
        assert!(!circuits.admits(&channel(), claim, now));
    }

    #[test]
    fn after_the_pause_one_run_tries_and_only_one() {
        let (circuits, [one, other], now) = (Circuits::default(), claims(), Instant::now());
        broken(&circuits, one, now);
        let later = now + FIRST_PAUSE;
        assert_eq!(circuits.shut(later), []);
        assert!(circuits.admits(&channel(), one, later));
        assert!(!circuits.admits(&channel(), other, later));
        assert_eq!(circuits.shut(later), [channel()]);
        assert!(circuits.lets_on(&channel(), one) && !circuits.lets_on(&channel(), other));
        circuits.answered(&channel());
        assert!(circuits.lets_on(&channel(), other));
        assert_eq!(circuits.shut(later), []);
    }

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let (circuits, [claim, _], mut now) = (Circuits::default(), claims(), Instant::now());
        broken(&circuits, claim, now);
        for seconds in [30, 60, 120, 240, 300, 300] {
            let pause = Duration::from_secs(seconds);
            let just_before = pause.saturating_sub(Duration::from_millis(1));
            assert_eq!(circuits.shut(now + just_before), [channel()]);
            now += pause;
            assert!(circuits.admits(&channel(), claim, now), "after {seconds} s");
            circuits.failed(&channel(), claim, now);
        }
    }

    #[test]
    fn a_probe_that_made_no_call_leaves_the_try_to_the_next() {
        let (circuits, [one, other], now) = (Circuits::default(), claims(), Instant::now());
        broken(&circuits, one, now);
        let later = now + FIRST_PAUSE;
        assert!(circuits.admits(&channel(), one, later));
        circuits.left(other, later);
        assert!(!circuits.admits(&channel(), other, later));
        circuits.left(one, later);
        assert!(circuits.admits(&channel(), other, later));
    }
}
