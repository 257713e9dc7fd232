//! Rows of `sync_runs` and `sync_checkpoints`.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};
use innkeeper_domain::{
    access::{Permission, Subject},
    accounts::{Position, Stream},
    ids::{Id, kinds},
    imports::{Checkpoint, Counts, ListingRef, Run},
    ports::StoreError,
    sync::{RunKind, RunState, WaitReason},
};

use super::{
    cells::{Cells, Decode},
    messages::{Acting, actor_columns},
};
use crate::{
    columns::{At, Key},
    schema::{sync_checkpoints, sync_runs},
};

/// Who asked for a run; all empty if nobody did.
#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = sync_runs, treat_none_as_default_value = false)]
pub(crate) struct RequesterRow {
    actor_kind: Option<String>,
    actor_id: Option<Key<Acting>>,
    credential_id: Option<Key<kinds::Credential>>,
    permission: Option<String>,
}

impl From<Option<Subject>> for RequesterRow {
    fn from(subject: Option<Subject>) -> Self {
        let actor = subject.map(actor_columns);
        let credential = match subject {
            Some(Subject::User {
                credential,
                permission,
                ..
            }) => Some((credential, permission)),
            Some(Subject::Application(_) | Subject::Operator) | None => None,
        };
        Self {
            actor_kind: actor.map(|(kind, _)| kind.to_owned()),
            actor_id: actor.and_then(|(_, id)| id),
            credential_id: credential.map(|(id, _)| Key(id)),
            permission: credential.map(|(_, permission)| permission.as_str().to_owned()),
        }
    }
}

impl RequesterRow {
    fn subject(self, cells: &Cells<kinds::Run>) -> Result<Option<Subject>, StoreError> {
        let id = self.actor_id.map(|key| key.0.uuid());
        let subject = match (self.actor_kind.as_deref(), id) {
            (None, None) => return Ok(None),
            (Some("operator"), None) => Subject::Operator,
            (Some("application"), Some(id)) => Subject::Application(Id::from_uuid(id)),
            (Some("user"), Some(id)) => {
                let permission = cells.present("permission", self.permission)?;
                Subject::User {
                    user: Id::from_uuid(id),
                    credential: cells.present("credential_id", self.credential_id)?.0,
                    permission: cells.parse::<Permission>("permission", &permission)?,
                }
            }
            _ => return Err(cells.corrupt("actor_kind")),
        };
        Ok(Some(subject))
    }
}

/// What a run did.
#[derive(AsChangeset, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = sync_runs)]
pub(crate) struct RunCountsRow {
    listings: i64,
    listings_done: i64,
    listings_skipped: i64,
    listings_failed: i64,
    listings_new: i64,
    reservations: i64,
    reservations_failed: i64,
}

/// What a run that has not ended has done so far.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sync_checkpoints)]
pub(crate) struct CheckpointCountsRow {
    listings: i64,
    listings_done: i64,
    listings_skipped: i64,
    listings_failed: i64,
    listings_new: i64,
    reservations: i64,
    reservations_failed: i64,
}

impl From<&Counts> for RunCountsRow {
    fn from(counts: &Counts) -> Self {
        Self {
            listings: i64::from(counts.listings),
            listings_done: i64::from(counts.listings_done),
            listings_skipped: i64::from(counts.listings_skipped),
            listings_failed: i64::from(counts.listings_failed),
            listings_new: i64::from(counts.listings_new),
            reservations: i64::from(counts.reservations),
            reservations_failed: i64::from(counts.reservations_failed),
        }
    }
}

macro_rules! read_counts {
    ($row:ident) => {
        impl $row {
            fn counts(&self, cells: &Cells<kinds::Run>) -> Result<Counts, StoreError> {
                Ok(Counts {
                    listings: cells.count("listings", self.listings)?,
                    listings_done: cells.count("listings_done", self.listings_done)?,
                    listings_skipped: cells.count("listings_skipped", self.listings_skipped)?,
                    listings_failed: cells.count("listings_failed", self.listings_failed)?,
                    listings_new: cells.count("listings_new", self.listings_new)?,
                    reservations: cells.count("reservations", self.reservations)?,
                    reservations_failed: cells.count("reservations_failed", self.reservations_failed)?,
                })
            }
        }
    };
}

read_counts!(RunCountsRow);
read_counts!(CheckpointCountsRow);

