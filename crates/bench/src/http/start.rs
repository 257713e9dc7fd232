//! What it takes to be there at all: the time from the start until the server is ready, and its memory while nobody asks
//! for anything.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use serde::Serialize;

use super::figures::{mb, median};
use crate::{process, server::Server};

/// How often the server is started.
const STARTS: u32 = 9;
/// How often it is asked whether it is ready.
const STEP: Duration = Duration::from_millis(2);
/// Health checks before memory is looked at again.
const CHECKS: u32 = 100;

/// What was found.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Started {
    /// The median.
    pub(super) ready_ms: f64,
    /// Anonymous memory as soon as it is ready, and after health checks.
    pub(super) fresh_mb: f64,
    pub(super) idle_mb: f64,
    /// Mapped files after them.
    pub(super) mapped_mb: f64,
}

/// Starts the server on a database that is there already, again and again.
pub(super) fn measure(root: &Path, database: &str) -> anyhow::Result<Started> {
    let mut times = Vec::new();
    let start = || Server::spawn(root, database, &[("INNKEEPER_LOG__LEVEL", "info")], Stdio::null());
    for _ in 0..STARTS {
        let begun = Instant::now();
        let mut server = start()?;
        server.wait(STEP)?;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    let mut server = start()?;
    server.wait(STEP)?;
    let memory = || process::memory(server.process()).context("the server has ended");
    let fresh = memory()?;
    for _ in 0..CHECKS {
        server.is_ready();
    }
    let idle = memory()?;
    Ok(Started {
        ready_ms: median(&times),
        fresh_mb: mb(fresh.anon),
        idle_mb: mb(idle.anon),
        mapped_mb: mb(idle.file),
    })
}
