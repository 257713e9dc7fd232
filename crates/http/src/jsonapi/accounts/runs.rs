//! What each import of an account did.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use innkeeper_domain::{
    access::{Subject, acts},
    accounts::ChannelFault,
    ids::{ListingId, RunId},
    imports::{FailedItem, Run},
    sync::{Threshold, WaitReason},
    time::Timestamp,
    usecases::{get_run, list_runs},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        Problem,
        document::{Attributes, Resource, answer},
        list::ListQuery,
        reference::words::{ChannelKey, FaultCode, RequesterType, RunCause, RunStateName, RunWaitingReason},
    },
    account_in,
};
use crate::{
    caller::id_in,
    reading::Reading,
    reference::values::{Id, Instant},
    state::AppState,
};

/// One import: what it was for, and what it did; of one that is not over, so far.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(in crate::jsonapi) struct RunAttributes {
    #[schema(value_type = RunStateName)]
    state: &'static str,
    #[schema(value_type = RunCause)]
    cause: &'static str,
    /// Why it waits, if it does.
    #[schema(value_type = Option<RunWaitingReason>, required)]
    waiting_reason: Option<&'static str>,
    /// Listings fetched less than so many minutes before are skipped; only a refresh has it.
    #[schema(required)]
    recent_sync_threshold_minutes: Option<u32>,
    /// Who asked for it; nobody asks for a scheduled one.
    #[schema(required)]
    requester: Option<Requester>,
    #[schema(value_type = Instant)]
    requested_at: Timestamp,
    /// When it was first worked on.
    #[schema(value_type = Option<Instant>, required)]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<Instant>, required)]
    ended_at: Option<Timestamp>,
    /// The import that took its place.
    #[schema(value_type = Option<Id>, required)]
    superseded_by: Option<RunId>,
    /// How many tries it took.
    attempts: u32,
    /// How often its worker was lost.
    rescues: u32,
    /// Why it failed, if it did.
    #[schema(required)]
    failure: Option<FailureShown>,
    listings: ListingsShown,
    /// How many reservations it brought.
    nb_reservations: u32,
    /// How many could not be understood.
    nb_failed_reservations: u32,
    /// Listings that could not be imported, the first 100; told where one import is read alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<FailedItemShown>, required = false)]
    failed_items: Option<Vec<FailedItemShown>>,
}

impl Attributes for RunAttributes {
    const TYPE: &'static str = "runs";
    const NAME: &'static str = "Run";
}

/// The types of those who ask for runs.
pub(in crate::jsonapi) const REQUESTERS: [&str; 3] = ["operator", "applications", "users"];

/// Who asked for an import.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunRequester)]
struct Requester {
    #[schema(value_type = RequesterType)]
    r#type: &'static str,
    /// The application or the user; the operator has no id.
    #[schema(value_type = Option<Id>, required)]
    id: Option<String>,
}

/// Why an import failed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunFailure)]
struct FailureShown {
    #[schema(value_type = FaultCode)]
    code: &'static str,
    /// What happened, for people.
    title: &'static str,
    /// What the person can do about it; `null` is to wait.
    #[schema(required)]
    action: Option<&'static str>,
}

/// Listings, in numbers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunListings)]
struct ListingsShown {
    /// How many the channel told of.
    total: u32,
    /// How many are done.
    done: u32,
    /// How many were fetched lately and were skipped.
    skipped: u32,
    /// How many could not be imported.
    failed: u32,
    /// How many are new.
    new: u32,
}

/// A listing that could not be imported.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RunFailedItem)]
struct FailedItemShown {
    /// The listing; `null` if there is none here.
    #[schema(value_type = Option<Id>, required)]
    listing_id: Option<ListingId>,
    /// Its id at the channel, if that much could be read.
    #[schema(value_type = Option<ChannelKey>, required)]
    channel_listing_id: Option<String>,
    #[schema(value_type = FaultCode)]
    code: &'static str,
    /// What happened, for people.
    title: &'static str,
}

fn requester(subject: Subject) -> Requester {
    let [operator, applications, users] = REQUESTERS;
    let (r#type, id) = match subject {
        Subject::Operator => (operator, None),
        Subject::Application(id) => (applications, Some(id.to_string())),
        Subject::User { user, .. } => (users, Some(user.to_string())),
    };
    Requester { r#type, id }
}

fn failure(fault: ChannelFault) -> FailureShown {
    FailureShown {
        code: fault.as_str(),
        title: fault.told(),
        action: fault.action(),
    }
}

fn failed_item(item: FailedItem) -> FailedItemShown {
    FailedItemShown {
        listing_id: item.listing,
        channel_listing_id: item.channel_listing_id,
        code: item.fault.as_str(),
        title: item.fault.told(),
    }
}

fn run_resource(run: &Run, failed: Option<Vec<FailedItem>>) -> Resource<RunAttributes> {
    let counts = run.counts;
    Resource::new(
        run.id,
        RunAttributes {
            state: run.state.as_str(),
            cause: run.kind.as_str(),
            waiting_reason: run.waiting.map(WaitReason::as_str),
            recent_sync_threshold_minutes: run.threshold.map(Threshold::minutes),
            requester: run.requested_by.map(requester),
            requested_at: run.requested_at,
            started_at: run.started_at,
            ended_at: run.ended_at,
            superseded_by: run.superseded_by,
            attempts: run.attempts,
            rescues: run.rescues,
            failure: run.fault.map(failure),
            listings: ListingsShown {
                total: counts.listings,
                done: counts.listings_done,
                skipped: counts.listings_skipped,
                failed: counts.listings_failed,
                new: counts.listings_new,
            },
            nb_reservations: counts.reservations,
            nb_failed_reservations: counts.reservations_failed,
            failed_items: failed.map(|items| items.into_iter().map(failed_item).collect()),
        },
    )
}

/// `GET /api/v1/users/{user_id}/accounts/{account_id}/runs/`.
pub(crate) async fn list(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let query = ListQuery::read(&request, &[]);
    let asked = query.and_then(|query| Ok((query, account_in(&path.0, &path.1)?)));
    let list = Reading::new(&request, &state)
        .answer::<acts::ReadAccounts, _, _, _>(asked, |by, (query, of)| {
            Ok(list_runs(by.queries, by.actor, *of, query.page)?)
        });
    let ((query, _), found) = list.await?;
    query.answer(&request, &state, found.map(|run| run_resource(&run, None)))
}

/// `GET /api/v1/users/{user_id}/accounts/{account_id}/runs/{run_id}/`.
pub(crate) async fn get(
    request: HttpRequest,
    path: Path<(String, String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let of = account_in(&path.0, &path.1);
    let asked = of.and_then(|of| Ok((of, id_in(&path.2)?)));
    let one = Reading::new(&request, &state);
    let one = one.answer::<acts::ReadAccounts, _, _, _>(asked, |by, (of, id)| {
        Ok(get_run(by.queries, by.actor, *of, *id)?)
    });
    let (_, (run, failed)) = one.await?;
    Ok(answer(HttpResponse::Ok(), run_resource(&run, Some(failed))))
}
