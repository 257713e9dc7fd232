//! `innkeeper channels`.

use clap::{Args, Subcommand};
use innkeeper_domain::{
    accounts::{Channel, ChannelFault, CredentialCode, CredentialField, CredentialSet, FaultSide},
    ids::{Ids, TenantId},
    ports::ChannelGateway,
    usecases::{AddAccountError, CheckChannel, CheckedChannel, check_channel},
};

use super::{
    answer::{Answer, Form, Record},
    console,
    failure::Failure,
    given::{self, Given},
};
use crate::{channels, compose::StartError, config::Config, entropy, progress::Progress};

/// The channels that accounts connect to
#[derive(Debug, Subcommand)]
pub(crate) enum ChannelsCommand {
    /// List the catalogue
    #[command(after_help = "\
An available channel is one that an account can be added of, with the credential sets that are named.

Examples:
  innkeeper channels list
  innkeeper channels list --available --json")]
    List {
        /// Only those that an account can be added of
        #[arg(long)]
        available: bool,
    },
    /// Show a channel and the credentials that an account of it needs
    #[command(after_help = "\
Example:
  innkeeper channels show hostaway")]
    Show {
        /// The channel
        #[arg(value_name = "SLUG")]
        slug: String,
    },
    /// Ask a channel whether credentials work; nothing is stored
    #[command(after_help = "\
The same check as when an account is added. Exit code 0: they work, and whose they are is printed; 1: the channel refuses \
them, or cannot be asked, which the error tells apart. No value is ever printed. A code that works once is used up by it.

Examples:
  innkeeper channels check hostaway --credential account_id=12345 --credential api_key=@key.txt
  pass show lodgify | innkeeper channels check lodgify --credential api_key=-
  innkeeper channels check ical --credential ical_urls=https://a.example/1.ics --credential ical_urls=https://a.example/2.ics")]
    Check(Check),
}

/// Credentials to check.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The channel
    #[arg(value_name = "SLUG")]
    slug: String,
    /// A value: as it stands, `-` to read it from stdin, or @FILE to read it from a file. A key that is repeated is a list
    #[arg(long = "credential", value_name = "KEY=VALUE", required = true)]
    credentials: Vec<Given>,
}

impl ChannelsCommand {
    pub(crate) fn run(self, config: &Config, form: Form) -> Result<Answer, Failure> {
        let gateway = channels::unshared(config).map_err(StartError::from)?;
        match self {
            Self::List { available } => Ok(list(&gateway, available, form)),
            Self::Show { slug } => show(&gateway, &slug, form),
            Self::Check(arguments) => check(&gateway, &arguments, form),
        }
    }
}

fn list(gateway: &dyn ChannelGateway, only_available: bool, form: Form) -> Answer {
    let channels = gateway.channels().iter();
    let channels = channels.filter(|channel| !only_available || channel.is_available());
    match form {
        Form::Lines => Answer::Lines(channels.map(line).collect()),
        Form::Json => {
            let items: Vec<Record> = channels.map(described).collect();
            let about = Record::default().with("total", items.len());
            Answer::Many {
                name: "channels",
                items,
                about,
            }
        }
    }
}

fn line(channel: &Channel) -> String {
    let sets = channel.credential_sets.iter().filter(|set| set.available);
    let sets: Vec<&str> = sets.map(|set| set.name.as_str()).collect();
    let available = match sets.as_slice() {
        [] => "not available".to_owned(),
        sets => sets.join(" "),
    };
    format!(
        "{}: {} ({})  # {available}",
        channel.slug,
        channel.label,
        channel.kind.as_str()
    )
}

fn show(gateway: &dyn ChannelGateway, slug: &str, form: Form) -> Result<Answer, Failure> {
    let channel = gateway.channel(slug).ok_or_else(|| unknown(slug))?;
    if form == Form::Json {
        return Ok(Answer::One(described(&channel)));
    }
    let mut lines = vec![
        format!("channel: {}", channel.slug),
        format!("label: {}", channel.label),
        format!("kind: {}", channel.kind.as_str()),
        format!("available: {}", channel.is_available()),
        format!("history: {}", channel.history),
        format!("docs_url: {}", channel.docs_url.as_deref().unwrap_or("-")),
    ];
    for set in &channel.credential_sets {
        lines.push(String::new());
        let note = if set.available { "" } else { ", not available here" };
        lines.push(format!("credential set {}{note}:", set.name));
        lines.extend(set.fields.iter().map(field_line));
    }
    Ok(Answer::Lines(lines))
}

