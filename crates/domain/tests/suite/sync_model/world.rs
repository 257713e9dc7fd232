//! The world that is explored: an account, its slot, the rows of its runs, and two workers who remember what they took.
//! Time is left out: every instant of a slot is one of "now" and "later".

use std::time::Duration;

use innkeeper_domain::{
    ids::ClaimId,
    sync::{Answer, Claim, Command, Create, Place, Refusal, RunChange, RunState, Slot, Started, decide},
    time::Timestamp,
};

use crate::{
    cast::{NOW, id, tenant},
    sync_model::{Broken, Step},
};

/// Pages of each run.
pub(super) const PAGES: u8 = 2;
/// The most runs there are.
pub(super) const MOST_RUNS: usize = 4;

const RUN_IDS: u128 = 1_000;
const CLAIM_IDS: u128 = 2_000;
const LATER: Duration = Duration::from_secs(1);

/// The row of a run, as an adapter keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub(super) state: RunState,
    pub(super) superseded_by: Option<u8>,
    pub(super) generation: u8,
    /// Events about its end.
    pub(super) events: u8,
    /// The checkpoint.
    pub(super) pages: u8,
}

/// What a worker remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Held {
    pub(super) claim: u8,
    pub(super) run: u8,
    pub(super) page: u8,
}

/// What may still go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Budget {
    pub(super) crashes: u8,
    pub(super) deletes: u8,
    pub(super) revives: u8,
    pub(super) false_expiries: u8,
    pub(super) waits: u8,
}

/// What must never be seen, and what should be seen at least once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Seen {
    /// A row changed after its end.
    pub(super) changed_after_end: bool,
    /// A page was stored by somebody else than the current claim, or out of its turn.
    pub(super) stale_page: bool,
    /// A page was stored for an account that was not there, or for an earlier life of it.
    pub(super) page_after_delete: bool,
}

/// All there is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) alive: bool,
    pub(super) generation: u8,
    pub(super) slot: Option<Slot>,
    pub(super) rows: Vec<Row>,
    pub(super) workers: [Option<Held>; 2],
    pub(super) left: Budget,
    pub(super) seen: Seen,
}

fn small(number: usize) -> u8 {
    u8::try_from(number).unwrap()
}

/// The number of a run or a claim, from the id made of it.
fn number(uuid: uuid::Uuid, base: u128) -> u8 {
    let first = id::<()>(base).uuid().as_u128();
    u8::try_from(uuid.as_u128() - first).unwrap()
}

fn claim_id(claim: u8) -> ClaimId {
    id(CLAIM_IDS + u128::from(claim))
}

fn later(instant: Timestamp, now: Timestamp) -> Timestamp {
    if instant > now { NOW + LATER } else { NOW }
}

/// The slot with every instant put back to where it starts from.
fn timeless(slot: &Slot, now: Timestamp) -> Slot {
    let started = slot.started.map(|started| Started {
        started_at: NOW,
        first_requested_at: NOW,
        deadline: NOW + Duration::from_hours(6),
        rate_limited_since: None,
        place: match started.place {
            Place::Running(claim) => Place::Running(Claim {
                lease_until: NOW + LATER,
                ..claim
            }),
            Place::Waiting { reason, until } => Place::Waiting {
                reason,
                until: later(until, now),
            },
        },
        ..started
    });
    Slot { started, ..*slot }
}

impl World {
    /// An account that was just added.
    pub(super) fn new(left: Budget) -> Self {
        let empty = Self {
            alive: true,
            generation: 0,
            slot: None,
            rows: Vec::new(),
            workers: [None, None],
            left,
            seen: Seen::default(),
        };
        empty.created(None).unwrap()
    }

    /// The account's next life.
    pub(super) fn created(&self, broken: Option<Broken>) -> Option<Self> {
        let mut world = self.clone();
        world.generation += 1;
        world.alive = true;
        let create = Command::Create(Create {
            tenant: tenant(),
            account: id(500),
            generation: u32::from(world.generation),
            run: self.next_run(),
        });
        world.obey(&create, NOW, broken).ok()?;
        Some(world)
    }

    pub(super) fn next_run<K>(&self) -> innkeeper_domain::ids::Id<K> {
        id(RUN_IDS + u128::try_from(self.rows.len()).unwrap())
    }

    /// Asks the real protocol, and stores what it says as an adapter does.
    pub(super) fn obey(
        &mut self,
        command: &Command,
        now: Timestamp,
        broken: Option<Broken>,
    ) -> Result<Answer, Refusal> {
        let step = decide(self.slot.as_ref(), command, now)?;
        self.slot = step.slot.map(|slot| timeless(&slot, now));
        for change in &step.runs {
            self.apply(change, command, broken);
        }
        Ok(step.answer)
    }

