//! The command line: one file for each group of commands.

mod answer;
mod api_key;
mod application;
mod arguments;
mod audit;
mod audit_export;
mod channels;
mod config;
pub(crate) mod console;
mod credential;
mod demo;
mod failure;
mod given;
mod mail;
mod migrate;
mod openapi;
mod property;
mod sandbox;
mod serve;
mod tenant;
mod user;
mod worker;

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};

pub(crate) use answer::{Answer, Form, Record};
pub(crate) use console::Console;
pub(crate) use failure::Failure;

use crate::config::load;

/// Innkeeper: who may do what on which property
#[derive(Debug, Parser)]
#[command(
    name = "innkeeper",
    version,
    max_term_width = 120,
    after_help = "\
Answers are `key: value` lines on stdout, or with --json one JSON document. An error is one line on stderr and exit \
code 1; wrong usage is exit code 2.

Settings come from variables such as INNKEEPER_DATABASE__URL and INNKEEPER_HTTP__LISTEN, else from the file that \
--config names, else from defaults; `innkeeper config show` lists them all.

First steps:
  innkeeper migrate
  innkeeper tenant create --name acme
  innkeeper user create --tenant acme --email ana@example.com --first-name Ana --last-name Lima
  innkeeper serve"
)]
pub(crate) struct Cli {
    /// Read settings from this TOML file; variables win over it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON document on stdout, and nothing else there
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// Everything that innkeeper can be told to do.
#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Worker(worker::Worker),
    Migrate(migrate::Migrate),
    #[command(subcommand)]
    Tenant(tenant::TenantCommand),
    #[command(subcommand)]
    Application(application::ApplicationCommand),
    #[command(subcommand)]
    User(user::UserCommand),
    #[command(subcommand)]
    Credential(credential::CredentialCommand),
    #[command(subcommand)]
    Property(property::PropertyCommand),
    #[command(subcommand)]
    ApiKey(api_key::ApiKeyCommand),
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    #[command(subcommand)]
    Mail(mail::MailCommand),
    #[command(subcommand)]
    Channels(channels::ChannelsCommand),
    Sandbox(sandbox::Sandbox),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    #[command(subcommand)]
    Config(config::ConfigCommand),
}

impl Cli {
    /// Does what was asked and prints the answer.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let form = if self.json { Form::Json } else { Form::Lines };
        let answer = self.command.answer(self.config.as_deref(), form)?;
        Ok(form.print(&answer)?)
    }
}

impl Command {
    fn answer(self, file: Option<&Path>, form: Form) -> Result<Answer, Failure> {
        if let Self::Config(command) = self {
            return command.run(file, form);
        }
        let config = load(file, std::env::vars_os())?.config;
        let console = || Console::open(&config);
        match self {
            Self::Demo(command) => command.run(&config, form),
            Self::Serve(command) => command.run(&config, form),
            Self::Worker(_no_options) => worker::Worker::run(&config, form),
            Self::Migrate(command) => command.run(&config),
            Self::Tenant(command) => command.run(&console()?),
            Self::Application(command) => command.run(&console()?),
            Self::User(command) => command.run(&console()?),
            Self::Credential(command) => command.run(&console()?),
            Self::Property(command) => command.run(&console()?),
            Self::ApiKey(command) => command.run(&console()?),
            Self::Audit(command) => command.run(&console()?, form),
            Self::Mail(command) => command.run(&console()?),
            Self::Channels(command) => command.run(&config, form),
            Self::Sandbox(command) => command.run(&config, form),
            Self::OpenApi(command) => command.run(&config),
            Self::Config(_) => Ok(Answer::Told),
        }
    }
}
