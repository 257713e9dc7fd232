//! `innkeeper credential`.

use clap::{Args, Subcommand};
use innkeeper_domain::{
    access::{Actor, Permission},
    ids::CredentialId,
    people::Credential,
    usecases::{AddCredential, RemoveCredential, add_credential, list_credentials, remove_credential},
    values::Email,
};

use super::{
    answer::{Answer, Record},
    arguments::{self, PageArguments, TenantArgument},
    console::{self, Console},
    failure::Failure,
};

/// Credentials: the logins of a user, each with its permission on account routes
#[derive(Debug, Subcommand)]
pub(crate) enum CredentialCommand {
    /// Add a partner credential to a user
    #[command(after_help = "\
Prints credential_id and what the credential is.

Example:
  innkeeper credential add --user ana@example.com --permission edit")]
    Add(Add),
    /// Remove a credential; every token and key bound to it is dead at once
    #[command(after_help = "\
Example:
  innkeeper credential remove 018f3e2c-7a00-7000-8000-000000000001")]
    Remove {
        #[command(flatten)]
        tenant: TenantArgument,
        /// The credential, by its id
        #[arg(value_name = "ID")]
        id: CredentialId,
    },
    /// List the credentials of a user, the oldest first: that one is the user's primary one
    #[command(after_help = "\
Example:
  innkeeper credential list --user ana@example.com")]
    List(List),
}

/// A credential to add.
#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    tenant: TenantArgument,
    /// The user, by e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    user: Email,
    /// Its permission: none, view, edit or admin
    #[arg(long, value_name = "PERMISSION", default_value = "view", value_parser = arguments::permission)]
    permission: Permission,
    /// The address it is for; the user's own unless said
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    email: Option<Email>,
}

/// The credentials to list.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    tenant: TenantArgument,
    /// The user, by e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    user: Email,
    #[command(flatten)]
    page: PageArguments,
}

impl CredentialCommand {
    pub(crate) fn run(self, console: &Console) -> Result<Answer, Failure> {
        match self {
            Self::Add(arguments) => add(console, arguments),
            Self::Remove { tenant, id } => remove(console, &tenant, id),
            Self::List(arguments) => list(console, &arguments),
        }
    }
}

fn add(console: &Console, arguments: Add) -> Result<Answer, Failure> {
    let tenant = console.tenant(arguments.tenant.tenant.as_deref())?;
    let user = console.user(tenant, &arguments.user)?;
    let command = AddCredential {
        context: console::context(tenant)?,
        user: user.id,
        permission: arguments.permission,
        email: arguments.email,
    };
    let credential = add_credential(&*console.uow, &command)?;
    Ok(Answer::One(described(&credential)))
}

fn remove(console: &Console, tenant: &TenantArgument, id: CredentialId) -> Result<Answer, Failure> {
    let tenant = console.tenant(tenant.tenant.as_deref())?;
    let command = RemoveCredential {
        context: console::context(tenant)?,
        id,
    };
    remove_credential(&*console.uow, &command)?;
    let removed = Record::default().with("credential_id", id);
    Ok(Answer::One(removed.with("state", "removed")))
}

fn list(console: &Console, arguments: &List) -> Result<Answer, Failure> {
    let tenant = console.tenant(arguments.tenant.tenant.as_deref())?;
    let user = console.user(tenant, &arguments.user)?;
    let actor = Actor::operator(tenant);
    let page = list_credentials(&*console.queries, &actor, user.id, arguments.page.request()?)?;
    Ok(Answer::listed("credentials", &page, described))
}

fn described(credential: &Credential) -> Record {
    Record::default()
        .with("credential_id", credential.id)
        .with("user_id", credential.user)
        .with("credential_type", credential.kind.as_str())
        .with("permission", credential.permission.as_str())
        .with("email", credential.email.as_str())
        .with("created_at", credential.created_at)
        .with("last_login_at", credential.last_login_at)
}
