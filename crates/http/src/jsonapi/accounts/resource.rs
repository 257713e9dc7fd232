//! An account as it is shown.

use innkeeper_domain::{
    accounts::{Health, HealthState, Stream},
    ids::{RunId, UserId},
    imports::{Checkpoint, Counts},
    ports::{AccountView, ChannelGateway},
    sync::{LastFailure, Outcome, RunKind, Started, SyncDetail, SyncState, WaitReason},
    time::Timestamp,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{
    document::{Attributes, Resource},
    reference::words::{
        AccountChannel, AccountHealthState, AccountLabel, FaultCode, RunCause, RunPhase, RunResult,
        RunWaitingReason, SyncStateName,
    },
};
use crate::reference::values::{Id, Instant};

/// A channel connection of a user, without its credentials: nothing tells those.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::jsonapi) struct AccountAttributes {
    #[schema(value_type = Id)]
    user_id: UserId,
    #[schema(value_type = AccountChannel)]
    channel: String,
    /// The account's id at the channel; where the channel tells none, a hash of what identifies the account.
    channel_id: String,
    /// What the channel shows for it.
    #[schema(required)]
    channel_display_id: Option<String>,
    #[schema(value_type = AccountLabel)]
    label: String,
    /// The address that the channel knows.
    #[schema(required)]
    email: Option<String>,
    /// Whether its credentials work, as far as is known.
    valid: bool,
    /// How many of its listings are active at the channel.
    nb_enabled_listings: u32,
    /// How many listings it has.
    nb_listings: u32,
    /// Whether its channel is a property management system.
    is_pms: bool,
    sync_status: StatusShown,
    sync_detail: DetailShown,
    health: HealthShown,
}

impl Attributes for AccountAttributes {
    const TYPE: &'static str = "accounts";
    const NAME: &'static str = "Account";
}

/// How the imports of the account stand.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SyncStatus)]
struct StatusShown {
    #[schema(value_type = SyncStateName)]
    state: &'static str,
    /// When the last successful import ended.
    #[schema(value_type = Option<Instant>, required)]
    last_successful_sync_at: Option<Timestamp>,
}

/// More about the imports: the one that runs or waits, and what past ones came to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SyncDetail)]
struct DetailShown {
    /// The import that runs, or else the one that waits.
    #[schema(value_type = Option<Id>, required)]
    run_id: Option<RunId>,
    /// Why there is this import.
    #[schema(value_type = Option<RunCause>, required)]
    kind: Option<&'static str>,
    /// What it reads.
    #[schema(value_type = Option<RunPhase>, required)]
    phase: Option<&'static str>,
    /// Why it waits, though it has started.
    #[schema(value_type = Option<RunWaitingReason>, required)]
    waiting_reason: Option<&'static str>,
    /// When it goes on, if that is not now.
    #[schema(value_type = Option<Instant>, required)]
    next_attempt_at: Option<Timestamp>,
    /// The listings that it deals with, in numbers.
    #[schema(required)]
    listings: Option<ListingsShown>,
    /// How many reservations it has brought so far.
    #[schema(required)]
    nb_reservations: Option<u32>,
    /// The import that comes after it.
    #[schema(value_type = Option<Id>, required)]
    follow_up_run_id: Option<RunId>,
    /// No data is older: when the last successful import started.
    #[schema(value_type = Option<Instant>, required)]
    data_as_of: Option<Timestamp>,
    /// How the last import ended.
    #[schema(value_type = Option<RunResult>, required)]
    last_run_result: Option<&'static str>,
    /// The last failure, if none has succeeded since.
    #[schema(required)]
    last_failure: Option<FailureShown>,
    /// When all listings were first there.
    #[schema(value_type = Option<Instant>, required)]
    listings_ready_at: Option<Timestamp>,
    /// When the recent reservations were first there.
    #[schema(value_type = Option<Instant>, required)]
    recent_ready_at: Option<Timestamp>,
    /// When all reservations were first there.
    #[schema(value_type = Option<Instant>, required)]
    history_ready_at: Option<Timestamp>,
}

/// The listings that a running import deals with, in numbers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SyncListings)]
struct ListingsShown {
    /// How many there are; `null` until all are known.
    #[schema(required)]
    total: Option<u32>,
    /// How many are done.
    done: u32,
    /// How many were fetched lately and are skipped.
    skipped: u32,
    /// How many could not be imported.
    failed: u32,
}

/// How an import failed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = SyncFailure)]
struct FailureShown {
    #[schema(value_type = FaultCode)]
    code: &'static str,
    #[schema(value_type = Instant)]
    at: Timestamp,
    /// What happened, for people.
    title: &'static str,
    /// What the person can do about it; `null` is to wait.
    #[schema(required)]
    action: Option<&'static str>,
}