/// A run.
#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = sync_runs, treat_none_as_default_value = false)]
pub(crate) struct RunRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::Run>,
    account_id: Key<kinds::Account>,
    kind: String,
    state: String,
    wait_reason: Option<String>,
    threshold: Option<i64>,
    requested_at: At,
    started_at: Option<At>,
    ended_at: Option<At>,
    superseded_by_id: Option<Key<kinds::Run>>,
    attempts: i64,
    rescues: i64,
    fault: Option<String>,
    #[diesel(embed)]
    requester: RequesterRow,
    #[diesel(embed)]
    counts: RunCountsRow,
}

impl From<&Run> for RunRow {
    fn from(run: &Run) -> Self {
        Self {
            tenant_id: Key(run.tenant),
            id: Key(run.id),
            account_id: Key(run.account),
            kind: run.kind.as_str().to_owned(),
            state: run.state.as_str().to_owned(),
            wait_reason: run.waiting.map(|reason| reason.as_str().to_owned()),
            threshold: run.threshold.map(|limit| i64::from(limit.minutes())),
            requested_at: At(run.requested_at),
            started_at: run.started_at.map(At),
            ended_at: run.ended_at.map(At),
            superseded_by_id: run.superseded_by.map(Key),
            attempts: i64::from(run.attempts),
            rescues: i64::from(run.rescues),
            fault: run.fault.map(|fault| fault.as_str().to_owned()),
            requester: RequesterRow::from(run.requested_by),
            counts: RunCountsRow::from(&run.counts),
        }
    }
}

impl Decode for RunRow {
    const TABLE: &'static str = "sync_runs";
    type Entity = Run;

    fn decode(self) -> Result<Run, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        let reason = |name: &String| cells.present("wait_reason", WaitReason::from_name(name));
        Ok(Run {
            tenant: self.tenant_id.0,
            id: self.id.0,
            account: self.account_id.0,
            kind: cells.present("kind", RunKind::from_name(&self.kind))?,
            state: cells.present("state", RunState::from_name(&self.state))?,
            waiting: self.wait_reason.as_ref().map(reason).transpose()?,
            threshold: cells.threshold("threshold", self.threshold)?,
            requested_at: self.requested_at.0,
            started_at: self.started_at.map(|at| at.0),
            ended_at: self.ended_at.map(|at| at.0),
            superseded_by: self.superseded_by_id.map(|key| key.0),
            attempts: cells.count("attempts", self.attempts)?,
            rescues: cells.count("rescues", self.rescues)?,
            fault: cells.fault("fault", self.fault.as_deref())?,
            requested_by: self.requester.subject(&cells)?,
            counts: self.counts.counts(&cells)?,
        })
    }
}

/// How far a run has come.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = sync_checkpoints)]
pub(crate) struct CheckpointRow {
    tenant_id: Key<kinds::Tenant>,
    run_id: Key<kinds::Run>,
    stream: String,
    listing_id: Option<Key<kinds::Listing>>,
    channel_listing_id: Option<String>,
    position: Option<String>,
    since: Option<At>,
    began_at: Option<At>,
    reservations_began_at: Option<At>,
    listings_ready_at: Option<At>,
    sweep_stopped: bool,
    is_over: bool,
    #[diesel(embed)]
    counts: CheckpointCountsRow,
}

impl Decode for CheckpointRow {
    const TABLE: &'static str = "sync_checkpoints";
    type Entity = Checkpoint;

    fn decode(self) -> Result<Checkpoint, StoreError> {
        let cells = Cells::of(Self::TABLE, self.run_id.0);
        let listing = match (self.listing_id, self.channel_listing_id) {
            (None, None) => None,
            (Some(id), Some(channel_listing_id)) => Some(ListingRef {
                id: id.0,
                channel_listing_id,
            }),
            (None, Some(_)) | (Some(_), None) => return Err(cells.corrupt("channel_listing_id")),
        };
        Ok(Checkpoint {
            tenant: self.tenant_id.0,
            run: self.run_id.0,
            stream: cells.present("stream", Stream::from_name(&self.stream))?,
            listing,
            position: self.position.map(Position),
            since: self.since.map(|at| at.0),
            began_at: self.began_at.map(|at| at.0),
            reservations_began_at: self.reservations_began_at.map(|at| at.0),
            listings_ready_at: self.listings_ready_at.map(|at| at.0),
            sweep_stopped: self.sweep_stopped,
            is_over: self.is_over,
            counts: self.counts.counts(&cells)?,
        })
    }
}
