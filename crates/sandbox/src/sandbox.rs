//! The sandbox as a whole: one request from its arrival to its answer.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Mutex, PoisonError},
};

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use url::form_urlencoded;

use crate::{
    answer::Answer,
    call::Call,
    channels::{self, Channel},
    delivery::{self, Delivery},
    faults::{Fault, Faults},
    limits::Limiter,
    options::Options,
    paging::Shorts,
    requests::{self, Entry, Requests},
    tokens::Tokens,
    world::{Wanted, World},
};

/// Lists whose latest page is remembered.
const PAGES: usize = 200;

/// Everything that the simulated channels remember.
pub(crate) struct Sandbox {
    pub(crate) options: Options,
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) requests: Requests,
    pub(crate) shorts: Shorts,
    tokens: Tokens,
    limiter: Limiter,
    /// The latest page of each list, by who reads it, for the fault that repeats it.
    pages: Mutex<HashMap<String, Answer>>,
}

impl Sandbox {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            options,
            world: World::new(options),
            faults: Faults::default(),
            requests: Requests::default(),
            shorts: Shorts::default(),
            tokens: Tokens::default(),
            limiter: Limiter::default(),
            pages: Mutex::default(),
        }
    }

    /// The answer of a channel, bent by the fault that its request meets.
    fn answer(&self, channel: &dyn Channel, call: &mut Call<'_>, credential: &str) -> (Answer, Delivery) {
        let fault = self.faults.next(channel.slug());
        let address = call.address.to_string();
        let wait = if self.options.limits {
            self.limiter
                .count(channel.slug(), channel.limits(), credential, &address)
        } else {
            None
        };
        let delivery = match fault {
            Some(Fault::Slow) => Delivery::Slow,
            Some(Fault::CutBody) => Delivery::Cut,
            _ => Delivery::Whole,
        };
        let answer = match fault {
            Some(Fault::Unauthorized) => channel.unauthorized(call),
            Some(Fault::RateLimited) => channel.rate_limited(call, 1),
            Some(Fault::Outage) => Answer::text(503, "text/plain", "Service Unavailable"),
            Some(Fault::Html) => Answer::text(200, "text/html; charset=utf-8", LOGIN_PAGE),
            _ => match wait {
                Some(wait) => channel.rate_limited(call, wait),
                None => self.regular(channel, call, fault),
            },
        };
        (answer, delivery)
    }

    /// An answer of the vendor itself.
    fn regular(&self, channel: &dyn Channel, call: &mut Call<'_>, fault: Option<Fault>) -> Answer {
        if fault == Some(Fault::RepeatPage) {
            let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(before) = pages.get(&call.list) {
                return before.clone();
            }
        }
        if fault == Some(Fault::Mutate)
            && let Some(account) = channel.account(call)
        {
            account.change(Wanted {
                reservations: 1,
                ..Wanted::default()
            });
        }
        call.short = fault == Some(Fault::ShortPage);
        let answer = channel.answer(call);
        if answer.status == 200 {
            let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
            if pages.len() >= PAGES {
                pages.clear();
            }
            pages.insert(call.list.clone(), answer.clone());
        }
        answer
    }
}

/// What a vendor's web server shows to whom it does not know.
const LOGIN_PAGE: &str = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form method=\"post\" \
    action=\"/login\"><input name=\"email\"><input name=\"password\" type=\"password\"></form></body></html>";

/// Answers every request that is not a control.
pub(crate) async fn serve_channel(
    request: HttpRequest,
    body: web::Bytes,
    sandbox: web::Data<Sandbox>,
) -> HttpResponse {
    let time = requests::now();
    let (slug, path) = split(request.path());
    let Some(channel) = channels::find(slug) else {
        return unknown(slug);
    };
    let query = request.query_string();
    let mut call = Call {
        method: request.method(),
        path,
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers: request.headers(),
        body: &body,
        origin: format!("http://{}", request.connection_info().host()),
        address: request
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip()),
        tokens: &sandbox.tokens,
        limits: sandbox.options.limits,
        world: &sandbox.world,
        shorts: &sandbox.shorts,
        list: String::new(),
        short: false,
    };
    let credential = channel
        .credential(&call)
        .map(|credential| requests::fingerprint(&credential));
    let known = credential.as_deref().unwrap_or("nobody");
    call.list = format!("{slug} {known} {}", channel.list_name(&call));
    let (answer, delivery) = sandbox.answer(channel, &mut call, known);
    sandbox.requests.note(Entry {
        channel: channel.slug(),
        method: request.method().to_string(),
        path: requests::without_secrets(path, query),
        time,
        credential,
        status: answer.status,
    });
    delivery::deliver(answer, delivery)
}

/// The slug, and the path after it.
fn split(path: &str) -> (&str, &str) {
    let path = path.strip_prefix('/').unwrap_or(path);
    let slug = path.split('/').next().unwrap_or_default();
    let rest = path.strip_prefix(slug).unwrap_or_default();
    (slug, rest)
}

/// Tells which channels there are.
fn unknown(slug: &str) -> HttpResponse {
    let body = json!({"error": format!("no such channel: {slug}"), "channels": channels::slugs()});
    HttpResponse::NotFound().json(body)
}
