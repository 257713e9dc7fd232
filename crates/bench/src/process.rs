//! What the kernel tells about processes.

use std::{fs, io};

use anyhow::Context as _;

/// The unit of times in `/proc`: every Linux that there is counts a hundred a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// Memory of one or more processes, in KiB.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory {
    /// Anonymous memory: heap and stacks.
    pub(crate) anon: u32,
    /// Mapped files, such as the database's and the program's own.
    pub(crate) file: u32,
    /// Memory shared between processes, such as PostgreSQL's buffers.
    pub(crate) shared: u32,
}

impl Memory {
    /// The larger of each.
    pub(crate) fn max(self, other: Self) -> Self {
        Self {
            anon: self.anon.max(other.anon),
            file: self.file.max(other.file),
            shared: self.shared.max(other.shared),
        }
    }

    /// Of several processes together. Shared memory is counted once: each of them maps the same.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            anon: self.anon + other.anon,
            file: self.file.max(other.file),
            shared: self.shared.max(other.shared),
        }
    }
}

/// The memory of a process; nothing if it has ended.
pub(crate) fn memory(process: u32) -> Option<Memory> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let read = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u32>().ok()
    };
    Some(Memory {
        anon: read("RssAnon:")?,
        file: read("RssFile:")?,
        shared: read("RssShmem:")?,
    })
}

/// Times of a process in ticks.
#[derive(Clone, Copy, Debug, Default)]
struct Ticks {
    own: u32,
    /// Of children that have ended.
    children: u32,
    parent: u32,
}

fn ticks(process: &str) -> Option<Ticks> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program stands in brackets and may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let numbers: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| numbers.get(at)?.parse::<u32>().ok();
    Some(Ticks {
        own: number(11)? + number(12)?,
        children: number(13)? + number(14)?,
        parent: number(1)?,
    })
}

fn seconds(ticks: u32) -> f64 {
    f64::from(ticks) / TICKS_PER_SECOND
}

/// The CPU time that this process has used.
pub(crate) fn own_cpu_seconds() -> anyhow::Result<f64> {
    let ticks = ticks("self").context("the kernel does not tell this process's times")?;
    Ok(seconds(ticks.own))
}

/// The processes that a process has started and that live, itself first.
pub(crate) fn family(parent: u32) -> io::Result<Vec<u32>> {
    let mut family = vec![parent];
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(process) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if ticks(&process.to_string()).is_some_and(|ticks| ticks.parent == parent) {
            family.push(process);
        }
    }
    Ok(family)
}

/// The CPU time of a process, of the children it has, and of those that have ended.
pub(crate) fn family_cpu_seconds(parent: u32) -> io::Result<f64> {
    let mut all = 0;
    for process in family(parent)? {
        if let Some(ticks) = ticks(&process.to_string()) {
            all += ticks.own + if process == parent { ticks.children } else { 0 };
        }
    }
    Ok(seconds(all))
}

/// The memory of a process and of the children it has.
pub(crate) fn family_memory(parent: u32) -> io::Result<Memory> {
    let family = family(parent)?;
    let each = family.into_iter().filter_map(memory);
    Ok(each.fold(Memory::default(), Memory::with))
}
