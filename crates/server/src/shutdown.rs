//! Ending well: signals, and a bound on how long what is running may take.

use std::{io, process, thread, time::Duration};

use actix_web::{
    dev::{Server, ServerHandle},
    rt::task::spawn_blocking,
};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::background::Running;

/// A little more than the server gives to running requests; then the process ends, whatever still hangs.
const LONGEST: Duration = Duration::from_secs(30);

/// The signals that end a server.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The name of the next one.
    pub(crate) async fn any(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Runs the server until it ends by itself, or a signal or `end` ends it. `stopping` is called before it is asked to stop,
/// and so are the workers. A second signal waits for neither requests nor imports.
pub(crate) async fn run(
    server: Server,
    mut signals: Signals,
    end: impl Future<Output = ()>,
    workers: Option<Running>,
    stopping: impl FnOnce() -> ServerHandle,
) -> io::Result<()> {
    let mut server = actix_web::rt::spawn(server);
    let name = tokio::select! {
        ended = &mut server => {
            stop(&mut signals, None, workers).await;
            return ended.map_err(io::Error::other)?;
        }
        name = signals.any() => name,
        () = end => "the end of what it was started for",
    };
    tracing::info!("stopping on {name}; running requests may finish");
    stop(&mut signals, Some(stopping()), workers).await;
    server.await.map_err(io::Error::other)?
}

/// Works until a signal comes. `stopping` is called before the workers are asked to stop.
pub(crate) async fn run_workers(mut signals: Signals, workers: Running, stopping: impl FnOnce()) {
    let name = signals.any().await;
    stopping();
    tracing::info!("stopping on {name}; the pages in hand are stored");
    stop(&mut signals, None, Some(workers)).await;
}

/// Stops both side by side.
async fn stop(signals: &mut Signals, server: Option<ServerHandle>, workers: Option<Running>) {
    thread::spawn(|| {
        thread::sleep(LONGEST);
        tracing::error!("something still ran at the end of the time it had");
        process::exit(1);
    });
    if let Some(workers) = &workers {
        workers.begin_stop();
    }
    let hurry = workers.as_ref().map(Running::hurry);
    let mut ended = spawn_blocking(|| {
        if let Some(workers) = workers {
            workers.finish();
        }
    });
    let all = async {
        if let Some(server) = &server {
            server.stop(true).await;
        }
        told((&mut ended).await);
    };
    let name = tokio::select! {
        () = all => return,
        name = signals.any() => name,
    };
    tracing::warn!(signal = name, "stopping at once on a second {name}");
    if let Some(hurry) = hurry {
        hurry();
    }
    if let Some(server) = &server {
        server.stop(false).await;
    }
    told(ended.await);
}

fn told<E: std::fmt::Display>(outcome: Result<(), E>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "the workers did not end well");
    }
}
