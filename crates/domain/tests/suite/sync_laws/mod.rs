//! Random sequences of commands in real time, on one account with three workers. After every one it is checked that the
//! promises I1 to I6, I8, I9 and I11 to I13 hold; at the end everything that was accepted is brought to its end.

mod world;

use std::{cell::RefCell, collections::BTreeSet, time::Duration};

use innkeeper_domain::{
    accounts::ChannelFault,
    sync::{IfRunning, Outcome, Pause, RunState},
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};

use crate::sync_laws::world::World;

/// One thing that happens. Workers are counted; each remembers the last claim it made.
#[derive(Clone, Copy, Debug)]
enum Event {
    Create,
    Refresh(IfRunning),
    Schedule,
    Claim(usize),
    Fence(usize),
    Renew(usize),
    Park(usize, Pause),
    RateLimitedFor(usize, Duration),
    Finish(usize, Outcome),
    Wake,
    TakeOver,
    Delete,
    Pass(Duration),
    /// Time passes to the next instant at which the slot wants to be looked at.
    PassToWake,
}

fn event() -> impl Strategy<Value = Event> {
    let worker = || 0..3_usize;
    let fault = select(ChannelFault::ALL.to_vec());
    let outcome = prop_oneof![
        Just(Outcome::Succeeded),
        Just(Outcome::PartiallySucceeded),
        Just(Outcome::Failed(ChannelFault::InvalidCredentials)),
    ];
    let pause = prop_oneof![
        Just(Pause::RateLimited { until: None }),
        fault.prop_map(Pause::Failed),
        Just(Pause::Yield),
    ];
    prop_oneof![
        2 => Just(Event::Create),
        4 => select(vec![IfRunning::Refuse, IfRunning::Queue]).prop_map(Event::Refresh),
        1 => Just(Event::Schedule),
        6 => worker().prop_map(Event::Claim),
        5 => worker().prop_map(Event::Fence),
        1 => worker().prop_map(Event::Renew),
        3 => (worker(), pause).prop_map(|(worker, pause)| Event::Park(worker, pause)),
        1 => (worker(), 0..200_000_u64).prop_map(|(worker, wait)| Event::RateLimitedFor(worker, Duration::from_secs(wait))),
        2 => (worker(), outcome).prop_map(|(worker, outcome)| Event::Finish(worker, outcome)),
        4 => Just(Event::Wake),
        1 => Just(Event::TakeOver),
        1 => Just(Event::Delete),
        3 => (0..100_u64).prop_map(|wait| Event::Pass(Duration::from_secs(wait))),
        4 => Just(Event::PassToWake),
    ]
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::Create => "create",
        Event::Refresh(_) => "refresh",
        Event::Schedule => "schedule",
        Event::Claim(_) => "claim",
        Event::Fence(_) => "fence",
        Event::Renew(_) => "renew",
        Event::Park(..) | Event::RateLimitedFor(..) => "park",
        Event::Finish(..) => "finish",
        Event::Wake | Event::TakeOver => "wake",
        Event::Delete => "delete",
        Event::Pass(_) | Event::PassToWake => "time",
    }
}

#[test]
fn no_sequence_of_commands_breaks_a_promise() {
    let config = Config {
        cases: 384,
        source_file: Some(file!()),
        ..Config::default()
    };
    let ends: RefCell<BTreeSet<(&str, bool)>> = RefCell::default();
    let states: RefCell<BTreeSet<&str>> = RefCell::default();
    let outcome = TestRunner::new(config).run(&(vec(event(), 1..80), any::<u64>()), |(events, random)| {
        let mut world = World::new(random);
        for event in events {
            if let Some(verdict) = world.happen(event)? {
                ends.borrow_mut().insert((name(&event), verdict.is_ok()));
            }
            world.check()?;
        }
        states
            .borrow_mut()
            .extend(world.rows.iter().map(|row| row.state.as_str()));
        world.drain()
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let states = states.into_inner();
    assert_eq!(
        states.len(),
        RunState::ALL.len(),
        "not every state was seen: {states:?}"
    );
    let ends = ends.into_inner();
    for name in [
        "create", "refresh", "schedule", "claim", "fence", "renew", "park", "finish", "wake", "delete",
    ] {
        for accepted in [true, false] {
            assert!(
                ends.contains(&(name, accepted)),
                "`{name}` was never {accepted}: {ends:?}"
            );
        }
    }
}
