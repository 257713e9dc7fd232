//! dlt, a loader in Python that many use for the same work.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use crate::measure::{Measured, watched};

/// Where the script puts it.
const PYTHON: &str = "dlt/bin/python";

/// The interpreter that has dlt, if it is installed.
pub(crate) fn python(results: &Path) -> Option<PathBuf> {
    let python = results.join(PYTHON);
    python.exists().then_some(python)
}

/// Loads the account with it.
pub(crate) fn load(
    python: &Path,
    program: &Path,
    (sandbox, database, secret): (&str, &str, &str),
    state: &Path,
    server: u32,
) -> anyhow::Result<Measured> {
    let mut command = Command::new(python);
    command
        .arg(program)
        .args([sandbox, database, secret])
        .arg(state)
        .env("RUNTIME__DLTHUB_TELEMETRY", "false")
        .env("RUNTIME__LOG_LEVEL", "ERROR");
    watched(&mut command, Some(server))
}
