//! `innkeeper worker`.

use clap::Args;

use super::{
    answer::{Answer, Form, Record},
    failure::Failure,
};
use crate::{config::Config, telemetry, working};

/// Import accounts in the background, without the API
#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = "\
For installations that run `serve --no-workers` beside it. The schema must be current. Prints `worker_id` and `workers` \
once it waits for work; the log goes to stderr. On PostgreSQL any number may run; on SQLite one process with workers, \
`serve` included. SIGTERM and SIGINT end it: the page in hand is stored, and what is left goes to others.

Examples:
  innkeeper worker
  INNKEEPER_WORKERS__COUNT=16 innkeeper worker")]
pub(crate) struct Worker {}

impl Worker {
    pub(crate) fn run(config: &Config, form: Form) -> Result<Answer, Failure> {
        telemetry::start(&config.log);
        working::run_until_stopped(config, |worker| {
            let answer = Record::default()
                .with("worker_id", worker)
                .with("workers", config.workers.count);
            if let Err(error) = form.print(&Answer::One(answer)) {
                tracing::warn!(%error, "the worker's id could not be printed");
            }
        })?;
        Ok(Answer::Told)
    }
}
