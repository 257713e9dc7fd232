//! When keys and credentials were last used, and the end of what is over.

use std::collections::BTreeMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{ApiKeyId, CredentialId, TenantId, kinds},
    ports::{StoreError, Upkeep, Used, Verdict},
    time::Timestamp,
};

use crate::{
    channel_state::Token,
    columns::{At, Key},
    connection::Link,
    error::Failure,
    schema::{
        access_tokens, api_keys, channel_budgets, channel_tokens, credentials, outgoing_messages, sync_runs,
        tenants,
    },
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
        self.purge_by_tenant(
            "upkeep.purge_access_tokens",
            limit,
            &Purge {
                look: &|link, tenant, limit| {
                    let over = access_tokens::table
                        .filter(access_tokens::tenant_id.eq(Key(tenant)))
                        .filter(access_tokens::expires_at.lt(At(before)))
                        .order((access_tokens::expires_at, access_tokens::id))
                        .limit(limit)
                        .select(access_tokens::id);
                    Ok(link.rows(over)?)
                },
                delete: &|link, tenant, ids: &[Key<kinds::AccessToken>]| {
                    let these = access_tokens::table
                        .filter(access_tokens::tenant_id.eq(Key(tenant)))
                        .filter(access_tokens::id.eq_any(ids));
                    Ok(link.execute(diesel::delete(these))?)
                },
            },
        )
    }

    fn purge_channel_tokens(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        let is_free = || {
            channel_tokens::renewing_until
                .is_null()
                .or(channel_tokens::renewing_until.lt(At(before)))
        };
        self.purge_by_tenant(
            "upkeep.purge_channel_tokens",
            limit,
            &Purge {
                look: &|link, tenant, limit| {
                    let over = channel_tokens::table
                        .filter(channel_tokens::tenant_id.eq(Key(tenant)))
                        .filter(channel_tokens::expires_at.lt(At(before)))
                        .filter(is_free())
                        .order((channel_tokens::expires_at, channel_tokens::id))
                        .limit(limit)
                        .select(channel_tokens::id);
                    Ok(link.rows(over)?)
                },
                // Somebody may have renewed it meanwhile.
                delete: &|link, tenant, ids: &[Key<Token>]| {
                    let these = channel_tokens::table
                        .filter(channel_tokens::tenant_id.eq(Key(tenant)))
                        .filter(channel_tokens::id.eq_any(ids))
                        .filter(channel_tokens::expires_at.lt(At(before)))
                        .filter(is_free());
                    Ok(link.execute(diesel::delete(these))?)
                },
            },
        )
    }

    fn purge_runs(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        self.purge_by_tenant(
            "upkeep.purge_runs",
            limit,
            &Purge {
                look: &|link, tenant, limit| {
                    let over = sync_runs::table
                        .filter(sync_runs::tenant_id.eq(Key(tenant)))
                        .filter(sync_runs::ended_at.lt(Some(At(before))))
                        .order((sync_runs::ended_at, sync_runs::id))
                        .limit(limit)
                        .select(sync_runs::id);
                    Ok(link.rows(over)?)
                },
                delete: &|link, tenant, ids: &[Key<kinds::Run>]| {
                    let these = sync_runs::table
                        .filter(sync_runs::tenant_id.eq(Key(tenant)))
                        .filter(sync_runs::id.eq_any(ids));
                    Ok(link.execute(diesel::delete(these))?)
                },
            },
        )
    }

    fn purge_messages(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        self.purge_by_tenant(
            "upkeep.purge_messages",
            limit,
            &Purge {
                look: &|link, tenant, limit| {
                    let over = outgoing_messages::table
                        .filter(outgoing_messages::tenant_id.eq(Key(tenant)))
                        .filter(outgoing_messages::settled_at.lt(Some(At(before))))
                        .order((outgoing_messages::settled_at, outgoing_messages::id))
                        .limit(limit)
                        .select(outgoing_messages::id);
                    Ok(link.rows(over)?)
                },
                // What is settled stays so.
                delete: &|link, tenant, ids: &[Key<kinds::Message>]| {
                    let these = outgoing_messages::table
                        .filter(outgoing_messages::tenant_id.eq(Key(tenant)))
                        .filter(outgoing_messages::id.eq_any(ids));
                    Ok(link.execute(diesel::delete(these))?)
                },
            },
        )
    }

    fn purge_budgets(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        let over: Vec<(String, String)> = self.read(|link| {
            let over = channel_budgets::table
                .filter(channel_budgets::expires_at.lt(At(before)))
                .order(channel_budgets::expires_at)
                .limit(i64::from(limit.min(MOST_PER_DELETE)))
                .select((channel_budgets::channel, channel_budgets::scope));
            Ok(link.rows(over)?)
        })?;
        let mut purged = 0;
        for (channel, scope) in over {
            // Calls may have been counted meanwhile.
            let one = channel_budgets::table
                .find((channel, scope))
                .filter(channel_budgets::expires_at.lt(At(before)));
            purged += self.write("upkeep.purge_budgets", |link| {
                Ok(link.execute(diesel::delete(one.clone()))?)
            })?;
        }
        Ok(u32::try_from(purged).unwrap_or(u32::MAX))
    }

    fn purge_deleted_accounts(&self, before: Timestamp, limit: u32) -> Result<u32, StoreError> {
        self.purge_imported(before, limit)
    }
}

type Look<'p, K> = dyn Fn(&mut Link, TenantId, i64) -> Result<Vec<Key<K>>, Failure> + 'p;
type Delete<'p, K> = dyn Fn(&mut Link, TenantId, &[Key<K>]) -> Result<usize, Failure> + 'p;

/// Finds rows of a tenant that are over, at most so many, and deletes them by their ids.
struct Purge<'p, K: 'static> {
    look: &'p Look<'p, K>,
    delete: &'p Delete<'p, K>,
}

impl SqlStore {
    /// Tenant by tenant, each in a transaction of its own: that is all that a store spread by tenant can do.
    fn purge_by_tenant<K>(
        &self,
        name: &'static str,
        limit: u32,
        purge: &Purge<'_, K>,
    ) -> Result<u32, StoreError> {
        let tenants: Vec<Key<kinds::Tenant>> =
            self.read(|link| Ok(link.rows(tenants::table.order(tenants::id).select(tenants::id))?))?;
        let mut purged = 0;
        for Key(tenant) in tenants {
            // Looked for without a lock.
            let most = i64::from((limit - purged).min(MOST_PER_DELETE));
            let over = self.read(|link| (purge.look)(link, tenant, most))?;
            if over.is_empty() {
                continue;
            }
            let deleted = self.write(name, |link| (purge.delete)(link, tenant, &over))?;
            purged += u32::try_from(deleted).unwrap_or(u32::MAX).min(limit - purged);
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

/// SQLite binds at most 32,766 values.
const MOST_PER_DELETE: u32 = 10_000;
