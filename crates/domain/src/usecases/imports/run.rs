//! One run from where it stands to its end, or to where it has to wait.

use super::{
    Hold, Left, PageOutcome, Work, finish_run, load_work,
    page::{fail_listing, store_page},
    park_run,
    quiet::Quiet,
};
use crate::{
    accounts::{ChannelFailure, ChannelFault, Fetched, Health, Position, StreamPlan, Urgency},
    imports::Checkpoint,
    ports::{ChannelGateway, CheckError, CheckRequest, FetchRequest, StoreError, UnitOfWork, Watch},
    sync::{Class, Outcome, Pause, delay::MOST_MISREADS},
};

/// What an import works with.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "it holds nothing but ports")]
pub struct ImportPorts<'a> {
    /// The store.
    pub uow: &'a dyn UnitOfWork,
    /// The channels.
    pub gateway: &'a dyn ChannelGateway,
    /// Whether it may go on.
    pub watch: &'a dyn Watch,
}

/// How the work on a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportEnd {
    /// What became of the run.
    pub left: Left,
    /// The last failure of the channel, if there was one.
    pub failure: Option<ChannelFailure>,
}

/// Works on a run: fetches page by page, each call outside of any transaction, and stores each page at once, while the
/// next one is asked for. It ends when
/// everything is read, when the channel asks to wait or fails, when the worker is to stop, or when the run is lost.
///
/// # Errors
///
/// [`StoreError`]; the run then stays claimed, and is taken up again once its lease has passed.
pub fn run_import(ports: ImportPorts<'_>, mut work: Work) -> Result<ImportEnd, StoreError> {
    let plan = ports.gateway.plan(&work.account.channel, &work.credentials.set);
    if !work.account.health.state.is_valid()
        && let Some(end) = probe(ports, &work)?
    {
        return Ok(end);
    }
    let mut quiet = Quiet::default();
    loop {
        if work.checkpoint.is_over {
            return end(ports, work.hold, outcome_of(&work.checkpoint), None);
        }
        if ports.watch.is_stopping() {
            return park(ports, work.hold, Pause::Yield, None);
        }
        let Some(limit) = ports.watch.time_left() else {
            return Ok(lost());
        };
        let fetched = ports.gateway.fetch(&request(&work, limit));
        let next = match fetched.and_then(|fetched| leads_on(&work, fetched)) {
            Ok(fetched) => {
                // While the page is stored the channel may answer the next call: their times are not added up.
                if let Some(following) = following(ports, &work, &fetched) {
                    ports.gateway.begin(&following);
                }
                match quiet.pass(ports, &work, plan, &fetched)? {
                    Some(checkpoint) => {
                        work.checkpoint = checkpoint;
                        continue;
                    }
                    None => store(ports, &work, plan, &fetched)?,
                }
            }
            Err(failure) => match cope(ports, &work, plan, failure)? {
                Coped::GoOn(next) => confirmed(ports, next),
                Coped::End(end) => return Ok(end),
            },
        };
        quiet.heard(&next, ports.watch.now());
        match next {
            PageOutcome::Stored(checkpoint) | PageOutcome::Known(checkpoint) => {
                work.started.misreads = 0;
                if work.account.health.state.ends_with_a_page() {
                    // It is stored so; the page after need not look again.
                    work.account.health = Health::healthy(ports.watch.now());
                }
                work.checkpoint = checkpoint;
            }
            PageOutcome::Lost => return Ok(lost()),
        }
    }
}

/// A page that was stored is a sign of life.
fn confirmed(ports: ImportPorts<'_>, outcome: PageOutcome) -> PageOutcome {
    match outcome {
        PageOutcome::Stored(_) | PageOutcome::Known(_) => ports.watch.confirmed(),
        PageOutcome::Lost => {}
    }
    outcome
}

