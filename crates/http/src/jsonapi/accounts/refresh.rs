//! `POST /api/v1/users/{user_id}/accounts/{account_id}/refresh/`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::CONTENT_TYPE,
    web::{Data, Path},
};
use innkeeper_domain::{
    access::acts,
    ids::{AccountId, RunId, UserId},
    sync::{IfRunning, Refusal, Threshold},
    time::Timestamp,
    usecases::{RefreshAccount, RefreshError, Refreshed, refresh_account},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{
        Problem,
        document::MEDIA_TYPE,
        reference::words::{Link, RefreshDisposition},
    },
    handlers::link,
    problem::in_progress,
    resource::phase_of,
};
use crate::{
    caller::{Caller, id_in},
    failure::Failure,
    query::Query,
    reference::values::{Id, Instant},
    state::AppState,
};

/// What becomes of a wish for fresh data.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefreshDocument)]
pub(in crate::jsonapi) struct Accepted {
    meta: Meta,
    links: Links,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = RefreshMeta)]
struct Meta {
    /// The import that will bring the fresh data.
    #[schema(value_type = Id)]
    run_id: RunId,
    #[schema(value_type = RefreshDisposition)]
    disposition: &'static str,
    /// Listings fetched less than so many minutes ago are skipped.
    recent_sync_threshold_minutes: u32,
    #[schema(value_type = Instant)]
    requested_at: Timestamp,
    /// The import that had not started and is replaced.
    #[schema(value_type = Option<Id>, required)]
    replaced_run_id: Option<RunId>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefreshLinks)]
struct Links {
    /// The account, which shows how the import goes.
    #[schema(value_type = Link)]
    related: String,
}

/// The handler. A body is not looked at.
pub(crate) async fn refresh(
    request: HttpRequest,
    path: Path<(String, String)>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::WriteAccounts>(&request, &state).await?;
    let (threshold, if_running) = wish(&request)?;
    let (user, account) = (id_in(&path.0)?, id_in(&path.1)?);
    let command = RefreshAccount {
        context: caller.context(),
        user,
        account,
        threshold,
        if_running,
    };
    match state.write(move |uow| refresh_account(uow, &command)).await? {
        Ok(refreshed) => Ok(accepted(
            refreshed,
            threshold,
            caller.now(),
            link(&state, user, account),
        )),
        Err(RefreshError::Refused(Refusal::InProgress {
            run,
            waiting,
            retry_after,
        })) => {
            let phase = phase(&state, &caller, (user, account), run).await?;
            Err(in_progress(run, phase, waiting, retry_after))
        }
        Err(error) => Err(error.into()),
    }
}

fn accepted(refreshed: Refreshed, threshold: Threshold, now: Timestamp, related: String) -> HttpResponse {
    let body = Accepted {
        meta: Meta {
            run_id: refreshed.run,
            disposition: refreshed.disposition.as_str(),
            recent_sync_threshold_minutes: threshold.minutes(),
            requested_at: now,
            replaced_run_id: refreshed.disposition.replaced(),
        },
        links: Links { related },
    };
    HttpResponse::Accepted()
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .json(body)
}

/// The parameters of the query are spelt with underscores, as the published ones are.
pub(in crate::jsonapi) const THRESHOLD: &str = "recent_sync_threshold_minutes";
pub(in crate::jsonapi) const IF_RUNNING: &str = "if_running";
/// The one word that says what to do about a started run.
pub(in crate::jsonapi) const QUEUE: &str = "queue";

/// What the query asks for.
fn wish(request: &HttpRequest) -> Result<(Threshold, IfRunning), Problem> {
    let query = Query::of(request).map_err(Problem::query)?;
    let threshold = match query.last(THRESHOLD) {
        None => Threshold::DEFAULT,
        Some(text) => minutes(text).ok_or_else(|| Problem::parameter(THRESHOLD))?,
    };
    let if_running = match query.last(IF_RUNNING) {
        None => IfRunning::Refuse,
        Some(QUEUE) => IfRunning::Queue,
        Some(_) => return Err(Problem::parameter(IF_RUNNING)),
    };
    Ok((threshold, if_running))
}

fn minutes(text: &str) -> Option<Threshold> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let minutes = digits.then(|| text.parse().ok()).flatten()?;
    Threshold::from_minutes(minutes)
}

/// What the run that is in the way reads, unless it has ended meanwhile. That it is there was told by the refusal.
async fn phase(
    state: &AppState,
    caller: &Caller,
    (user, account): (UserId, AccountId),
    run: RunId,
) -> Result<Option<&'static str>, Problem> {
    let tenant = caller.actor.tenant();
    let found = state
        .read(move |queries| queries.account(tenant, user, account))
        .await?
        .map_err(Failure::from)?;
    let phase = found.as_ref().and_then(phase_of);
    Ok(phase.filter(|(known, _)| *known == run).map(|(_, phase)| phase))
}
