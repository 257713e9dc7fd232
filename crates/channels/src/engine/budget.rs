//! Units to call with: leased a handful at a time, so that the shared counter is not asked before every call.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, ChannelSlug, Urgency},
    ports::{BudgetScope, BudgetWindow, ChannelBudgets, Grant, StoreError},
    time::Timestamp,
};

use super::{judge, transport::Reply};
use crate::manifest::limits::{Calls, Limit, Scope};

/// The most units that are leased at once: asking is a synced write.
const MOST_LEASED: u32 = 20;
/// A wait that is not longer than this is waited on the spot.
const SHORT_WAIT: Duration = Duration::from_secs(2);
/// How long to wait when a channel says no more than that it is too much.
const PLAIN_WAIT: Duration = Duration::from_mins(1);

/// Limits that count against the same scope.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    scope: Scope,
    on: Calls,
    windows: Vec<BudgetWindow>,
    cost_header: Option<String>,
}

impl Group {
    /// The limits of a manifest by scope, the narrowest first. There is always one for all calls by key, so that a
    /// channel's "too much" is remembered even where no limit is known.
    pub(crate) fn all(limits: &[Limit]) -> Vec<Self> {
        let mut groups = Vec::<Self>::new();
        let all_calls = Self {
            scope: Scope::Key,
            on: Calls::Any,
            windows: Vec::new(),
            cost_header: None,
        };
        groups.push(all_calls);
        for limit in limits {
            let window = BudgetWindow {
                units: limit.units,
                span: limit.span(),
            };
            let same = groups
                .iter_mut()
                .find(|group| (group.scope, group.on) == (limit.scope, limit.on));
            match same {
                Some(group) => {
                    group.windows.push(window);
                    group.cost_header = group.cost_header.take().or_else(|| limit.cost_header.clone());
                }
                None => groups.push(Self {
                    scope: limit.scope,
                    on: limit.on,
                    windows: vec![window],
                    cost_header: limit.cost_header.clone(),
                }),
            }
        }
        groups.sort_by_key(|group| group.scope);
        groups
    }

    /// How many units to lease at once: not so many that those of one process starve the others.
    fn handful(&self) -> u32 {
        let fewest = self.windows.iter().map(|window| window.units).min();
        fewest.map_or(MOST_LEASED, |units| (units / 10).clamp(1, MOST_LEASED))
    }
}

/// Who calls.
pub(crate) struct Caller<'a> {
    pub(crate) channel: &'a ChannelSlug,
    pub(crate) groups: &'a [Group],
    /// A keyed hash of the credentials.
    pub(crate) key: &'a str,
    pub(crate) listing: Option<&'a str>,
    pub(crate) urgency: Urgency,
    pub(crate) calls: Calls,
}

impl Caller<'_> {
    fn groups(&self) -> impl Iterator<Item = (&Group, BudgetScope)> {
        let covering = self.groups.iter().filter(|group| group.on.covers(self.calls));
        covering.map(|group| (group, self.scope(group)))
    }

    fn scope(&self, group: &Group) -> BudgetScope {
        let key = self.key;
        let counted = match group.scope {
            Scope::Key => format!("key:{key}"),
            Scope::Account => format!("account:{key}"),
            Scope::Property => format!("property:{key}:{}", self.listing.unwrap_or_default()),
            Scope::Ip => "ip".to_owned(),
            Scope::App => "app".to_owned(),
        };
        let calls = match group.on {
            Calls::Any => "",
            Calls::Api => "api:",
            Calls::Token => "token:",
        };
        BudgetScope {
            channel: self.channel.clone(),
            key: format!("{calls}{counted}"),
        }
    }
}

#[derive(Clone, Copy)]
struct Lease {
    units: u32,
    until: Timestamp,
}

/// The units of this process.
pub(crate) struct Budgets {
    port: Arc<dyn ChannelBudgets>,
    leases: Mutex<HashMap<BudgetScope, Lease>>,
}

impl Budgets {
    pub(crate) fn new(port: Arc<dyn ChannelBudgets>) -> Self {
        Self {
            port,
            leases: Mutex::default(),
        }
    }

