//! `innkeeper config`.

use std::path::Path;

use clap::Subcommand;

use super::{
    answer::{self, Answer, Form, Record},
    failure::Failure,
};
use crate::{
    channels,
    config::{self, Config, ConfigError, Loaded, Origin, Problem, Setting},
    key_file,
    one_line::with_causes,
};

/// The configuration: what is wrong with it, and what is in force
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Check the configuration and report all problems at once
    #[command(after_help = "\
Looks at the file, the variables and the key file; it does not connect to anything. Exit code 1 if anything is wrong.

Examples:
  innkeeper config check
  innkeeper --config /etc/innkeeper.toml config check --json")]
    Check,
    /// Show what is in force, and where each setting comes from; secrets are masked
    #[command(after_help = "\
Each setting is shown as in the file, where `http.listen` is `listen` under `[http]`; its variable is \
INNKEEPER_HTTP__LISTEN. Variables win over the file, the file over the default. An empty variable counts as not set.

Examples:
  innkeeper config show
  innkeeper --config /etc/innkeeper.toml config show --json")]
    Show,
}

impl ConfigCommand {
    pub(crate) fn run(self, file: Option<&Path>, form: Form) -> Result<Answer, Failure> {
        let loaded = config::load(file, std::env::vars_os());
        match self {
            Self::Check => check(loaded, form),
            Self::Show => Ok(show(&loaded?.settings, form)),
        }
    }
}

/// The problems are the answer, on stdout; that there are any is the error, in one line on stderr.
fn check(loaded: Result<Loaded, ConfigError>, form: Form) -> Result<Answer, Failure> {
    let problems: Vec<String> = match loaded {
        Ok(loaded) => key_problem(&loaded.config)
            .into_iter()
            .chain(channel_problems(&loaded))
            .collect(),
        Err(ConfigError::Wrong(problems)) => problems.iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    };
    if problems.is_empty() {
        return Ok(Answer::One(
            Record::default()
                .with("valid", true)
                .with("problems", Vec::<String>::new()),
        ));
    }
    let count = match problems.len() {
        1 => "1 problem".to_owned(),
        several => format!("{several} problems"),
    };
    form.print(&match form {
        Form::Json => Answer::One(Record::default().with("valid", false).with("problems", problems)),
        Form::Lines => Answer::Lines(
            problems
                .iter()
                .map(|problem| format!("problem: {problem}"))
                .collect(),
        ),
    })?;
    Err(Failure::Refused(format!("the configuration has {count}")))
}

fn key_problem(config: &Config) -> Option<String> {
    let file = config.database.file()?;
    if config.secrets.master_key.is_some() {
        return None;
    }
    key_file::read(file).err().map(|error| error.to_string())
}

/// Integrator values of what is no channel; whatever needs the channels would not start with them.
fn channel_problems(loaded: &Loaded) -> Vec<String> {
    let unknown = match channels::unknown(&loaded.config) {
        Ok(unknown) => unknown,
        Err(error) => return vec![with_causes(&error)],
    };
    let is_of_unknown = |setting: &&Setting| {
        unknown.iter().any(|slug| {
            let level = format!("channels.integrator.{slug}.");
            setting.key.starts_with(&level)
        })
    };
    let wrong = loaded.settings.iter().filter(is_of_unknown);
    let what = "is for what is no channel; see `innkeeper channels list`";
    wrong
        .map(|setting| Problem::of_key(&setting.key, &setting.origin, what).to_string())
        .collect()
}

fn show(settings: &[Setting], form: Form) -> Answer {
    if form == Form::Lines {
        let line = |setting: &Setting| {
            let value = answer::word(&setting.value);
            format!("{}: {value}  # {}", setting.key, source(setting))
        };
        return Answer::Lines(settings.iter().map(line).collect());
    }
    let items = settings.iter().map(|setting| {
        Record::default()
            .with("setting", &setting.key)
            .with("value", &setting.value)
            .with("from", source(setting))
    });
    Answer::Many {
        name: "settings",
        items: items.collect(),
        about: Record::default(),
    }
}

fn source(setting: &Setting) -> String {
    match &setting.origin {
        Origin::Default => "default".to_owned(),
        Origin::File(path) => path.display().to_string(),
        Origin::Variable => config::variable_of(&setting.key),
    }
}
