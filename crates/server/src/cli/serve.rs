//! `innkeeper serve`.

use std::future::pending;

use clap::Args;

use super::{
    answer::{Answer, Form, Record},
    failure::Failure,
};
use crate::{
    application::{Application, Schema, Work},
    config::Config,
    telemetry,
};

/// Serve the API, with the background work in the same process
#[derive(Debug, Args)]
#[command(after_help = "\
Migrates first unless --no-migrate. Prints `listen` and `public_url` once it answers; the log goes to stderr. \
SIGTERM and SIGINT end it: it takes no new work, and what is running may finish within 30 seconds.

Examples:
  innkeeper serve
  INNKEEPER_HTTP__LISTEN=0.0.0.0:80 INNKEEPER_HTTP__PUBLIC_URL=https://inn.example innkeeper serve")]
pub(crate) struct Serve {
    /// Leave the schema as it is, and refuse to serve if it is not current
    #[arg(long)]
    no_migrate: bool,
    /// Leave the background work to other processes
    #[arg(long)]
    no_workers: bool,
}

impl Serve {
    pub(crate) fn run(&self, config: &Config, form: Form) -> Result<Answer, Failure> {
        telemetry::start(&config.log);
        let schema = if self.no_migrate {
            Schema::Require
        } else {
            Schema::Migrate
        };
        let work = if self.no_workers {
            Work::Elsewhere
        } else {
            Work::Here
        };
        let application = Application::build(config, schema, work)?;
        let answer = Answer::One(
            Record::default()
                .with("listen", application.address())
                .with("public_url", application.public_url()),
        );
        application.run_until_stopped(pending(), || {
            if let Err(error) = form.print(&answer) {
                tracing::warn!(%error, "the address could not be printed");
            }
        })?;
        Ok(Answer::Told)
    }
}
