//! Watching one piece of work from outside.

use std::{
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use serde::Serialize;

use crate::{
    process::{self, Memory},
    work::Took,
};

/// How often memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// What a piece of work took, as it told itself, and as was seen from outside.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) rows: u32,
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) statements: Option<u64>,
    /// The peaks of the process, in MiB.
    pub(crate) anon_mib: f64,
    pub(crate) file_mib: f64,
    /// Of the database's own processes, where it has any.
    pub(crate) server: Option<Server>,
}

/// What the database's processes took.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Server {
    pub(crate) cpu_seconds: f64,
    pub(crate) anon_mib: f64,
    pub(crate) shared_mib: f64,
}

impl Measured {
    pub(crate) fn rows_a_second(&self) -> f64 {
        f64::from(self.rows) / self.seconds
    }
}

fn mib(kib: u32) -> f64 {
    f64::from(kib) / 1024.0
}

/// Runs a command that prints what it took, and watches it and the database's processes, whose first is `server`.
pub(crate) fn watched(command: &mut Command, server: Option<u32>) -> anyhow::Result<Measured> {
    let before = server.map(process::family_cpu_seconds).transpose()?;
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let child = child.with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let id = child.id();
    let is_over = AtomicBool::new(false);
    let (output, own, servers) = thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let (mut own, mut servers) = (Memory::default(), Memory::default());
            while !is_over.load(Ordering::Relaxed) {
                own = own.max(process::memory(id).unwrap_or_default());
                if let Some(server) = server {
                    servers = servers.max(process::family_memory(server).unwrap_or_default());
                }
                thread::sleep(LOOK_EVERY);
            }
            (own, servers)
        });
        let output = child.wait_with_output();
        is_over.store(true, Ordering::Relaxed);
        let (own, servers) = watcher.join().unwrap_or_default();
        output.map(|output| (output, own, servers))
    })?;
    ensure!(output.status.success(), "the work failed: {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    let last = text.lines().last().context("the work says nothing")?;
    let took: Took = serde_json::from_str(last).with_context(|| format!("the work says {last}"))?;
    let after = server.map(process::family_cpu_seconds).transpose()?;
    Ok(Measured {
        rows: took.rows,
        seconds: took.seconds,
        cpu_seconds: took.cpu_seconds,
        statements: took.statements,
        anon_mib: mib(own.anon),
        file_mib: mib(own.file),
        server: before.zip(after).map(|(before, after)| Server {
            cpu_seconds: after - before,
            anon_mib: mib(servers.anon),
            shared_mib: mib(servers.shared),
        }),
    })
}