fn field_line(field: &CredentialField) -> String {
    let notes = [
        (!field.required, "optional"),
        (field.secret, "secret"),
        (field.list, "list"),
    ];
    let notes: Vec<&str> = notes
        .iter()
        .filter(|(is_so, _)| *is_so)
        .map(|(_, note)| *note)
        .collect();
    let notes = match notes.as_slice() {
        [] => String::new(),
        notes => format!(" ({})", notes.join(", ")),
    };
    format!(
        "  {}: {}{notes}, such as {}",
        field.key, field.label, field.example
    )
}

fn described(channel: &Channel) -> Record {
    let sets: Vec<Record> = channel.credential_sets.iter().map(described_set).collect();
    Record::default()
        .with("channel", channel.slug.as_str())
        .with("label", &channel.label)
        .with("kind", channel.kind.as_str())
        .with("is_pms", channel.is_pms())
        .with("available", channel.is_available())
        .with("history", channel.history.to_string())
        .with("docs_url", &channel.docs_url)
        .with("credential_sets", sets)
}

fn described_set(set: &CredentialSet) -> Record {
    let field = |field: &CredentialField| {
        Record::default()
            .with("key", &field.key)
            .with("label", &field.label)
            .with("secret", field.secret)
            .with("required", field.required)
            .with("list", field.list)
            .with("example", &field.example)
    };
    let fields: Vec<Record> = set.fields.iter().map(field).collect();
    Record::default()
        .with("name", &set.name)
        .with("available", set.available)
        .with("fields", fields)
}

fn check(gateway: &dyn ChannelGateway, arguments: &Check, form: Form) -> Result<Answer, Failure> {
    let credentials = given::gather(&arguments.credentials)?;
    let tenant: TenantId = Ids::new(console::now(), entropy::word()).make();
    let request = CheckChannel {
        tenant,
        channel: &arguments.slug,
        credentials: &credentials,
    };
    let waiting = Progress::of(form).waiting(&format!("asking {}", arguments.slug));
    let outcome = check_channel(gateway, &request);
    waiting.clear();
    match outcome {
        Ok(CheckedChannel { channel, remote }) => Ok(Answer::One(
            Record::default()
                .with("channel", channel.slug.as_str())
                .with("works", true)
                .with("credential_set", &remote.credentials.set)
                .with("channel_id", &remote.channel_id)
                .with("channel_display_id", &remote.display_id)
                .with("email", &remote.email),
        )),
        Err(error) => Err(refused(&arguments.slug, error, form)?),
    }
}

/// The document says what happened in words for programs, the error in words for people.
fn refused(slug: &str, error: AddAccountError, form: Form) -> Result<Failure, Failure> {
    let (code, told) = match error {
        AddAccountError::UnknownChannel => ("unknown_channel", unknown(slug).to_string()),
        AddAccountError::Unsupported(_) => (
            "unsupported",
            format!(
                "accounts of {slug} cannot be added here, or not with these credentials; see `innkeeper channels show {slug}`"
            ),
        ),
        AddAccountError::Credentials { problems, .. } => {
            let told = problems.iter().map(|problem| {
                let what = match problem.code {
                    CredentialCode::Missing => "is missing",
                    CredentialCode::Unknown => "is no credential of this set",
                    CredentialCode::Format => "has not the right form",
                };
                format!("{} {what} ({})", problem.key, problem.code.as_str())
            });
            let told = told.collect::<Vec<_>>().join("; ");
            let code = problems
                .first()
                .map_or("unsupported", |problem| problem.code.as_str());
            (code, told)
        }
        AddAccountError::Channel { failure, .. } => {
            let code = failure.fault.as_str();
            (code, failed(slug, failure.fault, code))
        }
        AddAccountError::Store(error) => return Err(error.into()),
        AddAccountError::Denied(denied) => return Err(denied.into()),
        // Nothing is added here.
        error @ AddAccountError::AlreadyConnected { .. } => return Err(Failure::Refused(error.to_string())),
    };
    if form == Form::Json {
        let document = Record::default()
            .with("channel", slug)
            .with("works", false)
            .with("code", code)
            .with("told", &told);
        form.print(&Answer::One(document))?;
    }
    Ok(Failure::Refused(told))
}

fn failed(slug: &str, fault: ChannelFault, code: &str) -> String {
    match fault.side() {
        FaultSide::Channel | FaultSide::Ours => format!(
            "{slug} could not be asked ({code}): {} The credentials may be right; try again later",
            fault.told()
        ),
        FaultSide::Account => format!("{slug} refuses the credentials ({code}): {}", fault.told()),
    }
}

fn unknown(slug: &str) -> Failure {
    Failure::Refused(format!(
        "there is no channel `{slug}`; see `innkeeper channels list`"
    ))
}
