//! Ending well: signals, and a bound on how long what is running may take.

use std::{io, process, thread, time::Duration};

use actix_web::dev::{Server, ServerHandle};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// A little more than the server gives to running requests; then the process ends, whatever still hangs.
const LONGEST: Duration = Duration::from_secs(32);

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

    async fn any(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// Runs the server until it ends by itself, or a signal or `end` ends it. `stopping` is called before it is asked to stop. A
/// second signal does not wait for running requests.
pub(crate) async fn run(
    server: Server,
    mut signals: Signals,
    end: impl Future<Output = ()>,
    stopping: impl FnOnce() -> ServerHandle,
) -> io::Result<()> {
    let mut server = actix_web::rt::spawn(server);
    let name = tokio::select! {
        ended = &mut server => return ended.map_err(io::Error::other)?,
        name = signals.any() => name,
        () = end => "the end of what it was started for",
    };
    tracing::info!("stopping on {name}; running requests may finish");
    let handle = stopping();
    thread::spawn(|| {
        thread::sleep(LONGEST);
        tracing::error!("requests still ran at the end of the time they had");
        process::exit(1);
    });
    tokio::select! {
        () = handle.stop(true) => {}
        name = signals.any() => {
            tracing::warn!(signal = name, "stopping at once on a second {name}");
            handle.stop(false).await;
        }
    }
    server.await.map_err(io::Error::other)?
}
