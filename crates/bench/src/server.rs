//! The real server, as an operator runs it.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

/// A key that protects nothing: 32 zeros.
const MASTER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const PATIENCE: Duration = Duration::from_secs(30);

/// `innkeeper serve` on a database, until this is dropped.
pub(crate) struct Server {
    program: PathBuf,
    database: String,
    child: Child,
    url: String,
}

impl Server {
    /// Starts the program that was built beside this one, and waits until it is ready.
    pub(crate) fn start(root: &Path, database: &str) -> anyhow::Result<Self> {
        let program = root.join("target/release/innkeeper");
        // Free a moment ago; nothing else on the machine is asked to take ports meanwhile.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = settings(&mut Command::new(&program), database)
            .args(["serve", "--no-workers"])
            .env("INNKEEPER_HTTP__LISTEN", address.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let server = Self {
            program,
            database: database.to_owned(),
            child,
            url: format!("http://{address}"),
        };
        // The client wants one, though nothing here is encrypted.
        drop(rustls::crypto::ring::default_provider().install_default());
        let begun = Instant::now();
        while !server.is_ready() {
            ensure!(begun.elapsed() < PATIENCE, "the server does not get ready");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    fn is_ready(&self) -> bool {
        let answer = reqwest::blocking::get(format!("{}/readyz", self.url));
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs a command on the same database, and tells one value of its answer.
    pub(crate) fn tell(&self, command: &str, name: &str) -> anyhow::Result<String> {
        match self.run(command)?.get(name) {
            Some(Value::String(value)) => Ok(value.clone()),
            _ => bail!("{command} tells no {name}"),
        }
    }

    /// Runs a command, of words without spaces, on the same database.
    pub(crate) fn run(&self, command: &str) -> anyhow::Result<Value> {
        let output = settings(&mut Command::new(&self.program), &self.database)
            .arg("--json")
            .args(command.split_whitespace())
            .output()?;
        let problem = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{command}: {problem}");
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

fn settings<'c>(command: &'c mut Command, database: &str) -> &'c mut Command {
    command
        .env("INNKEEPER_DATABASE__URL", database)
        .env("INNKEEPER_SECRETS__MASTER_KEY", MASTER_KEY)
        .env("INNKEEPER_LOG__LEVEL", "error")
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
