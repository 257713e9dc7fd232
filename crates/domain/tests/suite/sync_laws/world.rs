//! The account, as an adapter keeps it, and what is checked of it.

use std::{collections::BTreeSet, time::Duration};

use innkeeper_domain::{
    ids::RunId,
    sync::{
        Answer, Command, Create, Outcome, Past, Pause, Place, Refresh, Refusal, RunChange, RunKind, RunState,
        Slot, SyncState, Threshold, WaitReason, decide,
        lease::{LEASE, RUN_TIME},
    },
    time::Timestamp,
};
use proptest::prelude::*;

use crate::{
    cast::{NOW, id, tenant},
    sync_laws::Event,
};

/// The row of a run, and what is known of it from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    run: RunId,
    kind: RunKind,
    generation: u32,
    pub(super) state: RunState,
    superseded_by: Option<RunId>,
    /// As when it was first taken: it must not change after.
    cutoff: Option<Timestamp>,
    /// Waits after which an attempt is used.
    chargeable: u32,
    attempt: u32,
    requested_at: Timestamp,
    first_page_at: Option<Timestamp>,
    succeeded: Option<Timestamp>,
}

pub(super) struct World {
    now: Timestamp,
    generation: u32,
    slot: Option<Slot>,
    pub(super) rows: Vec<Row>,
    past: Past,
    claims: [Option<u128>; 3],
    made: u128,
    random: u64,
    /// Each refresh that was accepted, when, and by which run.
    accepted: Vec<(Timestamp, RunId)>,
}

impl World {
    pub(super) fn new(random: u64) -> Self {
        Self {
            now: NOW,
            generation: 0,
            slot: None,
            rows: Vec::new(),
            past: Past::default(),
            claims: [None; 3],
            made: 0,
            random,
            accepted: Vec::new(),
        }
    }

    fn fresh(&mut self) -> u128 {
        self.made += 1;
        10_000 + self.made
    }

    fn claim_of<K>(&self, worker: usize) -> innkeeper_domain::ids::Id<K> {
        id(self.claims[worker].unwrap_or(9_999))
    }