fn store(
    ports: ImportPorts<'_>,
    work: &Work,
    plan: StreamPlan,
    fetched: &Fetched,
) -> Result<PageOutcome, StoreError> {
    ports.watch.asking();
    let fresh = (ports.watch.now(), ports.watch.ids());
    Ok(confirmed(
        ports,
        store_page(ports.uow, work, plan, fetched, fresh)?,
    ))
}

/// What to do after a failed call.
enum Coped {
    /// The listing at fault was given up.
    GoOn(PageOutcome),
    /// The run waits or is over.
    End(ImportEnd),
}

fn lost() -> ImportEnd {
    ImportEnd {
        left: Left::Lost,
        failure: None,
    }
}

fn outcome_of(checkpoint: &Checkpoint) -> Outcome {
    if checkpoint.counts.has_failures() {
        Outcome::PartiallySucceeded
    } else {
        Outcome::Succeeded
    }
}

/// Somebody waits for an initial import, too, once a refresh was merged into it.
fn urgency(work: &Work) -> Urgency {
    match work.started.class() {
        Class::Refresh => Urgency::Person,
        Class::InitialImport | Class::Scheduled => Urgency::Background,
    }
}

/// A page that leads to where it was itself would be read for ever, and what leads on must be of a length to be kept.
fn leads_on(work: &Work, fetched: Fetched) -> Result<Fetched, ChannelFailure> {
    match &fetched.next {
        Some(next) if Some(next) == work.checkpoint.position.as_ref() => {
            Err(ChannelFault::BadResponse.into())
        }
        Some(next) if next.0.len() > Position::MAX_BYTES => Err(ChannelFault::BadResponse.into()),
        Some(_) | None => Ok(fetched),
    }
}

fn request(work: &Work, limit: std::time::Duration) -> FetchRequest {
    FetchRequest {
        tenant: work.hold.key.tenant,
        channel: work.account.channel.clone(),
        credentials: work.credentials.clone(),
        stream: work.checkpoint.stream,
        listing: work
            .checkpoint
            .listing
            .as_ref()
            .map(|listing| listing.channel_listing_id.clone()),
        position: work.checkpoint.position.clone(),
        since: work.checkpoint.since,
        urgency: urgency(work),
        limit,
    }
}

/// The call for the page after one that is about to be stored, if the same stream goes on and a call may begin.
fn following(ports: ImportPorts<'_>, work: &Work, fetched: &Fetched) -> Option<FetchRequest> {
    let position = fetched.next.clone()?;
    if ports.watch.is_stopping() {
        return None;
    }
    let limit = ports.watch.time_left()?;
    Some(FetchRequest {
        position: Some(position),
        ..request(work, limit)
    })
}

/// One bad listing must not keep the others from being imported; anything else is the whole run's matter.
fn cope(
    ports: ImportPorts<'_>,
    work: &Work,
    plan: StreamPlan,
    failure: ChannelFailure,
) -> Result<Coped, StoreError> {
    let one_listing = work.checkpoint.listing.is_some();
    let give_up_listing = || {
        ports.watch.asking();
        let fresh = (ports.watch.now(), ports.watch.ids());
        fail_listing(ports.uow, work, plan, failure.fault, fresh).map(Coped::GoOn)
    };
    match failure.fault {
        ChannelFault::RateLimited => {
            let until = failure.retry_after.map(|wait| ports.watch.now() + wait);
            park(ports, work.hold, Pause::RateLimited { until }, Some(failure)).map(Coped::End)
        }
        ChannelFault::InvalidCredentials
        | ChannelFault::AuthorizationRevoked
        | ChannelFault::UserActionRequired
        | ChannelFault::ConnectedElsewhere
        | ChannelFault::CodeAlreadyUsed => match probe(ports, work)? {
            Some(end) => Ok(Coped::End(end)),
            // The credentials work: it is the listing, or a slip of the channel.
            None if one_listing => give_up_listing(),
            None => again(ports, work, ChannelFault::BadResponse.into()).map(Coped::End),
        },
        ChannelFault::InsufficientPermissions | ChannelFault::Unsupported if one_listing => give_up_listing(),
        ChannelFault::InsufficientPermissions | ChannelFault::Unsupported => {
            end(ports, work.hold, Outcome::Failed(failure.fault), Some(failure)).map(Coped::End)
        }
        ChannelFault::BadResponse if one_listing && work.started.misreads >= MOST_MISREADS => {
            give_up_listing()
        }
        // A worker that stops says nothing about the channel, and one that stops because the channel is down is not
        // the run's fault: no try is used.
        ChannelFault::Unavailable if ports.watch.is_stopping() => {
            park(ports, work.hold, Pause::Yield, Some(failure)).map(Coped::End)
        }
        ChannelFault::BadResponse
        | ChannelFault::Unavailable
        | ChannelFault::Internal
        | ChannelFault::Crashed => again(ports, work, failure).map(Coped::End),
    }
}

