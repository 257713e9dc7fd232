//! Slots: whatever the protocol makes of one comes back as it was, and so does what follows from it.

use std::time::Duration;

use innkeeper_domain::{
    accounts::ChannelFault,
    ids::ClaimId,
    sync::{
        Command, Create, IfRunning, Outcome, Pause, Refresh, RunState, Slot, Threshold, decide, lease::LEASE,
    },
    time::Timestamp,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    connected::{Connected, after, store_step},
    world::{World, keep, world},
};

on_each_backend!(
    any_sequence_of_commands_is_stored_as_it_was_decided,
    the_fence_is_that_of_the_protocol,
    a_slot_is_there_once,
    a_slot_that_is_idle_stays_so_since_then,
);

/// A small generator of its own, so that a failure can be told by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % sides
    }

    fn bits(&mut self) -> u64 {
        self.roll(1 << 31) << 33
    }

    fn outcome(&mut self) -> Outcome {
        match self.roll(3) {
            0 => Outcome::Succeeded,
            1 => Outcome::PartiallySucceeded,
            _ => Outcome::Failed(self.fault()),
        }
    }

    fn fault(&mut self) -> ChannelFault {
        let side = self.roll(u64::try_from(ChannelFault::ALL.len()).unwrap());
        ChannelFault::ALL[usize::try_from(side).unwrap()]
    }

    fn command(&mut self, world: &World, connected: &Connected, claim: ClaimId, now: Timestamp) -> Command {
        let random = self.bits();
        match self.roll(20) {
            0 => Command::Delete,
            1 => Command::Schedule { run: world.id() },
            2 => Command::Wake { random },
            3 => Command::TakeOver { random },
            4 | 5 => Command::Fence { claim },
            6 => Command::Renew { claim },
            7 => Command::Park {
                claim,
                pause: match self.roll(4) {
                    0 => Pause::RateLimited { until: None },
                    1 => Pause::RateLimited {
                        until: Some(now + Duration::from_secs(self.roll(9_000))),
                    },
                    2 => Pause::Yield,
                    _ => Pause::Failed(self.fault()),
                },
                random,
            },
            8 | 14..=16 => Command::Finish {
                claim,
                outcome: self.outcome(),
            },
            9 => Command::Create(Create {
                tenant: connected.account.tenant,
                account: connected.account.id,
                generation: 2,
                run: world.id(),
            }),
            10 => Command::Refresh(Refresh {
                run: world.id(),
                threshold: Threshold::from_minutes(u32::try_from(self.roll(600)).unwrap()).unwrap(),
                if_running: [IfRunning::Refuse, IfRunning::Queue][usize::try_from(self.roll(2)).unwrap()],
                not_before: (self.roll(2) == 0).then(|| now + Duration::from_secs(self.roll(60))),
            }),
            _ => Command::Claim {
                claim,
                worker: world.id(),
            },
        }
    }
}

fn locked(world: &World, connected: &Connected) -> Option<Slot> {
    let (tenant, account) = connected.key();
    world.keep(|repos| repos.slots().lock(tenant, account))
}

/// The columns that follow from a slot, as they are stored.
fn marks(world: &World) -> String {
    let flag = |name: &str| format!("CASE WHEN {name} THEN 1 ELSE 0 END");
    let cell = |name: &str| format!("coalesce(CAST({name} AS text), '-')");
    world.database.scalar(&format!(
        "SELECT {} || ' ' || {} || ' ' || {} || ' ' || {} || ' ' || {} FROM sync_slots",
        flag("ready"),
        cell("class"),
        cell("rank"),
        cell("wake_at"),
        flag("idle_since IS NOT NULL"),
    ))
}

fn expected_marks(slot: &Slot, now: Timestamp) -> String {
    let cell = |at: Option<Timestamp>| at.map_or("-".to_owned(), |at| at.as_micros().to_string());
    let is_idle = slot.pending.is_none() && slot.started.is_none();
    format!(
        "{} {} {} {} {}",
        u8::from(slot.ready(now)),
        slot.class().map_or("-", |class| class.as_str()),
        cell(slot.rank()),
        cell(slot.wake_at(now)),
        u8::from(is_idle)
    )
}

