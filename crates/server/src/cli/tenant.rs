//! `innkeeper tenant`.

use clap::Subcommand;
use innkeeper_domain::{
    usecases::{CreateTenant, create_tenant},
    values::Label,
};

use super::{
    answer::{Answer, Record},
    arguments,
    console::{self, Console},
    failure::Failure,
};

/// Tenants: partner companies and everything they own
#[derive(Debug, Subcommand)]
pub(crate) enum TenantCommand {
    /// Create a tenant, and an application of it with all scopes
    #[command(after_help = "\
Prints tenant_id, application_id, client_id and client_secret. The secret is shown this once.

Examples:
  innkeeper tenant create --name acme
  innkeeper tenant create --name \"Acme Stays\" --json")]
    Create {
        /// What to call it; other commands take the name in the place of the id
        #[arg(long, value_name = "NAME", value_parser = arguments::label)]
        name: Label,
    },
}

impl TenantCommand {
    pub(crate) fn run(self, console: &Console) -> Result<Answer, Failure> {
        match self {
            Self::Create { name } => create(console, name),
        }
    }
}

fn create(console: &Console, name: Label) -> Result<Answer, Failure> {
    let command = CreateTenant {
        context: console::context(console::new_tenant())?,
        name,
        secret_bits: console::bits(),
    };
    let (tenant, new) = create_tenant(&*console.uow, &command)?;
    Ok(Answer::One(
        Record::default()
            .with("tenant_id", tenant.id)
            .with("application_id", new.application.id)
            .with("client_id", new.application.id)
            .with("client_secret", new.secret.reveal()),
    ))
}