    fn apply(&mut self, change: &RunChange, command: &Command, broken: Option<Broken>) {
        let place = usize::from(number(change.run().uuid(), RUN_IDS));
        if let RunChange::Queued { .. } = change {
            assert_eq!(place, self.rows.len(), "a new row for a new run");
            self.rows.push(Row {
                state: RunState::Queued,
                superseded_by: None,
                generation: self.generation,
                events: 0,
                pages: 0,
            });
            return;
        }
        let row = &mut self.rows[place];
        let was_started = matches!(row.state, RunState::Running | RunState::Waiting);
        if broken == Some(Broken::DeleteLeavesTheRunningRun) && *command == Command::Delete && was_started {
            return;
        }
        self.seen.changed_after_end |= row.state.is_terminal();
        row.state = change.state();
        if let RunChange::Superseded { by, .. } = change {
            let pointer = Some(number(by.uuid(), RUN_IDS));
            row.superseded_by = pointer.filter(|_| broken != Some(Broken::SupersedeWithoutPointer));
        }
        if let RunChange::Ended { .. } = change {
            row.events += 1;
        }
    }

    /// The number of the claim that the slot knows.
    pub(super) fn current_claim(&self) -> Option<u8> {
        let claim = self.slot.as_ref()?.started?.claim()?;
        Some(number(claim.id.uuid(), CLAIM_IDS))
    }

    pub(super) fn started_run(&self) -> Option<u8> {
        Some(number(self.slot.as_ref()?.started?.run.uuid(), RUN_IDS))
    }

    pub(super) fn pending_run(&self) -> Option<u8> {
        Some(number(self.slot.as_ref()?.pending?.run.uuid(), RUN_IDS))
    }

    /// Whether the worker who took the started run is there no more.
    pub(super) fn is_abandoned(&self) -> bool {
        let current = self.current_claim();
        current.is_some()
            && self
                .workers
                .iter()
                .flatten()
                .all(|held| Some(held.claim) != current)
    }

    /// A claim that nobody knows any more is as good as a new one, and keeps the number of worlds down.
    fn fresh_claim(&self) -> u8 {
        let known = |claim: &u8| {
            let held = self.workers.iter().flatten().any(|held| held.claim == *claim);
            held || self.current_claim() == Some(*claim)
        };
        (0..=3).find(|claim| !known(claim)).unwrap()
    }

    /// Which of two workers is which makes no difference.
    pub(super) fn settled(mut self) -> Self {
        self.workers.sort_unstable();
        self
    }

    pub(super) fn claimed(&mut self, worker: usize, broken: Option<Broken>) -> Option<()> {
        let claim = self.fresh_claim();
        let command = Command::Claim {
            claim: claim_id(claim),
            worker: id(3_000),
        };
        self.obey(&command, NOW, broken).ok()?;
        let run = self.started_run()?;
        self.workers[worker] = Some(Held {
            claim,
            run,
            page: self.rows[usize::from(run)].pages,
        });
        Some(())
    }

    /// The claim that a worker names in its write: its own, unless the checks are broken.
    fn named(&self, held: Held, broken: Option<Broken>) -> ClaimId {
        let current = self.current_claim().unwrap_or(held.claim);
        let same_run = self.started_run() == Some(held.run);
        claim_id(match broken {
            Some(Broken::AttemptAsFence) if same_run => current,
            Some(Broken::StateAsFence) => current,
            _ => held.claim,
        })
    }

    /// A worker does something that only counts while the run is its own; otherwise it stops.
    pub(super) fn work(&mut self, worker: usize, step: Step, broken: Option<Broken>) -> Option<()> {
        let held = self.workers[worker]?;
        let claim = self.named(held, broken);
        let command = match step {
            Step::Page(_) => Command::Fence { claim },
            Step::Heartbeat(_) => Command::Renew { claim },
            Step::Park(_, pause) => Command::Park {
                claim,
                pause,
                random: 0,
            },
            Step::Finish(_, outcome) => Command::Finish { claim, outcome },
            _ => return None,
        };
        let by_run_alone = broken == Some(Broken::RunAsFence);
        match self.obey(&command, NOW, broken) {
            Ok(_) => {}
            Err(_) if by_run_alone && matches!(step, Step::Page(_)) => {}
            Err(_) => {
                self.workers[worker] = None;
                return Some(());
            }
        }
        match step {
            Step::Page(_) => self.page_stored(worker, held),
            Step::Heartbeat(_) => {}
            _ => self.workers[worker] = None,
        }
        Some(())
    }

    fn page_stored(&mut self, worker: usize, held: Held) {
        let current = self.current_claim();
        let row = &mut self.rows[usize::from(held.run)];
        self.seen.stale_page |= current != Some(held.claim) || row.pages != held.page;
        self.seen.page_after_delete |= !self.alive || row.generation != self.generation;
        row.pages = held.page + 1;
        self.workers[worker] = Some(Held {
            page: held.page + 1,
            ..held
        });
    }

    /// Time passes until the slot has to be looked at again.
    pub(super) fn woken(&mut self, broken: Option<Broken>) -> Option<()> {
        let now = self.slot.as_ref()?.wake_at(NOW)?;
        self.obey(&Command::Wake { random: 0 }, now, broken).ok()?;
        Some(())
    }

    pub(super) fn runs(&self) -> u8 {
        small(self.rows.len())
    }
}
