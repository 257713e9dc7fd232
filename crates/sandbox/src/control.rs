//! The controls of the sandbox, beside the channels.

use std::fmt;

use actix_web::{HttpResponse, error::InternalError, web};
use serde::Deserialize;
use serde_json::json;

use crate::{channels, faults::Armed, sandbox::Sandbox, truth, world::Wanted};

/// The most listings or reservations that one change may add.
const MOST_CHANGES: u32 = 10_000;

/// The most reservations that may come with new listings.
const MOST_WITH_LISTINGS: u64 = 1_000_000;

/// Mounts the controls. Their bodies are JSON whatever they are called: people write them by hand.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let json = web::JsonConfig::default()
        .content_type(|_| true)
        .content_type_required(false)
        .error_handler(|error, _| unreadable(error));
    let query = web::QueryConfig::default().error_handler(|error, _| unreadable(error));
    config.app_data(json).app_data(query).service(
        web::scope("/_sandbox")
            .route("/faults", web::post().to(arm))
            .route("/faults", web::delete().to(disarm))
            .route("/requests", web::get().to(asked))
            .route("/truth", web::get().to(tell))
            .route("/change", web::post().to(change)),
    );
}

/// Which channel, and which of its accounts.
#[derive(Debug, Deserialize)]
struct Whose {
    channel: String,
    secret: String,
}

/// Which channel's requests; all when absent.
#[derive(Debug, Deserialize)]
struct Asked {
    channel: Option<String>,
}

/// A change that is wanted.
#[derive(Debug, Deserialize)]
struct Change {
    channel: String,
    secret: String,
    #[serde(default)]
    listings: u32,
    #[serde(default)]
    reservations: u32,
    #[serde(default)]
    removed: u32,
}

async fn arm(sandbox: web::Data<Sandbox>, fault: web::Json<Armed>) -> HttpResponse {
    if channels::find(&fault.channel).is_none() {
        return refused("channel");
    }
    sandbox.faults.arm(fault.into_inner());
    HttpResponse::NoContent().finish()
}

async fn disarm(sandbox: web::Data<Sandbox>) -> HttpResponse {
    sandbox.faults.clear();
    sandbox.shorts.clear();
    HttpResponse::NoContent().finish()
}

async fn asked(sandbox: web::Data<Sandbox>, asked: web::Query<Asked>) -> HttpResponse {
    HttpResponse::Ok().json(sandbox.requests.of(asked.channel.as_deref()))
}

async fn tell(sandbox: web::Data<Sandbox>, whose: web::Query<Whose>) -> HttpResponse {
    let Some(channel) = channels::find(&whose.channel) else {
        return refused("channel");
    };
    let account = sandbox
        .world
        .account(channel.slug(), channel.statuses(), &whose.secret);
    match account {
        Some(account) => HttpResponse::Ok()
            .content_type("application/json")
            .streaming(truth::tell(channel, account)),
        None => refused("secret"),
    }
}

async fn change(sandbox: web::Data<Sandbox>, change: web::Json<Change>) -> HttpResponse {
    let Some(channel) = channels::find(&change.channel) else {
        return refused("channel");
    };
    for (field, count) in [
        ("listings", change.listings),
        ("reservations", change.reservations),
    ] {
        if count > MOST_CHANGES {
            return refused(field);
        }
    }
    let wanted = Wanted {
        listings: change.listings,
        reservations: change.reservations,
        removed: change.removed,
    };
    let account = sandbox
        .world
        .account(channel.slug(), channel.statuses(), &change.secret);
    match account {
        Some(account) if account.stays_with(wanted.listings) > MOST_WITH_LISTINGS => refused("listings"),
        Some(account) => {
            let done = account.change(wanted);
            HttpResponse::Ok().json(json!({
                "listings": done.listings,
                "reservations": done.reservations,
                "removed": done.removed,
            }))
        }
        None => refused("secret"),
    }
}

/// Names the field that was wrong.
fn refused(field: &str) -> HttpResponse {
    HttpResponse::UnprocessableEntity().json(json!({"error": format!("{field}: is invalid")}))
}

/// Tells what could not be read.
fn unreadable(error: impl fmt::Display + fmt::Debug + 'static) -> actix_web::Error {
    let answer = HttpResponse::BadRequest().json(json!({"error": error.to_string()}));
    InternalError::from_response(error, answer).into()
}