    /// Takes one unit of each scope that a call counts against; waits if it is not for long.
    ///
    /// # Errors
    ///
    /// Rate limited, with the time to wait.
    pub(crate) async fn spend(
        &self,
        caller: &Caller<'_>,
        now: impl Fn() -> Timestamp,
    ) -> Result<(), ChannelFailure> {
        for (group, scope) in caller.groups() {
            let mut waited = Duration::ZERO;
            while let Grant::NotBefore(until) = self.take(group, &scope, caller.urgency, now()).await? {
                let wait = until.since(now()).max(Duration::from_millis(10));
                waited += wait;
                if waited > SHORT_WAIT {
                    return Err(ChannelFailure {
                        fault: ChannelFault::RateLimited,
                        retry_after: Some(wait.clamp(judge::SHORTEST_WAIT, judge::LONGEST_WAIT)),
                    });
                }
                tokio::time::sleep(wait).await;
            }
        }
        Ok(())
    }

    async fn take(
        &self,
        group: &Group,
        scope: &BudgetScope,
        urgency: Urgency,
        now: Timestamp,
    ) -> Result<Grant, ChannelFailure> {
        if let Some(until) = self.use_lease(scope, now) {
            return Ok(Grant::Calls { units: 1, until });
        }
        let (port, windows, wanted) = (Arc::clone(&self.port), group.windows.clone(), group.handful());
        let asked = scope.clone();
        let grant = off_thread(move || port.take(&asked, &windows, wanted, urgency, now)).await?;
        if let Grant::Calls { units, until } = grant {
            let left = Lease {
                units: units.saturating_sub(1),
                until,
            };
            let mut leases = self.leases();
            if leases.len() > 10_000 {
                leases.retain(|_, lease| lease.until > now);
            }
            leases.insert(scope.clone(), left);
        }
        Ok(grant)
    }

    fn leases(&self) -> std::sync::MutexGuard<'_, HashMap<BudgetScope, Lease>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn use_lease(&self, scope: &BudgetScope, now: Timestamp) -> Option<Timestamp> {
        let mut leases = self.leases();
        let lease = leases
            .get_mut(scope)
            .filter(|lease| lease.units > 0 && lease.until > now)?;
        lease.units -= 1;
        Some(lease.until)
    }

    /// Counts what a call cost beyond its one unit, as its answer says.
    pub(crate) async fn settle(
        &self,
        caller: &Caller<'_>,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<(), ChannelFailure> {
        for (group, scope) in caller.groups() {
            let Some(header) = &group.cost_header else {
                continue;
            };
            let cost = reply
                .header(header)
                .and_then(|cost| cost.split('.').next()?.trim().parse::<u32>().ok());
            let mut more = cost.unwrap_or(1).saturating_sub(1);
            while more > 0 && self.use_lease(&scope, now).is_some() {
                more -= 1;
            }
            if more > 0 {
                let (port, windows, urgency) =
                    (Arc::clone(&self.port), group.windows.clone(), caller.urgency);
                // What is not granted any more was spent all the same: the next call waits.
                off_thread(move || port.take(&scope, &windows, more, urgency, now)).await?;
            }
        }
        Ok(())
    }

    /// Remembers that the channel asks to wait; returns for how long.
    pub(crate) async fn block(
        &self,
        caller: &Caller<'_>,
        asked: Option<Duration>,
        now: Timestamp,
    ) -> Result<Duration, ChannelFailure> {
        let limited = caller.groups().find(|(group, _)| !group.windows.is_empty());
        let Some((group, scope)) = limited.or_else(|| caller.groups().next()) else {
            return Ok(asked.unwrap_or(PLAIN_WAIT));
        };
        let span = group.windows.iter().map(|window| window.span).max();
        let wait = asked
            .or(span)
            .unwrap_or(PLAIN_WAIT)
            .clamp(judge::SHORTEST_WAIT, judge::LONGEST_WAIT);
        self.leases().remove(&scope);
        let port = Arc::clone(&self.port);
        off_thread(move || port.block(&scope, now + wait)).await?;
        Ok(wait)
    }
}

/// Asks the store, which blocks, without holding up other calls. Its failure is a fault of ours.
pub(crate) async fn off_thread<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ChannelFailure> {
    let asked = tokio::task::spawn_blocking(ask).await;
    match asked {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the store failed a channel's call");
            Err(ChannelFault::Internal.into())
        }
        Err(_) => Err(ChannelFault::Internal.into()),
    }
}
