//! When keys and credentials were last used, and the end of tokens that are over.

use std::collections::BTreeMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{ApiKeyId, CredentialId, TenantId, kinds},
    ports::{StoreError, Upkeep, Used, Verdict},
    time::Timestamp,
};

use crate::{
    columns::{At, Key},
    connection::Link,
    error::Failure,
    schema::{access_tokens, api_keys, credentials, tenants},
    session::SqlSession,
    store::SqlStore,
};

impl Upkeep for SqlStore {
    fn record_uses(&self, uses: &[(Used, Timestamp)]) -> Result<(), StoreError> {
        if uses.is_empty() {
            return Ok(());
        }
        // In the order of their keys, so that two nodes that do this at once cannot block each other.
        let mut keys: BTreeMap<(TenantId, ApiKeyId), Timestamp> = BTreeMap::new();
        let mut logins: BTreeMap<(TenantId, CredentialId), Timestamp> = BTreeMap::new();
        for (used, at) in uses {
            let latest = match used {
                Used::ApiKey(tenant, id) => keys.entry((*tenant, *id)).or_insert(*at),
                Used::Credential(tenant, id) => logins.entry((*tenant, *id)).or_insert(*at),
            };
            *latest = (*latest).max(*at);
        }
        let uses = keys
            .iter()
            .map(|(id, at)| Latest::Key(*id, *at))
            .chain(logins.iter().map(|(id, at)| Latest::Login(*id, *at)));
        let uses: Vec<Latest> = uses.collect();
        // Some at a time, so that no transaction keeps others waiting for long.
        for some in uses.chunks(USES_PER_TRANSACTION) {
            self.transact("upkeep.record_uses", &mut |session| {
                if some.iter().try_for_each(|latest| latest.write(session)).is_ok() {
                    Verdict::Keep
                } else {
                    Verdict::Discard
                }
            })?;
        }
        Ok(())
    }

    fn purge_access_tokens(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        // Tenant by tenant, each in a transaction of its own: that is all that a store spread by tenant can do.
        let tenants: Vec<Key<kinds::Tenant>> =
            self.read(|link| Ok(link.rows(tenants::table.order(tenants::id).select(tenants::id))?))?;
        let mut purged = 0;
        for Key(tenant) in tenants {
            // Looked for without a lock. What is over stays over.
            let over = self.read(|link| tokens_over(link, tenant, before, limit - purged))?;
            if over.is_empty() {
                continue;
            }
            purged += u32::try_from(over.len()).unwrap_or(u32::MAX);
            self.transact("upkeep.purge_access_tokens", &mut |session| {
                let these = access_tokens::table
                    .filter(access_tokens::tenant_id.eq(Key(tenant)))
                    .filter(access_tokens::id.eq_any(&over));
                match session.execute(diesel::delete(these)) {
                    Ok(()) => Verdict::Keep,
                    Err(_) => Verdict::Discard,
                }
            })?;
        }
        Ok(purged)
    }
}

/// How many last uses one transaction writes.
const USES_PER_TRANSACTION: usize = 500;

/// The latest use of one thing.
#[derive(Clone, Copy)]
enum Latest {
    Key((TenantId, ApiKeyId), Timestamp),
    Login((TenantId, CredentialId), Timestamp),
}

impl Latest {
    fn write(self, session: &mut SqlSession<'_>) -> Result<(), StoreError> {
        match self {
            Self::Key((tenant, id), at) => {
                let at = Some(At(at));
                let earlier = api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(at));
                let key = api_keys::table.find((Key(tenant), Key(id))).filter(earlier);
                session.execute(diesel::update(key).set(api_keys::last_used_at.eq(at)))
            }
            Self::Login((tenant, id), at) => {
                let at = Some(At(at));
                let earlier = credentials::last_login_at
                    .is_null()
                    .or(credentials::last_login_at.lt(at));
                let login = credentials::table.find((Key(tenant), Key(id))).filter(earlier);
                session.execute(diesel::update(login).set(credentials::last_login_at.eq(at)))
            }
        }
    }
}

fn tokens_over(
    link: &mut Link,
    tenant: TenantId,
    before: Timestamp,
    limit: u32,
) -> Result<Vec<Key<kinds::AccessToken>>, Failure> {
    let over = access_tokens::table
        .filter(access_tokens::tenant_id.eq(Key(tenant)))
        .filter(access_tokens::expires_at.lt(At(before)))
        .order((access_tokens::expires_at, access_tokens::id))
        .limit(i64::from(limit.min(MOST_PER_DELETE)))
        .select(access_tokens::id);
    Ok(link.rows(over)?)
}

/// SQLite binds at most 32,766 values.
const MOST_PER_DELETE: u32 = 10_000;
