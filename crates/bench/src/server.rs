//! The real server, as an operator runs it.

use std::{
    env,
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

/// A key that protects nothing: 32 zeros.
const MASTER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// The most that any limit can be set to.
const MOST: &str = "1000000";
const UNLIMITED: [(&str, &str); 5] = [
    ("INNKEEPER_LOG__LEVEL", "info"),
    ("INNKEEPER_MAIL__LIMITS__PER_ACTOR", MOST),
    ("INNKEEPER_MAIL__LIMITS__PENDING_PER_PROPERTY", MOST),
    ("INNKEEPER_MAIL__LIMITS__PER_RECIPIENT_AND_PROPERTY", MOST),
    ("INNKEEPER_MAIL__LIMITS__PER_RECIPIENT", MOST),
];
const PATIENCE: Duration = Duration::from_secs(30);

/// `innkeeper serve` on a database, until this is dropped.
pub(crate) struct Server {
    program: PathBuf,
    database: String,
    child: Child,
    address: SocketAddr,
    url: String,
}

impl Server {
    /// Starts the program that was built beside this one, and waits until it is ready. It logs nothing but errors.
    pub(crate) fn start(root: &Path, database: &str) -> anyhow::Result<Self> {
        let mut server = Self::spawn(root, database, &[], Stdio::inherit())?;
        server.wait(Duration::from_millis(20))?;
        Ok(server)
    }

    /// Starts the program as an operator does who changes nothing, so that it logs each request, but with limits that no
    /// load reaches, and waits until it is ready.
    pub(crate) fn loaded(root: &Path, database: &str) -> anyhow::Result<Self> {
        let mut server = Self::spawn(root, database, &UNLIMITED, Stdio::null())?;
        server.wait(Duration::from_millis(20))?;
        Ok(server)
    }

    /// Starts the program with more settings, and does not wait. What it logs goes to `log`.
    pub(crate) fn spawn(
        root: &Path,
        database: &str,
        more: &[(&str, &str)],
        log: Stdio,
    ) -> anyhow::Result<Self> {
        let program = program(root);
        // Free a moment ago; nothing else on the machine is asked to take ports meanwhile.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        // The client wants one, though nothing here is encrypted.
        drop(rustls::crypto::ring::default_provider().install_default());
        let child = settings(&mut Command::new(&program), database)
            .args(["serve", "--no-workers"])
            .env("INNKEEPER_HTTP__LISTEN", address.to_string())
            .envs(more.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        Ok(Self {
            program,
            database: database.to_owned(),
            child,
            address,
            url: format!("http://{address}"),
        })
    }

    /// Waits until it is ready, and looks so often.
    pub(crate) fn wait(&mut self, step: Duration) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !self.is_ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("the server does not start: {status}");
            }
            ensure!(begun.elapsed() < PATIENCE, "the server does not get ready");
            thread::sleep(step);
        }
        Ok(())
    }

    /// One health check, over a connection of its own. A client that can do more would take longer to make than this
    /// takes.
    pub(crate) fn is_ready(&self) -> bool {
        let ask = || {
            let mut stream = TcpStream::connect(self.address)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer)?;
            io::Result::Ok(answer)
        };
        ask().is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 200 "))
    }

    /// The process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
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

/// The program that was built beside this one, unless `BENCH_INNKEEPER` names another.
pub(crate) fn program(root: &Path) -> PathBuf {
    env::var_os("BENCH_INNKEEPER").map_or_else(|| root.join("target/release/innkeeper"), PathBuf::from)
}

/// What every command on a database is told.
pub(crate) fn settings<'c>(command: &'c mut Command, database: &str) -> &'c mut Command {
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
