//! `innkeeper api-key`.

use std::time::Duration;

use clap::{Args, Subcommand};
use innkeeper_domain::{
    access::{Actor, PropertyLimit, Scope},
    ids::{ApiKeyId, CredentialId, PropertyId},
    time::Timestamp,
    tokens::{ApiKey, KeyRequest},
    usecases::{CreateApiKey, RevokeApiKey, create_api_key, list_api_keys, revoke_api_key},
    values::Email,
};

use super::{
    answer::{Answer, Record},
    arguments::{self, PageArguments, TenantArgument},
    console::{self, Console},
    failure::Failure,
};

/// API keys: long-lived, bound to one credential of a user
#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// Create a key for a user
    #[command(after_help = "\
Prints api_key_id and, this once, api_key, with what the key may do. Without --scope it gets all scopes:
  user:read user:write listings:read reservations:read property:read property:write
Without --property it works on every property of the user, later ones too. Without --expires-in it never ends.

Examples:
  innkeeper api-key create --user ana@example.com
  innkeeper api-key create --user ana@example.com --scope property:read --expires-in 90d")]
    Create(Create),
    /// List keys, the newest first, revoked ones too
    #[command(after_help = "\
Example:
  innkeeper api-key list --tenant acme --json")]
    List {
        #[command(flatten)]
        tenant: TenantArgument,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Revoke a key; it counts no more from the next request on
    #[command(after_help = "\
Example:
  innkeeper api-key revoke 018f3e2c-7a00-7000-8000-000000000001")]
    Revoke {
        /// The key, by its id
        #[arg(value_name = "ID")]
        id: ApiKeyId,
    },
}

/// A key to create.
#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    tenant: TenantArgument,
    /// Whose key, by e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = arguments::email)]
    user: Email,
    /// The credential to bind it to, by its id; the user's first one unless said
    #[arg(long, value_name = "ID")]
    credential: Option<CredentialId>,
    /// A scope it carries; may be repeated
    #[arg(long = "scope", value_name = "SCOPE", value_parser = arguments::scope)]
    scopes: Vec<Scope>,
    /// A property it is limited to, by its id; may be repeated
    #[arg(long = "property", value_name = "ID")]
    properties: Vec<PropertyId>,
    /// How long it counts, such as 90d or 12h
    #[arg(long, value_name = "TIME", value_parser = arguments::lifetime)]
    expires_in: Option<Duration>,
}

impl ApiKeyCommand {
    pub(crate) fn run(self, console: &Console) -> Result<Answer, Failure> {
        match self {
            Self::Create(arguments) => create(console, arguments),
            Self::List { tenant, page } => list(console, &tenant, page),
            Self::Revoke { id } => revoke(console, id),
        }
    }
}

fn create(console: &Console, arguments: Create) -> Result<Answer, Failure> {
    let tenant = console.tenant(arguments.tenant.tenant.as_deref())?;
    let user = console.user(tenant, &arguments.user)?;
    let context = console::context(tenant)?;
    let limit = if arguments.properties.is_empty() {
        PropertyLimit::Unlimited
    } else {
        PropertyLimit::Only(arguments.properties)
    };
    let command = CreateApiKey {
        user: Some(user.id),
        request: KeyRequest {
            credential: arguments.credential,
            scopes: arguments::scopes_or_all(&arguments.scopes),
            limit,
            expires_at: arguments.expires_in.map(|lifetime| context.now + lifetime),
        },
        secret_bits: console::bits(),
        context,
    };
    let new = create_api_key(&*console.uow, &command)?;
    let record = Record::default()
        .with("api_key_id", new.key.id)
        .with("api_key", new.secret.reveal());
    Ok(Answer::One(what_it_may(record, &new.key)))
}

fn list(console: &Console, tenant: &TenantArgument, page: PageArguments) -> Result<Answer, Failure> {
    let tenant = console.tenant(tenant.tenant.as_deref())?;
    let now = console::now();
    let page = list_api_keys(&*console.queries, &Actor::operator(tenant), page.request()?)?;
    Ok(Answer::listed("api_keys", &page, |key| described(key, now)))
}

fn revoke(console: &Console, id: ApiKeyId) -> Result<Answer, Failure> {
    let tenant = console.queries.tenant_of_api_key(id)?;
    let tenant = tenant.ok_or_else(|| Failure::unknown("API key", id))?;
    let command = RevokeApiKey {
        context: console::context(tenant)?,
        id,
    };
    revoke_api_key(&*console.uow, &command)?;
    let revoked = Record::default().with("api_key_id", id);
    Ok(Answer::One(revoked.with("state", "revoked")))
}

fn described(key: &ApiKey, now: Timestamp) -> Record {
    let record = Record::default()
        .with("api_key_id", key.id)
        .with("last_four", &key.last_four)
        .with("state", key.state(now).as_str());
    what_it_may(record, key)
        .with("created_at", key.created_at)
        .with("last_used_at", key.last_used_at)
        .with("revoked_at", key.revoked_at)
}

fn what_it_may(record: Record, key: &ApiKey) -> Record {
    let properties = match &key.limit {
        PropertyLimit::Unlimited => None,
        PropertyLimit::Only(properties) => Some(properties),
    };
    record
        .with("user_id", key.user)
        .with("credential_id", key.credential)
        .with("scopes", arguments::listed(key.scopes))
        .with("property_ids", properties)
        .with("expires_at", key.expires_at)
}
