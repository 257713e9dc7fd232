//! Background imports: what schedules them, in one pure function.
//!
//! Each account has a [`Slot`] with two places: a run that is *pending* and one that has *started*. Everything that can
//! happen is a [`Command`] on that slot, and [`decide`] says what it leads to: the slot from then on, what happens to
//! the rows of the runs, and an answer. An adapter locks the slot's row, loads it, asks, and stores the whole
//! [`Step`] in the same transaction; it has no rule of its own.
//!
//! What is promised is listed as I1 to I18; a comment that says which promise it keeps names it so.
//!
//! ```
//! use innkeeper_domain::ids::Ids;
//! use innkeeper_domain::sync::{Answer, Command, Create, Outcome, decide};
//! use innkeeper_domain::time::Timestamp;
//!
//! let now = Timestamp::from_micros(1_700_000_000_000_000);
//! let mut ids = Ids::new(now, 42);
//! let (tenant, account, run) = (ids.make(), ids.make(), ids.make());
//! let create = Command::Create(Create { tenant, account, generation: 1, run });
//! let slot = decide(None, &create, now)?.slot;
//!
//! let claim = ids.make();
//! let taken = decide(slot.as_ref(), &Command::Claim { claim, worker: ids.make() }, now)?;
//! let page = decide(taken.slot.as_ref(), &Command::Fence { claim }, now)?;
//! let done = Command::Finish { claim, outcome: Outcome::Succeeded };
//! assert_eq!(decide(page.slot.as_ref(), &done, now)?.answer, Answer::Ended(Outcome::Succeeded));
//! # Ok::<(), innkeeper_domain::sync::Refusal>(())
//! ```

mod command;
pub mod delay;
mod ends;
pub mod lease;
mod past;
mod protocol;
mod rank;
mod requests;
mod run;
mod slot;
mod status;
pub mod sweep;
mod takes;
mod threshold;
mod wakes;

pub use command::{Answer, Command, Create, Disposition, IfRunning, Pause, Refresh, Refusal, Step};
pub use past::{LastFailure, Past};
pub use protocol::decide;
pub use rank::Class;
pub use run::{Outcome, RunChange, RunKind, RunState};
pub use slot::{Claim, Lane, Pending, Place, Slot, Started, WaitReason};
pub use status::{SyncDetail, SyncState};
pub use threshold::Threshold;
