//! Innkeeper's own programs on one database, with simulated channels beside them.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};

use crate::{plan::Sandbox, server};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_mins(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);
const CHANNEL: &str = "hostaway";

/// A database, and what its programs are started with.
pub(super) struct Installation {
    program: PathBuf,
    database: String,
    sandbox: Sandbox,
    client: Client,
}

/// One of its processes, which is killed when this is dropped, without a warning.
pub(super) struct Process(Child);

/// A process that answers requests.
pub(super) struct Served {
    process: Process,
    url: String,
}

/// Somebody with accounts.
pub(super) struct Person {
    path: String,
    key: String,
}

impl Installation {
    pub(super) fn new(root: &Path, database: String) -> anyhow::Result<Self> {
        // The client wants one, though nothing here is encrypted.
        drop(rustls::crypto::ring::default_provider().install_default());
        let installation = Self {
            program: server::program(root),
            database,
            sandbox: Sandbox::start()?,
            client: Client::builder().no_proxy().build()?,
        };
        installation.tell("migrate")?;
        Ok(installation)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        server::settings(&mut command, &self.database)
            .env(
                "INNKEEPER_CHANNELS__SANDBOX_URL",
                self.sandbox.url.trim_end_matches('/'),
            )
            .stdin(Stdio::null());
        command
    }

    /// The answer of a command of words without spaces.
    fn tell(&self, words: &str) -> anyhow::Result<Value> {
        let output = self
            .command()
            .arg("--json")
            .args(words.split_whitespace())
            .output()?;
        let problem = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{words}: {problem}");
        Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    /// Starts `serve`, with workers or without, and waits until it is ready.
    pub(super) fn serve(&self, arguments: &[&str]) -> anyhow::Result<Served> {
        // Free a moment ago; nothing else on the machine is asked to take ports meanwhile.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = self.command();
        command
            .arg("serve")
            .args(arguments)
            .env("INNKEEPER_HTTP__LISTEN", address.to_string());
        let process = Process(command.stdout(Stdio::null()).spawn()?);
        let url = format!("http://{address}");
        let ready = format!("{url}/readyz");
        eventually("a server that is ready", || {
            let answer = self.client.get(&ready).send();
            Ok(answer
                .is_ok_and(|answer| answer.status().is_success())
                .then_some(()))
        })?;
        Ok(Served { process, url })
    }

    /// Starts `worker`.
    pub(super) fn worker(&self) -> anyhow::Result<Process> {
        let mut command = self.command();
        command.arg("worker").stdout(Stdio::null());
        Ok(Process(command.spawn().context("no worker could be started")?))
    }

    /// A new person with a key.
    pub(super) fn person(&self, name: &str) -> anyhow::Result<Person> {
        let email = format!("{name}@example.test");
        let words =
            format!("user create --email {email} --first-name {name} --last-name Tester --permission admin");
        let user = text(&self.tell(&words)?, "/user_id")?;
        let key = text(&self.tell(&format!("api-key create --user {email}"))?, "/api_key")?;
        Ok(Person {
            path: format!("/api/v1/users/{user}/accounts/"),
            key,
        })
    }

    /// Adds an account, whose import begins; its id.
    pub(super) fn add(
        &self,
        served: &Served,
        person: &Person,
        number: u32,
        secret: &str,
    ) -> anyhow::Result<String> {
        let credentials = json!({"account_id": number.to_string(), "api_key": secret});
        let attributes = json!({"channel": CHANNEL, "credentials": credentials});
        let body = json!({"data": {"type": "accounts", "attributes": attributes}});
        let request = self.client.post(format!("{}{}", served.url, person.path));
        text(&answer(request.bearer_auth(&person.key).json(&body))?, "/data/id")
    }

    /// Asks for a refresh of everything.
    pub(super) fn refresh(&self, served: &Served, person: &Person, account: &str) -> anyhow::Result<()> {
        let query = "recent_sync_threshold_minutes=0";
        let path = format!("{}{}{account}/refresh/?{query}", served.url, person.path);
        answer(self.client.post(path).bearer_auth(&person.key)).map(drop)
    }

    /// Waits until nothing is left to import.
    pub(super) fn wait_until_completed(
        &self,
        served: &Served,
        person: &Person,
        account: &str,
    ) -> anyhow::Result<()> {
        let path = format!("{}{}{account}/", served.url, person.path);
        eventually("a completed import", || {
            let told = answer(self.client.get(&path).bearer_auth(&person.key))?;
            let state = text(&told, "/data/attributes/sync-status/state")?;
            Ok((state == "completed").then_some(()))
        })
    }

    /// When the channel was asked, by its own log, oldest first: RFC 3339 with microseconds, which sorts as text.
    pub(super) fn asked(&self) -> anyhow::Result<Vec<String>> {
        let url = self.sandbox.url.trim_end_matches('/');
        let log = answer(
            self.client
                .get(format!("{url}/_sandbox/requests?channel={CHANNEL}")),
        )?;
        let entries = log.as_array().context("the log is no list")?;
        entries.iter().map(|entry| text(entry, "/time")).collect()
    }

    /// Waits until the channel has been asked more often than so, and tells when that was.
    pub(super) fn asked_more_than(&self, count: usize) -> anyhow::Result<String> {
        eventually("a call to the channel", || Ok(self.asked()?.get(count).cloned()))
    }
}

impl Process {
    /// Ends it as a crash would.
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Served {
    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        self.process.kill()
    }
}

/// The body of an answer that is no refusal.
fn answer(request: RequestBuilder) -> anyhow::Result<Value> {
    let answer = request.send().context("the server is gone")?;
    let status = answer.status();
    let body = answer.bytes()?;
    ensure!(
        status.is_success(),
        "{status}: {}",
        String::from_utf8_lossy(&body)
    );
    Ok(serde_json::from_slice(&body)?)
}

fn text(value: &Value, pointer: &str) -> anyhow::Result<String> {
    match value.pointer(pointer) {
        Some(Value::String(text)) => Ok(text.clone()),
        _ => bail!("there is no {pointer} in {value}"),
    }
}

/// Looks again and again until there is something to see.
fn eventually<T>(what: &str, look: impl Fn() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look()? {
            return Ok(seen);
        }
        ensure!(begun.elapsed() < PATIENCE, "there is still not {what}");
        thread::sleep(LOOK_EVERY);
    }
}
