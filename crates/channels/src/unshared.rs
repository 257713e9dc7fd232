//! Tokens and budgets in memory, for a check from the command line, where nothing is to be stored.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use innkeeper_domain::{
    accounts::Urgency,
    ids::TenantId,
    ports::{
        BudgetScope, BudgetWindow, ChannelBudgets, ChannelToken, ChannelTokens, Grant, StoreError, TokenKey,
    },
    time::Timestamp,
};

/// How long a grant lasts.
const GRANT: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Token {
    token: Option<ChannelToken>,
    renewed_until: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Counter {
    blocked_until: Option<Timestamp>,
    /// For each window, when it began and how many units went.
    windows: HashMap<Duration, (Timestamp, u32)>,
}

/// Tokens and budgets of one process, forgotten with it.
#[derive(Debug, Default)]
pub struct Unshared {
    tokens: Mutex<HashMap<(TenantId, TokenKey), Token>>,
    counters: Mutex<HashMap<BudgetScope, Counter>>,
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ChannelTokens for Unshared {
    fn load(&self, tenant: TenantId, key: TokenKey) -> Result<Option<ChannelToken>, StoreError> {
        Ok(open(&self.tokens)
            .get(&(tenant, key))
            .and_then(|known| known.token.clone()))
    }

    fn begin_renewal(
        &self,
        tenant: TenantId,
        key: TokenKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut tokens = open(&self.tokens);
        let known = tokens.entry((tenant, key)).or_default();
        if known.renewed_until.is_some_and(|end| end > now) {
            return Ok(false);
        }
        known.renewed_until = Some(until);
        Ok(true)
    }

    fn save(&self, tenant: TenantId, key: TokenKey, token: &ChannelToken) -> Result<(), StoreError> {
        let mut tokens = open(&self.tokens);
        let known = tokens.entry((tenant, key)).or_default();
        if known.token.as_ref().is_none_or(|old| old.version < token.version) {
            known.token = Some(token.clone());
            known.renewed_until = None;
        }
        Ok(())
    }
}

impl ChannelBudgets for Unshared {
    fn take(
        &self,
        scope: &BudgetScope,
        windows: &[BudgetWindow],
        wanted: u32,
        urgency: Urgency,
        now: Timestamp,
    ) -> Result<Grant, StoreError> {
        let mut counters = open(&self.counters);
        let counter = counters.entry(scope.clone()).or_default();
        if let Some(until) = counter.blocked_until.filter(|until| *until > now) {
            return Ok(Grant::NotBefore(until));
        }
        let (mut granted, mut until) = (wanted.max(1), now + GRANT);
        for window in windows {
            let (began, used) = counter.windows.entry(window.span).or_insert((now, 0));
            if now.since(*began) >= window.span {
                (*began, *used) = (now, 0);
            }
            let kept = if urgency == Urgency::Person {
                0
            } else {
                window.units / 5
            };
            let left = window.units.saturating_sub(kept).saturating_sub(*used);
            if left == 0 {
                return Ok(Grant::NotBefore(*began + window.span));
            }
            granted = granted.min(left);
            until = until.min(*began + window.span);
        }
        for window in windows {
            if let Some((_, used)) = counter.windows.get_mut(&window.span) {
                *used += granted;
            }
        }
        Ok(Grant::Calls {
            units: granted,
            until,
        })
    }

    fn block(&self, scope: &BudgetScope, until: Timestamp) -> Result<(), StoreError> {
        let mut counters = open(&self.counters);
        let counter = counters.entry(scope.clone()).or_default();
        counter.blocked_until = counter.blocked_until.max(Some(until));
        Ok(())
    }
}