/// How the account fares beside its imports.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = AccountHealth)]
struct HealthShown {
    #[schema(value_type = AccountHealthState)]
    state: &'static str,
    /// Why, unless all is well.
    #[schema(value_type = Option<FaultCode>, required)]
    code: Option<&'static str>,
    /// Since when it is so.
    #[schema(value_type = Instant)]
    since: Timestamp,
    /// What happened, for people.
    #[schema(required)]
    user_text: Option<&'static str>,
    /// What the person can do about it; `null` is to wait.
    #[schema(required)]
    action: Option<&'static str>,
    /// When the credentials end. No channel tells that so far.
    #[schema(value_type = Option<Instant>, required)]
    expires_at: Option<Timestamp>,
    /// When it is tried again.
    #[schema(value_type = Option<Instant>, required)]
    next_check_at: Option<Timestamp>,
}

/// The account as it is at `now`.
pub(super) fn account_resource(
    view: AccountView,
    gateway: &dyn ChannelGateway,
    now: Timestamp,
) -> Resource<AccountAttributes> {
    let detail = detail_of(&view, now);
    let past = &view.account.imports.past;
    let sync_status = StatusShown {
        state: SyncState::of(view.slot.as_ref(), past).as_str(),
        last_successful_sync_at: past.last_success_at,
    };
    let health = health_of(&view.account.health, detail.next_attempt_at);
    let account = view.account;
    let mut known = gateway.channels().iter();
    let channel = known.find(|channel| channel.slug == account.channel);
    Resource::new(
        account.id,
        AccountAttributes {
            user_id: account.user,
            channel: account.channel.to_string(),
            channel_id: account.channel_id,
            channel_display_id: account.channel_display_id,
            label: account.label.to_string(),
            email: account.email,
            valid: account.health.state.is_valid(),
            nb_enabled_listings: account.listings.enabled,
            nb_listings: account.listings.all,
            is_pms: channel.is_some_and(innkeeper_domain::accounts::Channel::is_pms),
            sync_status,
            sync_detail: detail,
            health,
        },
    )
}

/// What a run reads: its listings, then the reservations that changed lately, or all.
pub(in crate::jsonapi) const PHASES: [&str; 3] = ["listings", "recent_reservations", "history"];

/// What the started run reads, if there is one.
pub(super) fn phase_of(view: &AccountView) -> Option<(RunId, &'static str)> {
    let [listings, recent, history] = PHASES;
    let started = view.slot.as_ref()?.started?;
    let phase = checkpoint_of(view, &started).map_or(listings, |checkpoint| match checkpoint.stream {
        Stream::Listings => listings,
        Stream::Reservations if checkpoint.since.is_some() => recent,
        Stream::Reservations => history,
    });
    Some((started.run, phase))
}

fn checkpoint_of<'v>(view: &'v AccountView, started: &Started) -> Option<&'v Checkpoint> {
    view.checkpoint
        .as_ref()
        .filter(|checkpoint| checkpoint.run == started.run)
}

fn detail_of(view: &AccountView, now: Timestamp) -> DetailShown {
    let imports = &view.account.imports;
    let slot = view.slot.as_ref();
    let started = slot.and_then(|slot| slot.started);
    let checkpoint = started.and_then(|started| checkpoint_of(view, &started));
    let detail = SyncDetail::of(slot, checkpoint, &imports.past, now);
    let are_listings_known = detail.phase == Some(Stream::Reservations);
    DetailShown {
        run_id: detail.run,
        kind: detail.kind.map(RunKind::as_str),
        phase: phase_of(view).map(|(_, phase)| phase),
        waiting_reason: detail.waiting.map(WaitReason::as_str),
        next_attempt_at: detail.next_attempt_at,
        listings: detail
            .counts
            .map(|counts| listings_of(counts, are_listings_known)),
        nb_reservations: detail.counts.map(|counts| counts.reservations),
        follow_up_run_id: detail.follow_up,
        data_as_of: detail.data_as_of,
        last_run_result: detail.last_outcome.map(word_of),
        last_failure: detail.last_failure.map(failure_of),
        listings_ready_at: imports
            .listings_ready_at
            .or(checkpoint.and_then(|checkpoint| checkpoint.listings_ready_at)),
        // The first import reads everything in one go, so both are there at the same moment.
        recent_ready_at: imports.reservations_ready_at,
        history_ready_at: imports.reservations_ready_at,
    }
}

fn listings_of(counts: Counts, are_all_known: bool) -> ListingsShown {
    ListingsShown {
        total: are_all_known.then_some(counts.listings),
        done: counts.listings_done,
        skipped: counts.listings_skipped,
        failed: counts.listings_failed,
    }
}

fn word_of(outcome: Outcome) -> &'static str {
    outcome.state().as_str()
}

fn failure_of(LastFailure { fault, at }: LastFailure) -> FailureShown {
    FailureShown {
        code: fault.as_str(),
        at,
        title: fault.told(),
        action: fault.action(),
    }
}

fn health_of(health: &Health, next_attempt_at: Option<Timestamp>) -> HealthShown {
    HealthShown {
        state: health.state.as_str(),
        code: health.fault.map(innkeeper_domain::accounts::ChannelFault::as_str),
        since: health.since,
        user_text: health.fault.map(innkeeper_domain::accounts::ChannelFault::told),
        action: health
            .fault
            .and_then(innkeeper_domain::accounts::ChannelFault::action),
        expires_at: None,
        next_check_at: next_attempt_at.filter(|_| health.state != HealthState::Healthy),
    }
}
