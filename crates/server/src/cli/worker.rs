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
`serve` included. SIGTERM and SIGINT end it: the page in hand is stored, and what is left goes to others. With \
INNKEEPER_WORKERS__LISTEN it answers /healthz, /readyz and /metrics there, and prints `listen` too.

Examples:
  innkeeper worker
  INNKEEPER_WORKERS__COUNT=16 INNKEEPER_WORKERS__LISTEN=127.0.0.1:9100 innkeeper worker")]
pub(crate) struct Worker {}

impl Worker {
    pub(crate) fn run(config: &Config, form: Form) -> Result<Answer, Failure> {
        telemetry::start(&config.log);
        working::run_until_stopped(config, |waiting| {
            let mut answer = Record::default()
                .with("worker_id", waiting.worker)
                .with("workers", config.workers.count);
            if let Some(listen) = waiting.listen {
                answer = answer.with("listen", listen);
            }
            if let Err(error) = form.print(&Answer::One(answer)) {
                tracing::warn!(%error, "the worker's id could not be printed");
            }
        })?;
        Ok(Answer::Told)
    }
}
