//! `innkeeper application`.

use clap::{ArgGroup, Args, Subcommand};
use innkeeper_domain::{
    access::Scope,
    ids::ApplicationId,
    tenancy::Application,
    usecases::{
        ApplicationFields, Context, CreateApplication, RotateSecret, UpdateApplication, create_application,
        rotate_secret, update_application,
    },
};

use super::{
    answer::{Answer, Record},
    arguments::{self, TenantArgument},
    console::{self, Console},
    failure::Failure,
};

/// Applications: the OAuth2 clients of a tenant
#[derive(Debug, Subcommand)]
pub(crate) enum ApplicationCommand {
    /// Create an application
    #[command(after_help = "\
Prints tenant_id, application_id, client_id, client_secret, scopes and user_scoped_only. The secret is shown this \
once. Without --scope the application may ask for all scopes:
  user:read user:write listings:read reservations:read property:read property:write

Examples:
  innkeeper application create
  innkeeper application create --tenant acme --scope property:read --scope property:write --user-scoped-only")]
    Create(Create),
    /// Change what an application may do; its living tokens lose what it loses, at once
    #[command(after_help = "\
What is not named stays as it is; --scope, once or several times, names all scopes it has from now on.

Examples:
  innkeeper application update 018f3e2c-7a00-7000-8000-000000000001 --scope property:read
  innkeeper application update 018f3e2c-7a00-7000-8000-000000000001 --user-scoped-only")]
    Update(Update),
    /// Give an application a new secret; the old one counts no more, tokens made with it live on
    #[command(after_help = "\
The secret is shown this once.

Example:
  innkeeper application rotate-secret 018f3e2c-7a00-7000-8000-000000000001")]
    RotateSecret {
        /// The application, by its id
        #[arg(value_name = "ID")]
        id: ApplicationId,
    },
}

/// An application to create.
#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    tenant: TenantArgument,
    /// A scope it may ask for; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", value_parser = arguments::scope)]
    scopes: Vec<Scope>,
    /// Let it have only tokens that speak for a user
    #[arg(long)]
    user_scoped_only: bool,
}

/// An application to change.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true)
    .args(["scopes", "user_scoped_only", "any_token"])))]
pub(crate) struct Update {
    /// The application, by its id
    #[arg(value_name = "ID")]
    id: ApplicationId,
    /// A scope it may ask for; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", value_parser = arguments::scope)]
    scopes: Vec<Scope>,
    /// Let it have only tokens that speak for a user
    #[arg(long, conflicts_with = "any_token")]
    user_scoped_only: bool,
    /// Let it have tokens that speak for the whole tenant, too
    #[arg(long)]
    any_token: bool,
}

impl ApplicationCommand {
    pub(crate) fn run(self, console: &Console) -> Result<Answer, Failure> {
        match self {
            Self::Create(arguments) => create(console, &arguments),
            Self::Update(arguments) => update(console, &arguments),
            Self::RotateSecret { id } => rotate(console, id),
        }
    }
}

fn create(console: &Console, arguments: &Create) -> Result<Answer, Failure> {
    let tenant = console.tenant(arguments.tenant.tenant.as_deref())?;
    let command = CreateApplication {
        context: console::context(tenant)?,
        fields: ApplicationFields {
            scopes: arguments::scopes_or_all(&arguments.scopes),
            user_scoped_only: arguments.user_scoped_only,
        },
        secret_bits: console::bits(),
    };
    let new = create_application(&*console.uow, &command)?;
    Ok(Answer::One(what_it_may(
        identified(&new.application).with("client_secret", new.secret.reveal()),
        &new.application,
    )))
}

fn update(console: &Console, arguments: &Update) -> Result<Answer, Failure> {
    let scopes = (!arguments.scopes.is_empty()).then(|| arguments.scopes.iter().copied().collect());
    let user_scoped_only = match (arguments.user_scoped_only, arguments.any_token) {
        (true, _) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    };
    let command = UpdateApplication {
        context: context_of(console, arguments.id)?,
        id: arguments.id,
        scopes,
        user_scoped_only,
    };
    let application = update_application(&*console.uow, &command)?;
    Ok(Answer::One(what_it_may(identified(&application), &application)))
}

fn rotate(console: &Console, id: ApplicationId) -> Result<Answer, Failure> {
    let command = RotateSecret {
        context: context_of(console, id)?,
        id,
        secret_bits: console::bits(),
    };
    let new = rotate_secret(&*console.uow, &command)?;
    Ok(Answer::One(
        identified(&new.application).with("client_secret", new.secret.reveal()),
    ))
}

fn context_of(console: &Console, id: ApplicationId) -> Result<Context, Failure> {
    let tenant = console.queries.tenant_of_application(id)?;
    console::context(tenant.ok_or_else(|| Failure::unknown("application", id))?)
}

fn identified(application: &Application) -> Record {
    Record::default()
        .with("tenant_id", application.tenant)
        .with("application_id", application.id)
        .with("client_id", application.id)
}

fn what_it_may(record: Record, application: &Application) -> Record {
    record
        .with("scopes", arguments::listed(application.scopes))
        .with("user_scoped_only", application.user_scoped_only)
}
