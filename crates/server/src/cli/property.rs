//! `innkeeper property`.

use clap::{Args, Subcommand};
use innkeeper_domain::{
    properties::PropertyFields,
    usecases::{CreateProperty, create_property},
    values::{Currency, Email, Title},
};

use super::{
    answer::{Answer, Record},
    arguments::{self, TenantArgument},
    console::{self, Console},
    failure::Failure,
};

/// Properties: hotels, flats and houses
#[derive(Debug, Subcommand)]
pub(crate) enum PropertyCommand {
    /// Create a property with its first owner
    #[command(after_help = "\
Prints property_id.

Example:
  innkeeper property create --title \"Casa Azul\" --currency EUR --owner ana@example.com")]
    Create(Create),
}

/// A property to create.
#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    tenant: TenantArgument,
    /// What it is called
    #[arg(long, value_name = "TITLE", value_parser = arguments::title)]
    title: Title,
    /// The currency it is run in, such as EUR
    #[arg(long, value_name = "CODE", value_parser = arguments::currency)]
    currency: Currency,
    /// Its owner, an active user, by e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    owner: Email,
}

impl PropertyCommand {
    pub(crate) fn run(self, console: &Console) -> Result<Answer, Failure> {
        match self {
            Self::Create(arguments) => create(console, arguments),
        }
    }
}

fn create(console: &Console, arguments: Create) -> Result<Answer, Failure> {
    let tenant = console.tenant(arguments.tenant.tenant.as_deref())?;
    let owner = console.user(tenant, &arguments.owner)?;
    let command = CreateProperty {
        context: console::context(tenant)?,
        fields: PropertyFields {
            title: arguments.title,
            currency: arguments.currency,
            timezone: None,
            country: None,
            email: None,
        },
        owner: Some(owner.id),
    };
    let property = create_property(&*console.uow, &command)?;
    Ok(Answer::One(Record::default().with("property_id", property.id)))
}
