//! Every order of events on one account with two workers and two pages a run, explored to the end: workers that crash, a
//! lease that passes while its worker lives, a wait, deletion, return, refreshes of both kinds. The protocol is the real
//! one. Five ways of breaking what stands around it show that the exploration would notice.

mod properties;
mod world;

use innkeeper_domain::{
    accounts::ChannelFault,
    sync::{Command, IfRunning, Outcome, Pause, Place, Refresh, Threshold},
};
use rstest::rstest;
use stateright::{Checker as _, CheckerBuilder, HasDiscoveries, Model, Property};

use crate::{
    cast::NOW,
    sync_model::world::{Budget, MOST_RUNS, PAGES, World},
};

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Refresh(IfRunning),
    Schedule,
    Claim(usize),
    Page(usize),
    Heartbeat(usize),
    Park(usize, Pause),
    Finish(usize, Outcome),
    Crash(usize),
    /// A wait ends, or the lease of a worker that is gone passes.
    Wake,
    /// The lease of a worker that lives passes.
    FalseExpiry,
    Delete,
    Revive,
}

/// A mistake in what surrounds the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broken {
    /// A write is admitted by its run and attempt, which a passed lease does not raise.
    AttemptAsFence,
    /// A write is admitted while the slot has a running run.
    StateAsFence,
    /// A write is admitted by its run's id.
    RunAsFence,
    /// Deletion leaves a started run alone.
    DeleteLeavesTheRunningRun,
    /// A replaced run does not say by which.
    SupersedeWithoutPointer,
}

/// What is explored.
struct Exploration {
    broken: Option<Broken>,
    left: Budget,
}

/// The bounds: with up to four runs.
const BUDGET: Budget = Budget {
    crashes: 2,
    deletes: 1,
    revives: 1,
    false_expiries: 1,
    waits: 1,
};

const PAUSES: [Pause; 3] = [
    Pause::RateLimited { until: None },
    Pause::Failed(ChannelFault::Unavailable),
    Pause::Yield,
];

impl Exploration {
    fn wishes(world: &World, steps: &mut Vec<Step>) {
        if world.alive && world.rows.len() < MOST_RUNS {
            steps.extend([IfRunning::Refuse, IfRunning::Queue].map(Step::Refresh));
            steps.push(Step::Schedule);
        }
        if world.alive && world.left.deletes > 0 {
            steps.push(Step::Delete);
        }
        if !world.alive && world.left.revives > 0 && world.rows.len() < MOST_RUNS {
            steps.push(Step::Revive);
        }
    }

    fn worker(world: &World, worker: usize, steps: &mut Vec<Step>) {
        let Some(held) = world.workers[worker] else {
            steps.push(Step::Claim(worker));
            return;
        };
        steps.push(Step::Heartbeat(worker));
        if held.page < PAGES {
            steps.push(Step::Page(worker));
            if world.left.waits > 0 {
                steps.extend(PAUSES.map(|pause| Step::Park(worker, pause)));
            }
        } else {
            steps.push(Step::Finish(worker, Outcome::Succeeded));
        }
        if world.left.crashes > 0 {
            steps.push(Step::Crash(worker));
        }
    }

    fn time(world: &World, steps: &mut Vec<Step>) {
        let Some(started) = world.slot.as_ref().and_then(|slot| slot.started) else {
            return;
        };
        match started.place {
            Place::Waiting { until, .. } if until > NOW => steps.push(Step::Wake),
            Place::Running(_) if world.is_abandoned() => steps.push(Step::Wake),
            Place::Running(_) if world.left.false_expiries > 0 => steps.push(Step::FalseExpiry),
            Place::Running(_) | Place::Waiting { .. } => {}
        }
    }

    fn refreshed(&self, world: &mut World, if_running: IfRunning) -> Option<()> {
        let wish = Refresh {
            run: world.next_run(),
            threshold: Threshold::DEFAULT,
            if_running,
            not_before: None,
        };
        world.obey(&Command::Refresh(wish), NOW, self.broken).ok()?;
        Some(())
    }

