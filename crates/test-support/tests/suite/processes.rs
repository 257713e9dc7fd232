//! Child processes.

use std::{
    net::TcpListener,
    process::{Command, Stdio},
    time::Duration,
};

use innkeeper_test_support::{ChildProcess, free_port};

const SOON: Duration = Duration::from_secs(20);

fn shell(script: &str) -> ChildProcess {
    ChildProcess::spawn(Command::new("sh").args(["-c", script]))
}

fn is_alive(id: u32) -> bool {
    let probe = Command::new("kill")
        .args(["-0", &id.to_string()])
        .stderr(Stdio::null())
        .status();
    probe.expect("kill can be run").success()
}

#[test]
fn both_outputs_are_collected() {
    let mut child = shell("echo out; echo err >&2; exit 3");
    assert_eq!(child.wait(SOON).code(), Some(3));
    let mut lines: Vec<_> = child.output().lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["err", "out"]);
}

#[test]
fn a_line_can_be_waited_for() {
    let child = shell("echo listening on 8080; exec sleep 60");
    assert_eq!(child.wait_for_line("listening", SOON), "listening on 8080");
}

#[test]
#[should_panic(expected = "ended without `ready`; it said:\nno luck")]
fn a_program_that_ends_is_not_waited_for() {
    shell("echo no luck").wait_for_line("ready", SOON);
}

#[test]
fn sigterm_is_an_invitation() {
    let mut child = shell("trap 'echo bye; exit 7' TERM; echo ready; while :; do sleep 0.05; done");
    child.wait_for_line("ready", SOON);
    child.terminate();
    assert_eq!(child.wait(SOON).code(), Some(7));
    assert!(child.output().contains("bye"));
}

#[test]
fn sigkill_is_not() {
    let mut child = shell("trap '' TERM; echo ready; exec sleep 60");
    child.wait_for_line("ready", SOON);
    child.terminate();
    assert_eq!(child.kill().code(), None);
}

#[test]
fn nothing_is_left_behind() {
    let child = shell("exec sleep 60");
    let id = child.id();
    assert!(is_alive(id));
    drop(child);
    assert!(!is_alive(id));
}

#[test]
fn a_free_port_can_be_taken() {
    TcpListener::bind(("127.0.0.1", free_port())).expect("the port is free");
}
