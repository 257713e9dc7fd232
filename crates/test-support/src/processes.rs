//! Child processes that a test starts, reads, kills and never leaves behind.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::waiting::eventually;

/// A running program with its output. Dropping it kills the program and waits for its end.
///
/// ```
/// use innkeeper_test_support::ChildProcess;
/// use std::{process::Command, time::Duration};
///
/// let mut child = ChildProcess::spawn(Command::new("sh").args(["-c", "echo ready; exec sleep 60"]));
/// child.wait_for_line("ready", Duration::from_secs(10));
/// child.terminate();
/// assert!(!child.wait(Duration::from_secs(10)).success());
/// ```
#[derive(Debug)]
pub struct ChildProcess {
    child: Child,
    name: String,
    lines: Arc<Mutex<Vec<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl ChildProcess {
    /// Starts `command` without stdin; stdout and stderr are collected, so the program never waits for a reader.
    ///
    /// # Panics
    ///
    /// If the program cannot be started.
    pub fn spawn(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let lines = Arc::default();
        let mut readers = Vec::new();
        readers.extend(child.stdout.take().map(|pipe| collect(pipe, &lines)));
        readers.extend(child.stderr.take().map(|pipe| collect(pipe, &lines)));
        Self {
            child,
            name,
            lines,
            readers,
        }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether the program has ended.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(_)))
    }

    /// All lines so far, of stdout and stderr as they came.
    pub fn output(&self) -> String {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .join("\n")
    }

    /// The first line that holds `text`, as soon as there is one.
    ///
    /// # Panics
    ///
    /// If no such line comes in time, or the output ends without it; the message shows the output.
    pub fn wait_for_line(&self, text: &str, within: Duration) -> String {
        let what = format!("`{text}` in the output of {}", self.name);
        let found = eventually(within, &what, || {
            // Asked before the search: a line that comes between the two is still found.
            let ended = self.readers.iter().all(JoinHandle::is_finished);
            let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            let line = lines.iter().find(|line| line.contains(text)).cloned();
            (line.is_some() || ended).then_some(line)
        });
        found.unwrap_or_else(|| {
            panic!(
                "{} ended without `{text}`; it said:\n{}",
                self.name,
                self.output()
            )
        })
    }

    /// Asks the program to end (SIGTERM).
    ///
    /// # Panics
    ///
    /// If the signal cannot be sent.
    pub fn terminate(&self) {
        // The standard library has no SIGTERM, and a system call of our own would need unsafe code.
        let status = Command::new("kill")
            .args(["-s", "TERM", &self.id().to_string()])
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "cannot send SIGTERM to {}",
            self.name
        );
    }

    /// Ends the program at once (SIGKILL): the crash that recovery is tested with.
    ///
    /// # Panics
    ///
    /// If the signal cannot be sent.
    pub fn kill(&mut self) -> ExitStatus {
        self.child
            .kill()
            .expect("a child that was not waited for can be killed");
        self.child.wait().expect("a killed child can be waited for")
    }

    /// The exit status, as soon as the program has ended by itself; all of its output is there then.
    ///
    /// # Panics
    ///
    /// If it does not end in time.
    pub fn wait(&mut self, within: Duration) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        let child = &mut self.child;
        let readers = &self.readers;
        eventually(within, &what, || {
            let status = child.try_wait().expect("a child can be asked for its status");
            status.filter(|_| readers.iter().all(JoinHandle::is_finished))
        })
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn collect(pipe: impl Read + Send + 'static, lines: &Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
    let lines = Arc::clone(lines);
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    })
}

/// A TCP port on 127.0.0.1 that was free a moment ago. Somebody may take it before you do, so a program that can
/// listen on port 0 and print what it got is better asked to do that.
///
/// # Panics
///
/// If the system has no port left.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener
        .local_addr()
        .expect("a bound listener has an address")
        .port()
}