    fn deleted(&self, world: &mut World) -> Option<()> {
        world.left.deletes -= 1;
        world.obey(&Command::Delete, NOW, self.broken).ok()?;
        world.alive = false;
        Some(())
    }
}

impl Model for Exploration {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.left)]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        Self::wishes(world, steps);
        Self::worker(world, 0, steps);
        Self::worker(world, 1, steps);
        Self::time(world, steps);
    }

    fn next_state(&self, last: &World, step: Step) -> Option<World> {
        let mut world = last.clone();
        match step {
            Step::Refresh(if_running) => self.refreshed(&mut world, if_running),
            Step::Schedule => {
                let run = world.next_run();
                let asked = world.obey(&Command::Schedule { run }, NOW, self.broken);
                asked.ok().map(drop)
            }
            Step::Claim(worker) => world.claimed(worker, self.broken),
            Step::Park(worker, _) => {
                world.left.waits -= 1;
                world.work(worker, step, self.broken)
            }
            Step::Page(worker) | Step::Heartbeat(worker) | Step::Finish(worker, _) => {
                world.work(worker, step, self.broken)
            }
            Step::Crash(worker) => {
                world.left.crashes -= 1;
                world.workers[worker] = None;
                Some(())
            }
            Step::Wake => world.woken(self.broken),
            Step::FalseExpiry => {
                world.left.false_expiries -= 1;
                world.woken(self.broken)
            }
            Step::Delete => self.deleted(&mut world),
            Step::Revive => {
                world.left.revives -= 1;
                world = world.created(self.broken)?;
                Some(())
            }
        }?;
        let world = world.settled();
        (world != *last).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

/// A mistake in the protocol may open worlds without end; an exploration stops after so many steps into them.
const MOST_STEPS: usize = 10_000_000;

fn exploration(broken: Option<Broken>) -> CheckerBuilder<Exploration> {
    let left = BUDGET;
    Exploration { broken, left }
        .checker()
        .target_state_count(MOST_STEPS)
}

/// The initial import ends, and a refresh takes the place of another.
const FINISHED_THEN_TWO_REFRESHES: [Step; 6] = [
    Step::Claim(0),
    Step::Page(1),
    Step::Page(1),
    Step::Finish(1, Outcome::Succeeded),
    Step::Refresh(IfRunning::Refuse),
    Step::Refresh(IfRunning::Refuse),
];

/// There are 400,764 worlds, and the longest way to one has 34 steps.
#[test]
fn no_order_of_events_breaks_a_promise() {
    let checker = exploration(None).threads(2).spawn_bfs().join();
    assert!(checker.state_count() < MOST_STEPS, "there is no end to it");
    checker.assert_properties();
    let worlds = checker.unique_state_count();
    assert!(worlds > 300_000, "{worlds} worlds are not all there are");
}

/// Each mistake breaks the promise that it should, and these steps are a way to it.
#[rstest]
#[case::attempt_as_fence(Broken::AttemptAsFence, properties::I7, &[Step::Claim(0), Step::FalseExpiry, Step::Wake, Step::Claim(0), Step::Page(0)])]
#[case::state_as_fence(Broken::StateAsFence, properties::I7, &[Step::Claim(0), Step::FalseExpiry, Step::Wake, Step::Claim(0), Step::Page(0)])]
#[case::run_as_fence(Broken::RunAsFence, properties::I8, &[Step::Claim(0), Step::Delete, Step::Page(1)])]
#[case::delete_leaves_the_running_run(Broken::DeleteLeavesTheRunningRun, properties::I3, &[Step::Claim(0), Step::Delete])]
#[case::supersede_without_pointer(Broken::SupersedeWithoutPointer, properties::I5, &FINISHED_THEN_TWO_REFRESHES)]
fn a_mistake_around_the_protocol_is_found(
    #[case] broken: Broken,
    #[case] promise: &'static str,
    #[case] way: &[Step],
) {
    let found = HasDiscoveries::AllOf([promise].into());
    let checker = exploration(Some(broken)).finish_when(found).spawn_bfs().join();
    checker.assert_discovery(promise, way.to_vec());
}
