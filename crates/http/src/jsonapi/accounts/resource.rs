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

use super::super::document::Resource;

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct AccountAttributes {
    user_id: UserId,
    channel: String,
    channel_id: String,
    channel_display_id: Option<String>,
    label: String,
    email: Option<String>,
    valid: bool,
    nb_enabled_listings: u32,
    nb_listings: u32,
    is_pms: bool,
    sync_status: StatusShown,
    sync_detail: DetailShown,
    health: HealthShown,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct StatusShown {
    state: &'static str,
    last_successful_sync_at: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct DetailShown {
    run_id: Option<RunId>,
    kind: Option<&'static str>,
    phase: Option<&'static str>,
    waiting_reason: Option<&'static str>,
    next_attempt_at: Option<Timestamp>,
    listings: Option<ListingsShown>,
    nb_reservations: Option<u32>,
    follow_up_run_id: Option<RunId>,
    data_as_of: Option<Timestamp>,
    last_run_result: Option<&'static str>,
    last_failure: Option<FailureShown>,
    listings_ready_at: Option<Timestamp>,
    recent_ready_at: Option<Timestamp>,
    history_ready_at: Option<Timestamp>,
}

/// The listings that a run deals with, in numbers; the total is told once all are known.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ListingsShown {
    total: Option<u32>,
    done: u32,
    skipped: u32,
    failed: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct FailureShown {
    code: &'static str,
    at: Timestamp,
    title: &'static str,
    action: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct HealthShown {
    state: &'static str,
    code: Option<&'static str>,
    since: Timestamp,
    user_text: Option<&'static str>,
    action: Option<&'static str>,
    /// No channel tells so far when its credentials end.
    expires_at: Option<Timestamp>,
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
    Resource {
        r#type: "accounts",
        id: account.id.to_string(),
        attributes: AccountAttributes {
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
    }
}

/// What the started run reads, if there is one: its listings, then the reservations that changed lately, or all.
pub(super) fn phase_of(view: &AccountView) -> Option<(RunId, &'static str)> {
    let started = view.slot.as_ref()?.started?;
    let phase = checkpoint_of(view, &started).map_or("listings", |checkpoint| match checkpoint.stream {
        Stream::Listings => "listings",
        Stream::Reservations if checkpoint.since.is_some() => "recent_reservations",
        Stream::Reservations => "history",
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
