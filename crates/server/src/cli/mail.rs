//! `innkeeper mail`.

use clap::{Args, Subcommand};
use innkeeper_domain::{
    effects::MessageState,
    ports::{MailFault, MessageStatus},
};

use super::{
    answer::{Answer, Record},
    arguments::{self, TenantArgument},
    console::Console,
    failure::Failure,
};

/// Mails: what became of them
#[derive(Debug, Subcommand)]
pub(crate) enum MailCommand {
    /// List messages in one state, those given up unless said
    #[command(after_help = "\
Shows ids, never addresses. Pending ones come in the order they are due, others with the last first. `fault` says why \
the last attempt failed: unreachable, try_later, refused, recipient_refused or uncomposable.

Examples:
  innkeeper mail list
  innkeeper mail list --state pending --tenant acme --json")]
    List(List),
}

/// What to list.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    tenant: TenantArgument,
    /// pending, sent, logged, failed or cancelled
    #[arg(long, value_name = "STATE", default_value_t = MessageState::Failed, value_parser = arguments::message_state)]
    state: MessageState,
    /// The most messages to list
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

impl MailCommand {
    pub(crate) fn run(self, console: &Console) -> Result<Answer, Failure> {
        match self {
            Self::List(arguments) => list(console, &arguments),
        }
    }
}

fn list(console: &Console, arguments: &List) -> Result<Answer, Failure> {
    let tenant = console.tenant(arguments.tenant.tenant.as_deref())?;
    let found = console
        .postbox
        .messages(tenant, arguments.state, arguments.limit)?;
    Ok(Answer::Many {
        name: "messages",
        items: found.iter().map(described).collect(),
        about: Record::default().with("shown", found.len()),
    })
}

fn described(message: &MessageStatus) -> Record {
    Record::default()
        .with("message_id", message.key.message)
        .with("kind", message.kind.as_str())
        .with("state", message.state.as_str())
        .with("recipient_id", message.recipient)
        .with("property_id", message.property)
        .with("attempts", message.attempts)
        .with("fault", message.fault.map(MailFault::as_str))
        .with("created_at", message.created_at)
        .with("next_attempt_at", message.next_attempt_at)
        .with("settled_at", message.settled_at)
}
