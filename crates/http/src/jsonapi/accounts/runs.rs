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

use super::super::{
    Problem,
    document::{Resource, answer},
    list::ListQuery,
};
use crate::{
    caller::{Caller, id_in},
    state::AppState,
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct RunAttributes {
    state: &'static str,
    cause: &'static str,
    waiting_reason: Option<&'static str>,
    recent_sync_threshold_minutes: Option<u32>,
    requester: Option<Requester>,
    requested_at: Timestamp,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    superseded_by: Option<RunId>,
    attempts: u32,
    rescues: u32,
    failure: Option<FailureShown>,
    listings: ListingsShown,
    nb_reservations: u32,
    nb_failed_reservations: u32,
    /// Told of one run alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed_items: Option<Vec<FailedItemShown>>,
}

#[derive(Debug, Serialize)]
struct Requester {
    r#type: &'static str,
    id: Option<String>,
}

#[derive(Debug, Serialize)]
struct FailureShown {
    code: &'static str,
    title: &'static str,
    action: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct ListingsShown {
    total: u32,
    done: u32,
    skipped: u32,
    failed: u32,
    new: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct FailedItemShown {
    listing_id: Option<ListingId>,
    channel_listing_id: Option<String>,
    code: &'static str,
    title: &'static str,
}

fn requester(subject: Subject) -> Requester {
    let (r#type, id) = match subject {
        Subject::Operator => ("operator", None),
        Subject::Application(id) => ("applications", Some(id.to_string())),
        Subject::User { user, .. } => ("users", Some(user.to_string())),
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
    Resource {
        r#type: "runs",
        id: run.id.to_string(),
        attributes: RunAttributes {
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
    }
}

/// `GET /api/v1/users/{id}/accounts/{account}/runs/`.
pub(crate) async fn list(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::ReadAccounts>(&request, &state).await?;
    let query = ListQuery::read(&request, &[])?;
    let of = (id_in(&path.0)?, id_in(&path.1)?);
    let page = query.page;
    let found = state
        .read(move |queries| list_runs(queries, &caller.actor, of, page))
        .await??;
    query.answer(&request, &state, found.map(|run| run_resource(&run, None)))
}

/// `GET /api/v1/users/{id}/accounts/{account}/runs/{run}/`.
pub(crate) async fn get(
    request: HttpRequest,
    path: Path<(String, String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::ReadAccounts>(&request, &state).await?;
    let of = (id_in(&path.0)?, id_in(&path.1)?);
    let id = id_in(&path.2)?;
    let (run, failed) = state
        .read(move |queries| get_run(queries, &caller.actor, of, id))
        .await??;
    Ok(answer(HttpResponse::Ok(), run_resource(&run, Some(failed))))
}
