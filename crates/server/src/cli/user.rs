//! `innkeeper user`.

use clap::{ArgGroup, Args, Subcommand};
use innkeeper_domain::{
    access::{Actor, Permission},
    people::{Credential, User, primary},
    ports::{Direction, PageRequest, UserFilter},
    usecases::{
        ChangeUserState, CreateUser, SetPermission, create_user, disable_user, enable_user, list_credentials,
        list_users, set_permission,
    },
    values::{Email, Locale, PersonName},
};

use super::{
    answer::{Answer, Record},
    arguments::{self, PageArguments, TenantArgument},
    console::{self, Console},
    failure::Failure,
};

/// The people of a tenant
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Create an active user; whoever does so vouches for the address
    #[command(after_help = "\
Prints user_id and credential_id. The permission says how far the first credential reaches on account routes:
none, view, edit or admin; what the user may do on a property follows from invitations alone.

Examples:
  innkeeper user create --email ana@example.com --first-name Ana --last-name Lima
  innkeeper user create --tenant acme --email bo@example.com --first-name Bo --last-name Berg --permission edit")]
    Create(Create),
    /// Change the permission of a user's first credential, or switch the user off or on
    #[command(after_help = "\
Whoever is the only active owner of a property cannot be switched off; the error names the properties.

Examples:
  innkeeper user update --email ana@example.com --permission admin
  innkeeper user update --email ana@example.com --disable")]
    Update(Update),
    /// List users, the oldest first
    #[command(after_help = "\
Prints user_id, email, name, state and created_at of each, and the total.

Examples:
  innkeeper user list
  innkeeper user list --tenant acme --email ana@example.com --json")]
    List(List),
}

/// A user to create.
#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    tenant: TenantArgument,
    /// The e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    email: Email,
    /// The first name
    #[arg(long, value_name = "NAME", value_parser = arguments::person_name)]
    first_name: PersonName,
    /// The last name
    #[arg(long, value_name = "NAME", value_parser = arguments::person_name)]
    last_name: PersonName,
    /// The permission of the first credential: none, view, edit or admin
    #[arg(long, value_name = "PERMISSION", default_value = "view", value_parser = arguments::permission)]
    permission: Permission,
}

/// A user to change.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("change").required(true).multiple(true)
    .args(["permission", "disable", "enable"])))]
pub(crate) struct Update {
    #[command(flatten)]
    tenant: TenantArgument,
    /// The user, by e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    email: Email,
    /// The new permission of the first credential: none, view, edit or admin
    #[arg(long, value_name = "PERMISSION", value_parser = arguments::permission)]
    permission: Option<Permission>,
    /// Switch the user off: no token or key of theirs counts from now on
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
    /// Switch the user on again
    #[arg(long)]
    enable: bool,
}

/// The users to list.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Only the one with this address
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    email: Option<Email>,
    #[command(flatten)]
    page: PageArguments,
}

impl UserCommand {
    pub(crate) fn run(self, console: &Console) -> Result<Answer, Failure> {
        match self {
            Self::Create(arguments) => create(console, arguments),
            Self::Update(arguments) => update(console, &arguments),
            Self::List(arguments) => list(console, &arguments),
        }
    }
}

fn create(console: &Console, arguments: Create) -> Result<Answer, Failure> {
    let tenant = console.tenant(arguments.tenant.tenant.as_deref())?;
    let command = CreateUser {
        context: console::context(tenant)?,
        email: arguments.email,
        first_name: arguments.first_name,
        last_name: arguments.last_name,
        locale: Locale::default(),
        permission: arguments.permission,
    };
    let (user, credential) = create_user(&*console.uow, &command)?;
    Ok(Answer::One(
        Record::default()
            .with("user_id", user.id)
            .with("credential_id", credential.id),
    ))
}

/// The switch comes first, as it may be refused; the permission cannot be, once there is a credential.
fn update(console: &Console, arguments: &Update) -> Result<Answer, Failure> {
    let tenant = console.tenant(arguments.tenant.tenant.as_deref())?;
    let mut user = console.user(tenant, &arguments.email)?;
    let mut credential = first_credential(console, &user)?;
    if arguments.permission.is_some() && credential.is_none() {
        return Err(Failure::Refused(
            "the user has no credential; add one with `innkeeper credential add`".to_owned(),
        ));
    }
    let change = || -> Result<_, Failure> {
        Ok(ChangeUserState {
            context: console::context(tenant)?,
            user: user.id,
        })
    };
    if arguments.disable {
        user = disable_user(&*console.uow, &change()?)?;
    } else if arguments.enable {
        user = enable_user(&*console.uow, &change()?)?;
    }
    if let Some(permission) = arguments.permission {
        let command = SetPermission {
            context: console::context(tenant)?,
            user: user.id,
            permission,
        };
        credential = Some(set_permission(&*console.uow, &command)?);
    }
    let permission = credential.map(|credential| credential.permission.as_str());
    Ok(Answer::One(described(&user).with("permission", permission)))
}

fn first_credential(console: &Console, user: &User) -> Result<Option<Credential>, Failure> {
    let actor = Actor::operator(user.tenant);
    let page = list_credentials(&*console.queries, &actor, user.id, PageRequest::first(1_000))?;
    Ok(primary(&page.items).cloned())
}

fn list(console: &Console, arguments: &List) -> Result<Answer, Failure> {
    let tenant = console.tenant(arguments.tenant.tenant.as_deref())?;
    let filter = UserFilter {
        only: None,
        email: arguments.email.as_ref().map(|email| email.key().clone()),
        direction: Direction::Ascending,
    };
    let actor = Actor::operator(tenant);
    let page = list_users(&*console.queries, &actor, &filter, arguments.page.request()?)?;
    Ok(Answer::listed("users", &page, described))
}

fn described(user: &User) -> Record {
    Record::default()
        .with("user_id", user.id)
        .with("email", user.email.as_str())
        .with("name", user.name())
        .with("state", user.state.as_str())
        .with("created_at", user.created_at)
}
