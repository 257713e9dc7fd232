//! What must hold in every world that can be reached, and what must be reachable.

use innkeeper_domain::sync::{Place, RunState};
use stateright::{Model as _, Property};

use crate::sync_model::{Exploration, Step, world::World};

fn count(world: &World, states: &[RunState]) -> usize {
    let rows = world.rows.iter();
    rows.filter(|row| states.contains(&row.state)).count()
}

fn one_pending(_: &Exploration, world: &World) -> bool {
    count(world, &[RunState::Queued]) <= 1
}

fn one_started(_: &Exploration, world: &World) -> bool {
    let current = world.current_claim();
    let owners = world.workers.iter().flatten();
    let owners = owners.filter(|held| Some(held.claim) == current).count();
    count(world, &[RunState::Running, RunState::Waiting]) <= 1 && owners <= 1
}

fn nothing_without_account(_: &Exploration, world: &World) -> bool {
    world
        .rows
        .iter()
        .all(|row| row.state.is_terminal() || (world.alive && row.generation == world.generation))
}

fn one_end(_: &Exploration, world: &World) -> bool {
    !world.seen.changed_after_end && world.rows.iter().all(|row| row.events <= 1)
}

/// Who replaced a replaced run is a later one that was accepted too; so each chain ends.
fn nothing_is_lost(_: &Exploration, world: &World) -> bool {
    (0..).zip(&world.rows).all(|(place, row): (u8, _)| {
        let superseded = row.state == RunState::Superseded;
        let later = row
            .superseded_by
            .is_some_and(|by| by > place && by < world.runs());
        superseded == later
    })
}

/// As long as a run is to end, somebody can do something about it.
fn work_can_move(exploration: &Exploration, world: &World) -> bool {
    if world.rows.iter().all(|row| row.state.is_terminal()) {
        return true;
    }
    let mut steps = Vec::new();
    exploration.actions(world, &mut steps);
    steps.into_iter().any(|step| {
        let works = matches!(
            step,
            Step::Claim(_) | Step::Page(_) | Step::Finish(..) | Step::Heartbeat(_) | Step::Wake
        );
        works && exploration.next_state(world, step).is_some()
    })
}

fn rows_agree(_: &Exploration, world: &World) -> bool {
    let started = world.slot.as_ref().and_then(|slot| slot.started);
    (0..).zip(&world.rows).all(|(place, row): (u8, _)| {
        let expected = match started.map(|started| started.place) {
            Some(Place::Running(_)) if world.started_run() == Some(place) => Some(RunState::Running),
            Some(Place::Waiting { .. }) if world.started_run() == Some(place) => Some(RunState::Waiting),
            _ => (world.pending_run() == Some(place)).then_some(RunState::Queued),
        };
        expected.map_or(row.state.is_terminal(), |expected| row.state == expected)
    })
}

fn pages_by_the_claim(_: &Exploration, world: &World) -> bool {
    !world.seen.stale_page
}

fn no_page_after_delete(_: &Exploration, world: &World) -> bool {
    !world.seen.page_after_delete
}

fn replaced(_: &Exploration, world: &World) -> bool {
    count(world, &[RunState::Superseded]) > 0
}

fn all_succeed(_: &Exploration, world: &World) -> bool {
    count(world, &[RunState::Succeeded]) == super::MOST_RUNS
}

fn succeeds_after_return(_: &Exploration, world: &World) -> bool {
    let rows = world.rows.iter();
    rows.clone()
        .any(|row| row.generation == 1 && row.state == RunState::Cancelled)
        && rows
            .clone()
            .any(|row| row.generation == 2 && row.state == RunState::Succeeded)
}

/// Somebody works on with a claim that another has taken over.
fn lives_on(_: &Exploration, world: &World) -> bool {
    let [Some(one), Some(other)] = world.workers else {
        return false;
    };
    one.run == other.run && world.current_claim().is_some()
}

pub(super) const I1: &str = "I1 at most one pending";
pub(super) const I2: &str = "I2 at most one started, one claim";
pub(super) const I3: &str = "I3 nothing lives without its account";
pub(super) const I4: &str = "I4 one end, for ever";
pub(super) const I5: &str = "I5 no run is lost";
pub(super) const I5_MOVES: &str = "I5 what is to end can move";
pub(super) const I6: &str = "I6 slot and rows agree";
pub(super) const I7: &str = "I7 pages by the current claim";
pub(super) const I8: &str = "I8 no page after deletion";

pub(super) fn all() -> Vec<Property<Exploration>> {
    vec![
        Property::always(I1, one_pending),
        Property::always(I2, one_started),
        Property::always(I3, nothing_without_account),
        Property::always(I4, one_end),
        Property::always(I5, nothing_is_lost),
        Property::always(I5_MOVES, work_can_move),
        Property::always(I6, rows_agree),
        Property::always(I7, pages_by_the_claim),
        Property::always(I8, no_page_after_delete),
        Property::sometimes("a run is replaced", replaced),
        Property::sometimes("all runs succeed", all_succeed),
        Property::sometimes("the account comes back and is imported", succeeds_after_return),
        Property::sometimes("a worker outlives its lease", lives_on),
    ]
}