/// Asks the channel whether the credentials still work. `None` if they do.
fn probe(ports: ImportPorts<'_>, work: &Work) -> Result<Option<ImportEnd>, StoreError> {
    let Some(limit) = ports.watch.time_left() else {
        return Ok(Some(lost()));
    };
    let check = CheckRequest {
        tenant: work.hold.key.tenant,
        channel: work.account.channel.clone(),
        credentials: work.credentials.clone(),
        limit,
    };
    let failure = match ports.gateway.check(&check) {
        Ok(_works) => return Ok(None),
        Err(CheckError::Wrong(_)) => ChannelFault::InvalidCredentials.into(),
        Err(CheckError::Failed(failure)) => failure,
    };
    let ended = match failure.fault {
        ChannelFault::RateLimited => {
            let until = failure.retry_after.map(|wait| ports.watch.now() + wait);
            park(ports, work.hold, Pause::RateLimited { until }, Some(failure))?
        }
        ChannelFault::InvalidCredentials
        | ChannelFault::AuthorizationRevoked
        | ChannelFault::UserActionRequired
        | ChannelFault::ConnectedElsewhere
        | ChannelFault::CodeAlreadyUsed
        | ChannelFault::InsufficientPermissions => {
            if has_new_credentials(ports, work)? {
                park(ports, work.hold, Pause::Yield, None)?
            } else {
                end(ports, work.hold, Outcome::Failed(failure.fault), Some(failure))?
            }
        }
        ChannelFault::Unavailable
        | ChannelFault::BadResponse
        | ChannelFault::Unsupported
        | ChannelFault::Internal
        | ChannelFault::Crashed => again(ports, work, failure)?,
    };
    Ok(Some(ended))
}

/// Whether the account was mended while the run went on with the dead credentials: then these prove nothing.
fn has_new_credentials(ports: ImportPorts<'_>, work: &Work) -> Result<bool, StoreError> {
    let current = load_work(ports.uow, work.hold, work.started)?;
    Ok(current.is_some_and(|current| current.credentials != work.credentials))
}

fn again(ports: ImportPorts<'_>, work: &Work, failure: ChannelFailure) -> Result<ImportEnd, StoreError> {
    park(ports, work.hold, Pause::Failed(failure.fault), Some(failure))
}

fn park(
    ports: ImportPorts<'_>,
    hold: Hold,
    pause: Pause,
    failure: Option<ChannelFailure>,
) -> Result<ImportEnd, StoreError> {
    let left = park_run(ports.uow, hold, pause, ports.watch.random(), ports.watch.now())?;
    Ok(ImportEnd { left, failure })
}

fn end(
    ports: ImportPorts<'_>,
    hold: Hold,
    outcome: Outcome,
    failure: Option<ChannelFailure>,
) -> Result<ImportEnd, StoreError> {
    let left = finish_run(ports.uow, hold, outcome, ports.watch.now())?;
    Ok(ImportEnd { left, failure })
}
