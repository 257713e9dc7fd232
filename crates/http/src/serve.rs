//! The server itself.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_cors::{Cors, CorsError};
use actix_web::{
    App, Error, HttpServer,
    body::{BoxBody, MessageBody},
    dev::{Server, ServiceRequest, ServiceResponse},
    http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName},
    middleware::{Condition, Next, NormalizePath, TrailingSlash, from_fn},
    web::Data,
};

use crate::{
    health::Probes,
    observe::observe,
    problem,
    reference::Reference,
    routes::{configure, configure_probes},
    state::{AppState, Readiness},
};

/// The longest that running requests may take to finish after a stop, in seconds.
const SHUTDOWN_SECONDS: u64 = 28;
/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The most threads of one worker that may block: more than all lanes together let in, so that the calls of one lane never
/// take the threads of another. None is made before it is needed.
const BLOCKING_THREADS: usize = 128;

/// How to serve.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Threads that answer requests.
    pub workers: usize,
    /// Origins whose pages may call the API; never with cookies, which are not used.
    pub cors_origins: Vec<String>,
}

/// Starts to serve on a bound listener. The future runs until its handle stops it; signals are the caller's.
///
/// # Errors
///
/// What the operating system refuses.
pub fn serve(listener: TcpListener, state: AppState, options: ServeOptions) -> io::Result<Server> {
    let probes = Data::new(Probes::of(&state));
    let reference = Data::new(Reference::default());
    let state = Data::new(state);
    let ServeOptions {
        workers,
        cors_origins,
    } = options;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(probes.clone())
            .app_data(reference.clone())
            .wrap(Condition::new(!cors_origins.is_empty(), cors(&cors_origins)))
            .wrap(from_fn(tell_foreign_origins))
            .wrap(from_fn(observe))
            .wrap(NormalizePath::new(TrailingSlash::Trim))
            .configure(configure)
    });
    let server = server
        .workers(workers)
        .worker_max_blocking_threads(BLOCKING_THREADS)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// Starts to serve the probes alone, for a process that does not serve the API. They are asked seldom: one thread answers
/// them.
///
/// # Errors
///
/// What the operating system refuses.
pub fn serve_probes(listener: TcpListener, readiness: Arc<dyn Readiness>) -> io::Result<Server> {
    let probes = Data::new(Probes::alone(readiness));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(probes.clone())
            .wrap(NormalizePath::new(TrailingSlash::Trim))
            .configure(configure_probes)
    });
    let server = server
        .workers(1)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// Pages of these origins may call, without cookies. Others get an answer that their browser will not show them.
fn cors(origins: &[String]) -> Cors {
    let allowed = origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    allowed
        .allowed_methods(["GET", "POST", "PUT", "DELETE"])
        .allowed_headers([
            AUTHORIZATION,
            CONTENT_TYPE,
            HeaderName::from_static("user-api-key"),
            HeaderName::from_static("x-request-id"),
        ])
        .expose_headers(["x-request-id", "retry-after"])
        .block_on_origin_mismatch(false)
        .max_age(3_600)
}

/// Tells a refused preflight in the dialect of its path, where the library would do so in plain text.
async fn tell_foreign_origins(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let error = response.response().error();
    if error.is_some_and(|error| error.as_error::<CorsError>().is_some()) {
        let told = problem::foreign_origin(response.request());
        Ok(response.into_response(told))
    } else {
        Ok(response)
    }
}
