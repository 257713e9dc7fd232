//! Load, made by wrk with a script of ours: `load.lua`, which tells what is asked.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail, ensure};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::population::Population;

const THREADS: u32 = 2;

/// What is asked again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Operation {
    /// A property user by id.
    Get,
    /// The twenty of a property.
    List,
    /// The twenty accounts of a user.
    Accounts,
    /// A token for a user.
    Mint,
    /// Other overrides for a property user.
    Update,
    /// A person whom nobody knew.
    Invite,
    /// The end of a property user.
    Withdraw,
}

impl Operation {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::List => "list",
            Self::Accounts => "accounts",
            Self::Mint => "mint",
            Self::Update => "update",
            Self::Invite => "invite",
            Self::Withdraw => "withdraw",
        }
    }
}

/// What wrk saw.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Told {
    pub(crate) requests: u32,
    pub(crate) seconds: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) errors: Errors,
}

/// What failed, by kind. An answer that is no success is `status`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Errors {
    connect: u32,
    read: u32,
    write: u32,
    status: u32,
    timeout: u32,
}

impl Errors {
    fn all(self) -> u32 {
        self.connect + self.read + self.write + self.status + self.timeout
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            connect,
            read,
            write,
            status,
            timeout,
        } = self;
        write!(
            f,
            "{status} answers were no success, {timeout} came too late, \
             {connect} connections failed, {read} reads and {write} writes"
        )
    }
}

impl Told {
    pub(crate) fn requests_a_second(&self) -> f64 {
        f64::from(self.requests) / self.seconds
    }

    /// Of what the script prints; wrk talks around it.
    fn parse(output: &str) -> anyhow::Result<Self> {
        let line = output.lines().rev().find(|line| line.starts_with('{'));
        serde_json::from_str(line.context("wrk tells nothing")?).context("wrk tells something else")
    }
}

/// Makes load on servers that hold one population.
#[derive(Debug)]
pub(crate) struct Load {
    script: PathBuf,
    keys: PathBuf,
    places: u64,
    connections: u32,
}

impl Load {
    /// Writes the keys of all callers into the folder, where the script finds them.
    pub(crate) fn new(
        root: &Path,
        folder: &Path,
        population: &Population,
        connections: u32,
    ) -> anyhow::Result<Self> {
        let found = Command::new("wrk")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        found.context("wrk is not installed (Debian: apt-get install wrk)")?;
        let keys = folder.join(format!("keys-{}.txt", population.tenant));
        population.write_keys(&keys)?;
        Ok(Self {
            script: root.join("crates/bench/load.lua"),
            keys,
            places: population.places(),
            connections,
        })
    }

    /// Asks for so many seconds. Withdrawn are these places, each once; nothing else needs any.
    ///
    /// # Errors
    ///
    /// If a single request fails.
    pub(crate) fn run(
        &self,
        url: &str,
        operation: Operation,
        seconds: u32,
        places: &Range<u64>,
    ) -> anyhow::Result<Told> {
        let told = self.wrk(url, operation, seconds, places, false)?;
        if told.errors.all() > 0 {
            // Once more, to hear what the server says to it.
            drop(self.wrk(url, operation, 1, places, true));
            bail!("{} at {url}: {}", operation.name(), told.errors);
        }
        ensure!(
            told.requests > 0,
            "{} at {url}: nothing was answered",
            operation.name()
        );
        Ok(told)
    }

    fn wrk(
        &self,
        url: &str,
        operation: Operation,
        seconds: u32,
        places: &Range<u64>,
        is_told: bool,
    ) -> anyhow::Result<Told> {
        let mut command = Command::new("wrk");
        command
            .args(["--threads", &THREADS.to_string()])
            .args(["--connections", &self.connections.max(THREADS).to_string()])
            .args(["--duration", &format!("{seconds}s")])
            .arg("--script")
            .arg(&self.script)
            .args([url, "--", operation.name(), &self.places.to_string(), &run()?])
            .args([
                places.start.to_string(),
                places.end.saturating_sub(1).to_string(),
                THREADS.to_string(),
            ])
            .env("BENCH_KEYS", &self.keys)
            .stdin(Stdio::null());
        if is_told {
            command.env("BENCH_TELL", "1").stderr(Stdio::inherit());
        }
        let output = command.output()?;
        let problem = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "wrk failed: {problem}");
        Told::parse(&String::from_utf8_lossy(&output.stdout)).with_context(|| problem.into_owned())
    }
}

/// A word that no run had before.
fn run() -> anyhow::Result<String> {
    let mut bits = [0; 8];
    getrandom::fill(&mut bits)?;
    Ok(format!("{:016x}", u64::from_le_bytes(bits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_script_is_found_among_what_wrk_prints() {
        let output = "Running 5s test @ http://127.0.0.1:1\n  2 threads and 32 connections\n\
            Requests/sec:   6000.00\nTransfer/sec: 3.00MB\n\
            {\"requests\":30000,\"seconds\":5.5,\"p50_ms\":2.25,\"p99_ms\":9.5,\"errors\":\
            {\"connect\":1,\"read\":2,\"write\":3,\"status\":4,\"timeout\":5}}\n";
        let told = Told::parse(output).unwrap();
        assert_eq!((told.requests, told.errors.all()), (30_000, 15));
        assert!((told.requests_a_second() - 30_000.0 / 5.5).abs() < 1e-9);
        assert!(Told::parse("unable to connect to 127.0.0.1:1 Connection refused\n").is_err());
    }
}
