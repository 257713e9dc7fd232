//! The side of the test: starts the server, tells it what to do, and asks what it got.

use std::{
    env, fmt,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use tempfile::TempDir;

use super::{
    behaviour::{Behaviour, Login, Offer, Trouble},
    certificate,
    control::{self, put, take, take_number, take_text},
    received::ReceivedMail,
};
use crate::{processes::ChildProcess, waiting::eventually};

const START: Duration = Duration::from_secs(30);

/// An SMTP server in a process of its own. Dropping it ends it, and its port refuses from then on.
pub struct SmtpServer {
    control: Mutex<TcpStream>,
    process: ChildProcess,
    offer: Offer,
    login: Option<Login>,
    port: u16,
    authority: PathBuf,
    folder: TempDir,
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpServer({}, {:?})", self.port, self.offer)
    }
}

impl SmtpServer {
    /// A server that takes every mail, unencrypted and without a login.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start() -> Self {
        Self::start_with(Behaviour::default())
    }

    /// A server that behaves as told.
    ///
    /// # Panics
    ///
    /// If it does not start.
    pub fn start_with(behaviour: Behaviour) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        certificate::issue(folder.path());
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let mut command = Command::new(env::current_exe().expect("a test knows its executable"));
        command
            .args([control::ENTRY, "--ignored", "--test-threads=1"])
            .env(control::ADDRESS, address.to_string())
            .env(control::FOLDER, folder.path())
            .env(control::OFFER, behaviour.offer.name());
        if let Some(login) = &behaviour.login {
            command
                .env(control::USER, &login.user)
                .env(control::PASSWORD, &login.password);
        }
        let mut process = ChildProcess::spawn(&mut command);
        let mut stream = meet(&listener, &mut process);
        let port = take_text(&mut stream).expect("the server tells its port");
        let server = Self {
            control: Mutex::new(stream),
            process,
            offer: behaviour.offer,
            login: behaviour.login,
            port: port.parse().expect("a port is a number"),
            authority: folder.path().join(certificate::AUTHORITY),
            folder,
        };
        server.behave(&behaviour.trouble);
        server
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it is, with its login, as `mail.transport` takes it.
    pub fn url(&self) -> String {
        let login = self.login.as_ref().map_or_else(String::new, |login| {
            format!("{}:{}@", escaped(&login.user), escaped(&login.password))
        });
        let port = self.port;
        match self.offer {
            Offer::Plain => format!("smtp://{login}127.0.0.1:{port}"),
            Offer::StartTls => format!("smtp://{login}localhost:{port}?tls=required"),
            Offer::Tls => format!("smtps://{login}localhost:{port}"),
        }
    }

    /// The certificate that a client of the encrypted server must trust, in PEM; for a process, by its variable
    /// `SSL_CERT_FILE`.
    pub fn ca_file(&self) -> &Path {
        &self.authority
    }

    /// What goes wrong from now on.
    ///
    /// # Panics
    ///
    /// If the server is gone.
    pub fn behave(&self, trouble: &Trouble) {
        self.tell("*", trouble);
    }

    /// What goes wrong the next few times, and never after.
    ///
    /// # Panics
    ///
    /// If the server is gone.
    pub fn behave_times(&self, trouble: &Trouble, times: usize) {
        self.tell(&times.to_string(), trouble);
    }

    /// All mails that it took, oldest first; also those whose answer was dropped or is being delayed.
    ///
    /// # Panics
    ///
    /// If the server is gone.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.ask(control::MAILS, |wire| {
            let count = take_number(wire)?;
            (0..count).map(|_| ReceivedMail::take(wire)).collect()
        })
    }

    /// All mails, as soon as there are so many.
    ///
    /// # Panics
    ///
    /// If they do not come in time; the message shows what clients said.
    pub fn wait_for(&self, count: usize, within: Duration) -> Vec<ReceivedMail> {
        let what = format!("{count} mails");
        self.wait(within, &what, || {
            let mails = self.mails();
            (mails.len() >= count).then_some(mails)
        })
    }

    /// What clients said, each with the number of its connection in front; never what they logged in with.
    ///
    /// # Panics
    ///
    /// If the server is gone.
    pub fn commands(&self) -> Vec<String> {
        let commands = self.ask(control::COMMANDS, take_text);
        commands.lines().map(str::to_owned).collect()
    }

    /// Waits until clients have said `text` so many times.
    ///
    /// # Panics
    ///
    /// If they do not in time; the message shows what they said.
    pub fn wait_for_command(&self, text: &str, times: usize, within: Duration) {
        let what = format!("{times} times `{text}`");
        self.wait(within, &what, || {
            let said = self.commands().iter().filter(|line| line.contains(text)).count();
            (said >= times).then_some(())
        });
    }

    /// How many connections were opened so far.
    ///
    /// # Panics
    ///
    /// If the server is gone.
    pub fn connections(&self) -> usize {
        self.ask(control::CONNECTIONS, take_number)
    }

    /// Cuts all connections, as servers do with those that have been idle for long. It listens on.
    ///
    /// # Panics
    ///
    /// If the server is gone.
    pub fn hang_up(&self) {
        self.ask(control::HANG_UP, take);
    }

    /// Ends the server; nobody listens on its port from then on.
    pub fn stop(mut self) {
        self.process.kill();
        drop(self.folder);
    }

    fn tell(&self, times: &str, trouble: &Trouble) {
        let told = format!("{} {times} {}", control::BEHAVE, trouble.line());
        self.ask(&told, take);
    }

    fn ask<T>(&self, question: &str, answer: impl FnOnce(&mut TcpStream) -> std::io::Result<T>) -> T {
        let mut wire = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        put(&mut *wire, question.as_bytes())
            .and_then(|()| answer(&mut wire))
            .unwrap_or_else(|error| {
                panic!(
                    "the SMTP server is gone ({error}); it said:\n{}",
                    self.process.output()
                )
            })
    }

    fn wait<T>(&self, within: Duration, what: &str, attempt: impl FnMut() -> Option<T>) -> T {
        let _told = TellOnPanic(self);
        eventually(within, what, attempt)
    }
}

/// A test that waits in vain wants to know what was said instead.
struct TellOnPanic<'s>(&'s SmtpServer);

impl Drop for TellOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("what clients said:\n{}", self.0.commands().join("\n"));
        }
    }
}

fn meet(listener: &TcpListener, process: &mut ChildProcess) -> TcpStream {
    listener
        .set_nonblocking(true)
        .expect("a listener can be asked without waiting");
    let what = format!(
        "the SMTP server; does this suite hold an ignored test `{}`?",
        control::ENTRY
    );
    let (stream, _) = eventually(START, &what, || {
        assert!(
            !process.has_ended(),
            "in vain for {what} It said:\n{}",
            process.output()
        );
        listener.accept().ok()
    });
    stream
        .set_nonblocking(false)
        .expect("a connection can be waited on");
    stream
}

/// Percent-encodes everything that is not plain.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
