//! What the engine of channels keeps for all processes together: tokens, sealed, and the calls that were counted.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    accounts::Urgency,
    ids::{Id, TenantId},
    ports::{
        BudgetScope, BudgetWindow, ChannelBudgets, ChannelToken, ChannelTokens, Grant, StoreError, TokenKey,
    },
    time::Timestamp,
};
use zeroize::Zeroizing;

use crate::{
    budgets::{Counters, Windows},
    columns::{At, Key},
    connection::Link,
    error::Failure,
    locking::ForUpdate,
    rows::Cells,
    schema::{channel_budgets, channel_tokens},
    seal::Place,
    store::SqlStore,
};

/// A token's key as an id of a row.
#[derive(Debug)]
pub(crate) enum Token {}

pub(crate) fn row_id(key: TokenKey) -> Id<Token> {
    Id::from_uuid(uuid::Uuid::from_bytes(key.0))
}

/// A new version opens under its own number only, so that nobody can put an earlier one in its place.
fn place(tenant: TenantId, key: TokenKey, version: u64) -> Place {
    Place {
        table: "channel_tokens",
        tenant,
        row: row_id(key).uuid(),
        version: Some(version),
    }
}

type TokenRow = (i64, Option<Vec<u8>>, At, Option<At>);

fn token_row(
    link: &mut Link,
    tenant: TenantId,
    key: TokenKey,
    lock: bool,
) -> Result<Option<TokenRow>, Failure> {
    let one = channel_tokens::table
        .find((Key(tenant), Key(row_id(key))))
        .select((
            channel_tokens::version,
            channel_tokens::sealed,
            channel_tokens::expires_at,
            channel_tokens::renewing_until,
        ));
    let found: Vec<TokenRow> = if lock {
        link.rows(ForUpdate(one))?
    } else {
        link.rows(one)?
    };
    Ok(found.into_iter().next())
}

impl ChannelTokens for SqlStore {
    fn load(&self, tenant: TenantId, key: TokenKey) -> Result<Option<ChannelToken>, StoreError> {
        let found = self.read(|link| token_row(link, tenant, key, false))?;
        let Some((version, Some(sealed), expires_at, _)) = found else {
            return Ok(None);
        };
        let cells = Cells::of("channel_tokens", row_id(key));
        let version = cells.made("version", u64::try_from(version))?;
        let opened = self.master_key().open(place(tenant, key, version), &sealed);
        let content = cells.made("sealed", opened)?;
        let content = cells.made("sealed", std::str::from_utf8(&content))?;
        Ok(Some(ChannelToken {
            content: Zeroizing::new(content.to_owned()),
            expires_at: expires_at.0,
            version,
        }))
    }

    fn begin_renewal(
        &self,
        tenant: TenantId,
        key: TokenKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write("tokens.begin_renewal", |link| {
            let renewing = channel_tokens::renewing_until.eq(Some(At(until)));
            match token_row(link, tenant, key, true)? {
                Some((_, _, _, Some(other))) if other.0 > now => Ok(false),
                Some(_) => {
                    let one = channel_tokens::table.find((Key(tenant), Key(row_id(key))));
                    link.execute(diesel::update(one).set(renewing))?;
                    Ok(true)
                }
                // Should another be first, this is tried again, and finds its row.
                None => {
                    link.execute(diesel::insert_into(channel_tokens::table).values((
                        channel_tokens::tenant_id.eq(Key(tenant)),
                        channel_tokens::id.eq(Key(row_id(key))),
                        channel_tokens::version.eq(0),
                        channel_tokens::expires_at.eq(At(until)),
                        renewing,
                    )))?;
                    Ok(true)
                }
            }
        })
    }

    fn save(&self, tenant: TenantId, key: TokenKey, token: &ChannelToken) -> Result<(), StoreError> {
        let version = i64::try_from(token.version).map_err(StoreError::failed)?;
        let place = place(tenant, key, token.version);
        let sealed = self.master_key().seal(place, token.content.as_bytes());
        let sealed = sealed.map_err(StoreError::failed)?;
        self.write("tokens.save", |link| {
            let content = (
                channel_tokens::version.eq(version),
                channel_tokens::sealed.eq(Some(sealed.as_slice())),
                channel_tokens::expires_at.eq(At(token.expires_at)),
                channel_tokens::renewing_until.eq(None::<At>),
            );
            match token_row(link, tenant, key, true)? {
                Some((stored, ..)) if stored >= version => {}
                Some(_) => {
                    let one = channel_tokens::table.find((Key(tenant), Key(row_id(key))));
                    link.execute(diesel::update(one).set(content))?;
                }
                None => {
                    link.execute(diesel::insert_into(channel_tokens::table).values((
                        channel_tokens::tenant_id.eq(Key(tenant)),
                        channel_tokens::id.eq(Key(row_id(key))),
                        content,
                    )))?;
                }
            }
            Ok(())
        })
    }
}

fn counters(link: &mut Link, scope: &BudgetScope) -> Result<Option<Counters>, Failure> {
    let one = channel_budgets::table
        .find((scope.channel.as_str(), scope.key.as_str()))
        .select((channel_budgets::windows, channel_budgets::blocked_until));
    let found: Vec<(String, Option<At>)> = link.rows(ForUpdate(one))?;
    let Some((windows, blocked_until)) = found.into_iter().next() else {
        return Ok(None);
    };
    let windows = Windows::read(&windows).ok_or_else(|| StoreError::Corrupt {
        table: "channel_budgets",
        id: format!("{} {}", scope.channel, scope.key),
        what: "`windows` holds nothing that belongs there".to_owned(),
    })?;
    Ok(Some(Counters {
        windows,
        blocked_until: blocked_until.map(|at| at.0),
    }))
}

fn keep_counters(
    link: &mut Link,
    scope: &BudgetScope,
    is_new: bool,
    counters: &Counters,
) -> Result<(), Failure> {
    let content = (
        channel_budgets::windows.eq(counters.windows.text()),
        channel_budgets::blocked_until.eq(counters.blocked_until.map(At)),
        channel_budgets::expires_at.eq(At(counters.expires_at())),
    );
    if is_new {
        link.execute(diesel::insert_into(channel_budgets::table).values((
            channel_budgets::channel.eq(scope.channel.as_str()),
            channel_budgets::scope.eq(scope.key.as_str()),
            content,
        )))?;
    } else {
        let one = channel_budgets::table.find((scope.channel.as_str(), scope.key.as_str()));
        link.execute(diesel::update(one).set(content))?;
    }
    Ok(())
}

impl ChannelBudgets for SqlStore {
    fn take(
        &self,
        scope: &BudgetScope,
        windows: &[BudgetWindow],
        wanted: u32,
        urgency: Urgency,
        now: Timestamp,
    ) -> Result<Grant, StoreError> {
        self.write("budgets.take", |link| {
            let stored = counters(link, scope)?;
            let is_new = stored.is_none();
            let mut counters = stored.unwrap_or_default();
            let grant = counters.take(windows, wanted, urgency, now);
            if matches!(grant, Grant::Calls { .. }) && !windows.is_empty() {
                keep_counters(link, scope, is_new, &counters)?;
            }
            Ok(grant)
        })
    }

    fn block(&self, scope: &BudgetScope, until: Timestamp) -> Result<(), StoreError> {
        self.write("budgets.block", |link| {
            let stored = counters(link, scope)?;
            let is_new = stored.is_none();
            let mut counters = stored.unwrap_or_default();
            counters.blocked_until = counters.blocked_until.max(Some(until));
            keep_counters(link, scope, is_new, &counters)
        })
    }
}
