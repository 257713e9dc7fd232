//! Workers without a server.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use innkeeper_domain::ids::WorkerId;
use innkeeper_http::{Uses, serve_probes};

use crate::{
    application::Serving,
    background::Background,
    channels,
    compose::{self, StartError},
    config::Config,
    housekeeping::{Housekeeping, Tasks},
    listening, measures, shutdown,
    workers::WorkersError,
};

/// Workers that wait for imports.
pub(crate) struct Waiting {
    pub(crate) worker: WorkerId,
    /// Where health checks and metrics are answered, if they are.
    pub(crate) listen: Option<SocketAddr>,
}

/// Works until a signal ends it. `waiting` is called once, when imports are waited for.
pub(crate) fn run_until_stopped(config: &Config, waiting: impl FnOnce(Waiting)) -> Result<(), StartError> {
    let store = compose::open_existing(config)?;
    let sole = Background::claim(config)?;
    let listener = config.workers.listen.map(listening::for_probes).transpose()?;
    let gateway = channels::shared(config, &store)?;
    // Links lead to the server, wherever that is.
    let public_url = config.http.public_url(config.http.listen);
    let background = Background::prepare(config, sole, &store, gateway, &public_url)?;
    let measures = measures::start();
    let serving = Arc::new(Serving::of(store.clone(), measures.clone()));
    let tasks = Tasks {
        upkeep: store,
        uses: Arc::new(Uses::default()),
        measures,
        refused: None,
        purges: true,
    };
    let threads = |error: io::Error| StartError::Workers(WorkersError::Threads(error));
    let system = actix_web::rt::System::new();
    // Before they start, so that a signal that comes then finds runs that are handed back.
    let signals = system
        .block_on(async { shutdown::Signals::listen() })
        .map_err(threads)?;
    let (workers, _sole) = background.start()?;
    let outcome = system.block_on(async move {
        let listen = listener.as_ref().map(TcpListener::local_addr).transpose()?;
        let probes = listener
            .map(|listener| serve_probes(listener, serving.clone()))
            .transpose()?;
        let handle = probes.as_ref().map(actix_web::dev::Server::handle);
        let probes = probes.map(actix_web::rt::spawn);
        let housekeeping = Housekeeping::start(tasks)?;
        waiting(Waiting {
            worker: workers.id(),
            listen,
        });
        shutdown::run_workers(signals, workers, || serving.stops()).await;
        housekeeping.finish();
        if let (Some(handle), Some(probes)) = (handle, probes) {
            handle.stop(false).await;
            probes.await.map_err(io::Error::other)??;
        }
        Ok(())
    });
    outcome.map_err(threads)?;
    tracing::info!("stopped");
    Ok(())
}