fn any_sequence_of_commands_is_stored_as_it_was_decided(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let connected = world.stored_connected(&user, "acc");
    let (tenant, account) = connected.key();
    let mut decided = Some(connected.slot);
    let mut ends = 0;
    for seed in 0..3 {
        let mut dice = Dice(seed);
        let mut now = after(1 + seed * 1_000_000);
        let mut claim = world.id();
        for step in 0..150 {
            now = now + Duration::from_secs(dice.roll(100));
            if dice.roll(8) == 0 {
                claim = world.id();
            }
            let command = dice.command(&world, &connected, claim, now);
            assert_eq!(locked(&world, &connected), decided, "seed {seed}, step {step}");
            let Ok(next) = decide(decided.as_ref(), &command, now) else {
                continue;
            };
            world.keep(|repos| store_step(repos, (tenant, account), decided.is_some(), &next, now));
            decided = next.slot;
            if let Some(slot) = &decided {
                let expected = expected_marks(slot, now);
                assert_eq!(marks(&world), expected, "seed {seed}, step {step}: {command:?}");
            }
            for change in &next.runs {
                let row = format!(
                    "id = {} AND state = '{}'",
                    world.sql(change.run()),
                    change.state().as_str()
                );
                assert_eq!(world.count("sync_runs", &row), "1", "{change:?}");
                ends += u32::from(change.state() == RunState::Succeeded);
            }
        }
    }
    assert!(ends > 0, "runs came to their end");
}

/// One statement that does what loading, deciding and storing would do.
fn the_fence_is_that_of_the_protocol(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let connected = world.stored_connected(&user, "acc");
    let (tenant, account) = connected.key();
    let (claim, worker) = (world.id(), world.id());
    let taken = world
        .command(connected.key(), &Command::Claim { claim, worker }, after(0))
        .unwrap();
    let mut slot = taken.slot.unwrap();
    let parked = Command::Park {
        claim,
        pause: Pause::Failed(ChannelFault::BadResponse),
        random: 0,
    };
    slot = decide(Some(&slot), &parked, after(1)).unwrap().slot.unwrap();
    slot = decide(Some(&slot), &Command::Claim { claim, worker }, after(2))
        .unwrap()
        .slot
        .unwrap();
    assert_eq!(slot.started.unwrap().failures, 1);
    world.keep(|repos| repos.slots().update(&slot, after(2)));
    let fence = |run, claim, now: Timestamp| {
        world.keep(|repos| repos.slots().fence(tenant, account, run, claim, now, now + LEASE))
    };
    let deadline = slot.started.unwrap().deadline;
    let close = deadline - Duration::from_secs(30);
    for now in [
        after(2),
        after(21),
        after(22),
        after(23),
        after(40),
        close,
        deadline,
    ] {
        let pure = decide(Some(&slot), &Command::Fence { claim }, now);
        assert!(!fence(world.id(), claim, now), "another run");
        assert!(!fence(connected.run, world.id(), now), "another claim");
        assert_eq!(locked(&world, &connected), Some(slot), "nothing was changed");
        assert_eq!(fence(connected.run, claim, now), pure.is_ok());
        slot = pure.map_or(slot, |step| step.slot.unwrap());
        assert_eq!(locked(&world, &connected), Some(slot), "{now}");
        assert_eq!(marks(&world), expected_marks(&slot, after(2)));
    }
    assert_eq!(slot.started.unwrap().progress, 6);
    let over = Command::Finish {
        claim,
        outcome: Outcome::Succeeded,
    };
    world.command(connected.key(), &over, close).unwrap();
    assert!(!fence(connected.run, claim, close), "a run that has ended");
    world.keep(|repos| repos.slots().remove(tenant, account));
    assert!(!fence(connected.run, claim, close), "an account that was deleted");
}

fn a_slot_is_there_once(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let connected = world.stored_connected(&user, "acc");
    let outcome = keep(&world.store, |repos| {
        repos
            .slots()
            .insert(&connected.slot, &connected.account.channel, after(0))
    });
    assert!(
        matches!(outcome, Err(innkeeper_domain::ports::StoreError::Conflict)),
        "{outcome:?}"
    );
    let (tenant, account) = connected.key();
    world.keep(|repos| repos.slots().remove(tenant, account));
    assert_eq!(locked(&world, &connected), None);
    let outcome = keep(&world.store, |repos| {
        repos.slots().update(&connected.slot, after(0))
    });
    assert!(outcome.is_err(), "nothing is updated that is not there");
}

fn a_slot_that_is_idle_stays_so_since_then(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let connected = world.stored_connected(&user, "acc");
    let idle = Slot {
        pending: None,
        ..connected.slot
    };
    let since = || world.database.scalar("SELECT idle_since FROM sync_slots");
    let store = |slot: &Slot, now| world.keep(|repos| repos.slots().update(slot, now));
    assert_eq!(since(), "NULL");
    store(&idle, after(5));
    assert_eq!(since(), after(5).as_micros().to_string());
    store(&idle, after(9));
    assert_eq!(since(), after(5).as_micros().to_string());
    store(&connected.slot, after(10));
    assert_eq!(since(), "NULL");
}
