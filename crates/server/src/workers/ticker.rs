//! A thread that does something again and again.

use std::{
    io,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use super::bell::Bell;

/// A thread that does something again and again until its bell is closed.
#[derive(Debug)]
pub(super) struct Ticker {
    bell: Arc<Bell>,
    thread: JoinHandle<()>,
}

impl Ticker {
    /// Starts one; `tick` says how long to sleep before the next, unless the bell rings.
    pub(super) fn start(
        name: &str,
        bell: Arc<Bell>,
        mut tick: impl FnMut() -> Duration + Send + 'static,
    ) -> io::Result<Self> {
        let theirs = bell.clone();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            while !theirs.is_closed() {
                let pause = tick();
                theirs.wait(pause);
            }
        })?;
        Ok(Self { bell, thread })
    }

    /// Ends it after the tick in hand.
    pub(super) fn finish(self) {
        self.bell.close();
        if self.thread.join().is_err() {
            tracing::error!("a thread of the workers broke off");
        }
    }
}
