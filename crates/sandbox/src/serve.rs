//! The server, and a way to run it beside a test.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use actix_web::{
    App, HttpServer,
    dev::{Server, ServerHandle},
    rt::System,
    web::{self, Data},
};

use crate::{
    control,
    options::Options,
    sandbox::{Sandbox, serve_channel},
};

/// Threads that answer.
const WORKERS: usize = 2;
/// The longest that open answers may take after a stop, in seconds: a slow one would take hours.
const SHUTDOWN_SECONDS: u64 = 1;
/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// Serves all channels on a bound listener. The future runs until its handle stops it; signals are the caller's.
///
/// # Errors
///
/// What the operating system refuses.
pub fn serve(listener: TcpListener, options: Options) -> io::Result<Server> {
    let sandbox = Data::new(Sandbox::new(options));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(sandbox.clone())
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .configure(control::configure)
            .default_service(web::to(serve_channel))
    });
    let server = server
        .workers(WORKERS)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// A sandbox on a thread and a free port of its own. It stops when dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Running {
    /// Starts a sandbox; it answers when this returns.
    ///
    /// # Errors
    ///
    /// What the operating system refuses.
    pub fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (tell, told) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("channel-sandbox".to_owned())
            .spawn(move || {
                System::new().block_on(async move {
                    let server = serve(listener, options)?;
                    if tell.send(server.handle()).is_err() {
                        return Ok(());
                    }
                    server.await
                })
            })?;
        match told.recv() {
            Ok(handle) => Ok(Self {
                address,
                handle,
                thread: Some(thread),
            }),
            // The thread ended without a handle: its own error is the one to tell.
            Err(_) => Err(match thread.join() {
                Ok(Err(error)) => error,
                _ => io::Error::other("the sandbox did not start"),
            }),
        }
    }

    /// Where it answers, such as `http://127.0.0.1:40123`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command is sent at once; the future would only wait for the end, as the thread's end does.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::warn!("the sandbox ended with a panic");
        }
    }
}
