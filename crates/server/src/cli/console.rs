//! Where the operator stands: an open store, and the tenant that is meant.

use std::sync::Arc;

use innkeeper_domain::{
    access::Actor,
    effects::RequestId,
    ids::{Id, Ids, TenantId},
    people::User,
    ports::{Clock, Direction, Entropy, Page, PageRequest, Postbox, Queries, UnitOfWork, UserFilter},
    tenancy::Tenant,
    time::Timestamp,
    tokens::SecretBits,
    usecases::{Context, list_users},
    values::Email,
};

use innkeeper_storage::SqlStore;

use super::failure::Failure;
use crate::{
    clock::SystemClock,
    compose,
    config::Config,
    entropy::{self, OsEntropy},
};

/// How many tenants an error lists.
const LISTED: u32 = 20;

/// What a command works with.
pub(crate) struct Console {
    pub(crate) uow: Arc<dyn UnitOfWork>,
    pub(crate) queries: Arc<dyn Queries>,
    pub(crate) postbox: Arc<dyn Postbox>,
    pub(crate) store: Arc<SqlStore>,
}

impl Console {
    /// Opens the store, whose schema must be the one that this program knows.
    pub(crate) fn open(config: &Config) -> Result<Self, Failure> {
        let store = compose::open_existing(config)?;
        Ok(Self {
            uow: store.clone(),
            queries: store.clone(),
            postbox: store.clone(),
            store,
        })
    }

    /// The tenant with that id or name; the only one, if nothing is said.
    pub(crate) fn tenant(&self, called: Option<&str>) -> Result<TenantId, Failure> {
        if let Some(called) = called {
            return match self.queries.tenant_called(called)? {
                Some(tenant) => Ok(tenant.id),
                None => Err(Failure::Refused(format!(
                    "there is no tenant `{called}`; {}",
                    listing(&self.queries.tenants(PageRequest::first(LISTED))?)
                ))),
            };
        }
        let page = self.queries.tenants(PageRequest::first(LISTED))?;
        match page.items.as_slice() {
            [only] => Ok(only.id),
            [] => Err(Failure::Refused(
                "there is no tenant; make one with `innkeeper tenant create --name NAME`".to_owned(),
            )),
            _ => Err(Failure::Refused(format!(
                "say which tenant is meant with --tenant; {}",
                listing(&page)
            ))),
        }
    }

    /// The person with that address.
    pub(crate) fn user(&self, tenant: TenantId, email: &Email) -> Result<User, Failure> {
        let filter = UserFilter {
            only: None,
            email: Some(email.key().clone()),
            direction: Direction::Ascending,
        };
        let actor = Actor::operator(tenant);
        let found = list_users(&*self.queries, &actor, &filter, PageRequest::first(1))?;
        found
            .items
            .into_iter()
            .next()
            .ok_or_else(|| Failure::unknown("user", email.as_str()))
    }
}

/// The request of one command: the operator acts on the tenant, now.
pub(crate) fn context(tenant: TenantId) -> Result<Context, Failure> {
    let now = now();
    let mut ids = Ids::new(now, entropy::word());
    let id: Id<()> = ids.make();
    let request = RequestId::parse(&format!("cli-{id}"));
    Ok(Context {
        actor: Actor::operator(tenant),
        now,
        ids: Ids::new(now, entropy::word()),
        request: request.ok_or_else(|| Failure::Refused("the request has no id".to_owned()))?,
    })
}

/// The time.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// Fresh bits for a secret.
pub(crate) fn bits() -> SecretBits {
    OsEntropy.secret_bits()
}

/// A tenant id that nobody has.
pub(crate) fn new_tenant() -> TenantId {
    Ids::new(now(), entropy::word()).make()
}

fn listing(page: &Page<Tenant>) -> String {
    let names: Vec<&str> = page.items.iter().map(|tenant| tenant.name.as_str()).collect();
    let total = page.total.count();
    match names.as_slice() {
        [] => "there are none".to_owned(),
        names if u64::from(LISTED) < total => {
            format!("there are {total}, the oldest: {}", names.join(", "))
        }
        names => format!("there are: {}", names.join(", ")),
    }
}