    fn park(&mut self, worker: usize, pause: Pause) -> Command {
        Command::Park {
            claim: self.claim_of(worker),
            pause,
            random: self.random(),
        }
    }

    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        self.random
    }

    /// The command that an event stands for; `None` if only time passes.
    fn command(&mut self, event: Event) -> Option<Command> {
        Some(match event {
            Event::Create => Command::Create(Create {
                tenant: tenant(),
                account: id(500),
                generation: self.generation + 1,
                run: id(self.fresh()),
            }),
            Event::Refresh(if_running) => Command::Refresh(Refresh {
                run: id(self.fresh()),
                threshold: Threshold::DEFAULT,
                if_running,
                not_before: None,
            }),
            Event::Schedule => Command::Schedule {
                run: id(self.fresh()),
            },
            Event::Claim(worker) => {
                let claim = self.fresh();
                self.claims[worker] = Some(claim);
                Command::Claim {
                    claim: id(claim),
                    worker: id(800),
                }
            }
            Event::Fence(worker) => Command::Fence {
                claim: self.claim_of(worker),
            },
            Event::Renew(worker) => Command::Renew {
                claim: self.claim_of(worker),
            },
            Event::Park(worker, pause) => self.park(worker, pause),
            Event::RateLimitedFor(worker, wait) => {
                let until = Some(self.now + wait);
                self.park(worker, Pause::RateLimited { until })
            }
            Event::Finish(worker, outcome) => Command::Finish {
                claim: self.claim_of(worker),
                outcome,
            },
            Event::Wake => Command::Wake {
                random: self.random(),
            },
            Event::TakeOver => Command::TakeOver {
                random: self.random(),
            },
            Event::Delete => Command::Delete,
            Event::Pass(span) => {
                self.now = self.now + span;
                return None;
            }
            Event::PassToWake => {
                let wake_at = self.slot.as_ref().and_then(|slot| slot.wake_at(self.now));
                self.now = self.now.max(wake_at.unwrap_or(self.now));
                return None;
            }
        })
    }

    /// Asks, stores what is said, and checks what can be seen of it.
    pub(super) fn happen(&mut self, event: Event) -> Result<Option<Result<Answer, Refusal>>, TestCaseError> {
        let Some(command) = self.command(event) else {
            return Ok(None);
        };
        let step = match decide(self.slot.as_ref(), &command, self.now) {
            Ok(step) => step,
            Err(refusal) => return Ok(Some(Err(refusal))),
        };
        if let Command::Create(create) = command {
            self.generation = create.generation;
        }
        self.fenced_rightly(&command)?;
        for change in &step.runs {
            self.apply(change)?;
        }
        if let (Command::Refresh(_), Answer::Accepted { run, .. }) = (command, step.answer) {
            self.accepted.push((self.now, run));
        }
        self.slot = step.slot;
        if let Answer::Fenced { .. } = step.answer {
            let run = self.slot.unwrap().started.unwrap().run;
            let row = self.rows.iter_mut().find(|row| row.run == run).unwrap();
            row.first_page_at.get_or_insert(self.now);
        }
        Ok(Some(Ok(step.answer)))
    }

    /// I7 and I8: what a worker was allowed, it was allowed by the claim that the slot knew.
    fn fenced_rightly(&self, command: &Command) -> Result<(), TestCaseError> {
        let (Command::Fence { claim }
        | Command::Renew { claim }
        | Command::Park { claim, .. }
        | Command::Finish { claim, .. }) = command
        else {
            return Ok(());
        };
        let current = self
            .slot
            .and_then(|slot| slot.started)
            .and_then(|run| run.claim());
        prop_assert_eq!(Some(*claim), current.map(|claim| claim.id));
        Ok(())
    }

    fn apply(&mut self, change: &RunChange) -> Result<(), TestCaseError> {
        if let RunChange::Queued {
            run,
            kind,
            requested_at,
            ..
        } = *change
        {
            self.rows.push(Row {
                run,
                kind,
                generation: self.generation,
                state: RunState::Queued,
                superseded_by: None,
                cutoff: None,
                chargeable: 0,
                attempt: 0,
                requested_at,
                first_page_at: None,
                succeeded: None,
            });
            return Ok(());
        }
        let past = self.past;
        self.past = past.after(change);
        prop_assert!(self.past.last_success_at >= past.last_success_at, "I13");
        prop_assert!(self.past.data_as_of >= past.data_as_of, "I13");
        let now = self.now;
        let row = self.rows.iter_mut().find(|row| row.run == change.run()).unwrap();
        prop_assert!(!row.state.is_terminal(), "I4: {row:?} {change:?}");
        row.state = change.state();
        match *change {
            RunChange::Superseded { by, .. } => row.superseded_by = Some(by),
            RunChange::Running { cutoff, attempt, .. } => {
                if row.attempt == 0 {
                    row.cutoff = cutoff;
                }
                prop_assert_eq!(row.cutoff, cutoff, "the cutoff is fixed once");
                row.attempt = attempt;
                prop_assert_eq!(attempt, 1 + row.chargeable, "I11: {:?}", row);
            }
            RunChange::Waiting { reason, .. } => {
                row.chargeable += u32::from(matches!(reason, WaitReason::Crash | WaitReason::Backoff));
            }
            RunChange::Ended {
                outcome, started_at, ..
            } => {
                row.succeeded = outcome.is_success().then_some(started_at);
                prop_assert!(
                    row.first_page_at
                        .is_none_or(|page| started_at <= page && page <= now),
                    "I13"
                );
            }
            RunChange::Queued { .. } | RunChange::Cancelled { .. } => {}
        }
        Ok(())
    }

    pub(super) fn check(&self) -> Result<(), TestCaseError> {
        let live: Vec<&Row> = self.rows.iter().filter(|row| !row.state.is_terminal()).collect();
        let queued = live.iter().filter(|row| row.state == RunState::Queued).count();
        prop_assert!(queued <= 1, "I1");
        prop_assert!(live.len() - queued <= 1, "I2");
        prop_assert!(live.iter().all(|row| row.generation == self.generation), "I3");
        prop_assert!(self.slot.is_some() || live.is_empty(), "I3, I8");
        for (place, row) in self.rows.iter().enumerate() {
            let superseded = row.state == RunState::Superseded;
            let by = self
                .rows
                .iter()
                .position(|other| Some(other.run) == row.superseded_by);
            prop_assert_eq!(superseded, by.is_some_and(|by| by > place), "I5");
        }
        self.check_rows()?;
        self.check_times()?;
        let state = SyncState::of(self.slot.as_ref(), &self.past);
        let busy = matches!(state, SyncState::InProgress | SyncState::Queued);
        prop_assert_eq!(busy, !live.is_empty(), "I12");
        Ok(())
    }

    /// I6: slot and rows agree.
    fn check_rows(&self) -> Result<(), TestCaseError> {
        let mut expected = BTreeSet::new();
        if let Some(pending) = self.slot.and_then(|slot| slot.pending) {
            expected.insert((pending.run, RunState::Queued.as_str()));
        }
        if let Some(started) = self.slot.and_then(|slot| slot.started) {
            let state = match started.place {
                Place::Running(_) => RunState::Running,
                Place::Waiting { .. } => RunState::Waiting,
            };
            expected.insert((started.run, state.as_str()));
        }
        let live = self.rows.iter().filter(|row| !row.state.is_terminal());
        let found: BTreeSet<_> = live.map(|row| (row.run, row.state.as_str())).collect();
        prop_assert_eq!(found, expected, "I6");
        Ok(())
    }

    /// Nobody is forgotten: what is not ready has an instant at which it is looked at, and that is never far.
    fn check_times(&self) -> Result<(), TestCaseError> {
        let Some(slot) = &self.slot else {
            return Ok(());
        };
        let (ready, wake_at) = (slot.ready(self.now), slot.wake_at(self.now));
        let busy = slot.pending.is_some() || slot.started.is_some();
        prop_assert_eq!(busy, ready || wake_at.is_some());
        prop_assert_eq!(busy, slot.rank().is_some() && slot.class().is_some());
        let day = Duration::from_hours(24);
        prop_assert!(wake_at.is_none_or(|instant| instant <= self.now + day + RUN_TIME));
        if let Some(claim) = slot.started.and_then(|started| started.claim()) {
            prop_assert!(!ready && claim.lease_until <= self.now + LEASE, "I14");
        }
        Ok(())
    }

    /// I5: with one worker who does its work, all comes to an end.
    pub(super) fn drain(&mut self) -> Result<(), TestCaseError> {
        for _ in 0..12 {
            let Some(slot) = self.slot else { break };
            if slot.ready(self.now) {
                self.happen(Event::Claim(0))?;
                self.happen(Event::Fence(0))?;
                self.happen(Event::Finish(0, Outcome::Succeeded))?;
            } else {
                self.happen(Event::PassToWake)?;
                self.happen(Event::Wake)?;
            }
            self.check()?;
        }
        let unended = self.rows.iter().find(|row| !row.state.is_terminal());
        prop_assert!(unended.is_none(), "I5: {unended:?}");
        for (accepted_at, run) in &self.accepted {
            self.check_freshness(*accepted_at, *run)?;
        }
        Ok(())
    }

    /// I9: what a refresh that was accepted at an instant leads to has started after it.
    fn check_freshness(&self, accepted_at: Timestamp, run: RunId) -> Result<(), TestCaseError> {
        let mut row = self.rows.iter().find(|row| row.run == run).unwrap();
        while let Some(by) = row.superseded_by {
            row = self.rows.iter().find(|row| row.run == by).unwrap();
        }
        prop_assert!(
            row.succeeded.is_none_or(|started_at| started_at >= accepted_at),
            "I9: {row:?}"
        );
        prop_assert!(row.kind != RunKind::Scheduled && row.requested_at <= self.now);
        Ok(())
    }
}
