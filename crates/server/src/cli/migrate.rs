//! `innkeeper migrate`.

use clap::{Args, Subcommand};
use innkeeper_storage::{SchemaState, Step};

use super::{
    answer::{Answer, Record},
    failure::Failure,
};
use crate::{
    compose::{self, StartError},
    config::Config,
};

/// Bring the schema of the database forward, or look at it
#[derive(Debug, Args)]
#[command(after_help = "\
Without a word after it, `migrate` means `migrate up`. The first time it makes the tenant `default`, without an \
application, and with SQLite the database and its key file.

Examples:
  innkeeper migrate
  innkeeper migrate status --json")]
pub(crate) struct Migrate {
    #[command(subcommand)]
    command: Option<MigrateCommand>,
}

/// What to do with the schema.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    /// Take all steps that are missing, or none if one fails; several processes may do so at once
    Up,
    /// Show which steps the database has; changes nothing
    Status,
}

impl Migrate {
    pub(crate) fn run(&self, config: &Config) -> Result<Answer, Failure> {
        match self.command.unwrap_or(MigrateCommand::Up) {
            MigrateCommand::Up => up(config),
            MigrateCommand::Status => status(config),
        }
    }
}

fn up(config: &Config) -> Result<Answer, Failure> {
    let store = compose::open_or_make(config)?;
    let taken = store.migrate().map_err(StartError::from)?;
    Ok(Answer::One(
        Record::default()
            .with("database", config.database.place.masked())
            .with("steps_taken", taken)
            .with("state", "current"),
    ))
}

fn status(config: &Config) -> Result<Answer, Failure> {
    let about = Record::default().with("database", config.database.place.masked());
    let missing = config.database.file().is_some_and(|file| !file.exists());
    let (steps, about) = if missing {
        (Vec::new(), about.with("state", "missing"))
    } else {
        let store = compose::open_or_make(config)?;
        let state = match store.schema_state().map_err(StartError::from)? {
            SchemaState::Current => "current",
            SchemaState::Behind(_) => "behind",
            SchemaState::NewerThanBinary => "newer",
        };
        let steps = store.migrations_status().map_err(StartError::from)?;
        (steps, about.with("state", state))
    };
    Ok(Answer::Many {
        name: "steps",
        items: steps.iter().map(described).collect(),
        about,
    })
}

fn described(step: &Step) -> Record {
    Record::default()
        .with("step", &step.name)
        .with("taken", step.applied)
}
