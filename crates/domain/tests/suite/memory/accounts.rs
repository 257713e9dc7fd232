//! Accounts, their slots and their runs.

use innkeeper_domain::{
    access::Subject,
    accounts::{Account, AccountState, ChannelSlug, Credentials, TokenKey},
    ids::{AccountId, ClaimId, RunId, TenantId, UserId},
    imports::{Counts, FailedItem, Run},
    ports::{AccountRepo, RunRepo, SlotRepo, StoreError},
    sync::{RunChange, Slot},
    time::Timestamp,
};

use super::State;

impl State {
    /// The account with this id, deleted or not.
    pub(crate) fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The slot of an account.
    pub(crate) fn slot(&self, account: AccountId) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.account == account)
    }

    /// The run with this id.
    pub(crate) fn run(&self, id: RunId) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }
}

impl AccountRepo for State {
    fn by_identity(
        &mut self,
        tenant: TenantId,
        user: UserId,
        channel: &ChannelSlug,
        channel_id: &str,
    ) -> Result<Option<Account>, StoreError> {
        self.call("accounts.by_identity")?;
        let is_it = |account: &&Account| {
            (account.tenant, account.user) == (tenant, user)
                && (&account.channel, account.channel_id.as_str()) == (channel, channel_id)
        };
        Ok(self.accounts.iter().find(is_it).cloned())
    }

    fn find(&mut self, tenant: TenantId, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.call("accounts.find")?;
        Ok(self
            .account(id)
            .filter(|account| account.tenant == tenant)
            .cloned())
    }

    fn lock(&mut self, tenant: TenantId, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.call("accounts.lock")?;
        Ok(self
            .account(id)
            .filter(|account| account.tenant == tenant)
            .cloned())
    }

    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<Account>, StoreError> {
        self.call("accounts.of_user")?;
        let is_theirs = |account: &&Account| {
            (account.tenant, account.user) == (tenant, user) && account.state == AccountState::Active
        };
        Ok(self.accounts.iter().filter(is_theirs).cloned().collect())
    }

    fn insert(&mut self, account: &Account) -> Result<(), StoreError> {
        self.write("accounts.insert")?;
        let taken = self.accounts.iter().any(|other| {
            (other.tenant, other.user) == (account.tenant, account.user)
                && (&other.channel, &other.channel_id) == (&account.channel, &account.channel_id)
        });
        self.unless_taken(taken)?;
        self.accounts.push(account.clone());
        Ok(())
    }

    fn update(&mut self, account: &Account) -> Result<(), StoreError> {
        self.write("accounts.update")?;
        if let Some(stored) = self.accounts.iter_mut().find(|stored| stored.id == account.id) {
            let listings = stored.listings;
            *stored = Account {
                listings,
                ..account.clone()
            };
        }
        Ok(())
    }

    fn count_listings(
        &mut self,
        _tenant: TenantId,
        account: AccountId,
        new: u32,
        enabled_change: i64,
    ) -> Result<(), StoreError> {
        self.write("accounts.count_listings")?;
        if let Some(stored) = self.accounts.iter_mut().find(|stored| stored.id == account) {
            let enabled = i64::from(stored.listings.enabled) + enabled_change;
            stored.listings.all += new;
            stored.listings.enabled = u32::try_from(enabled).expect("no fewer than none");
            stored.listings.ever_enabled |= enabled > 0;
        }
        Ok(())
    }

    fn keep_credentials(
        &mut self,
        _tenant: TenantId,
        account: AccountId,
        _generation: u32,
        credentials: &Credentials,
        _token: TokenKey,
    ) -> Result<(), StoreError> {
        self.write("accounts.keep_credentials")?;
        self.account_credentials.retain(|(id, _)| *id != account);
        self.account_credentials.push((account, credentials.clone()));
        Ok(())
    }

    fn credentials(
        &mut self,
        _tenant: TenantId,
        account: AccountId,
    ) -> Result<Option<Credentials>, StoreError> {
        self.call("accounts.credentials")?;
        let found = self.account_credentials.iter().find(|(id, _)| *id == account);
        Ok(found.map(|(_, credentials)| credentials.clone()))
    }

    fn destroy_credentials(&mut self, _tenant: TenantId, account: AccountId) -> Result<(), StoreError> {
        self.write("accounts.destroy_credentials")?;
        self.account_credentials.retain(|(id, _)| *id != account);
        Ok(())
    }
}

impl SlotRepo for State {
    fn lock(&mut self, tenant: TenantId, account: AccountId) -> Result<Option<Slot>, StoreError> {
        self.call("slots.lock")?;
        Ok(self.slot(account).filter(|slot| slot.tenant == tenant).copied())
    }

    fn lock_if_free(&mut self, tenant: TenantId, account: AccountId) -> Result<Option<Slot>, StoreError> {
        self.call("slots.lock_if_free")?;
        Ok(self.slot(account).filter(|slot| slot.tenant == tenant).copied())
    }

    fn insert(&mut self, slot: &Slot, _channel: &ChannelSlug, _now: Timestamp) -> Result<(), StoreError> {
        self.write("slots.insert")?;
        let taken = self.slot(slot.account).is_some();
        self.unless_taken(taken)?;
        self.slots.push(*slot);
        Ok(())
    }

    fn update(&mut self, slot: &Slot, _now: Timestamp) -> Result<(), StoreError> {
        self.write("slots.update")?;
        if let Some(stored) = self
            .slots
            .iter_mut()
            .find(|stored| stored.account == slot.account)
        {
            *stored = *slot;
        }
        Ok(())
    }

    fn remove(&mut self, _tenant: TenantId, account: AccountId) -> Result<(), StoreError> {
        self.write("slots.remove")?;
        self.slots.retain(|slot| slot.account != account);
        Ok(())
    }

    fn fence(
        &mut self,
        _tenant: TenantId,
        account: AccountId,
        run: RunId,
        claim: ClaimId,
        _now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.call("slots.fence")?;
        let started = self
            .slots
            .iter_mut()
            .find(|slot| slot.account == account)
            .and_then(|slot| slot.started.as_mut());
        let Some(started) = started.filter(|started| started.run == run) else {
            return Ok(false);
        };
        let innkeeper_domain::sync::Place::Running(held) = &mut started.place else {
            return Ok(false);
        };
        if held.id != claim {
            return Ok(false);
        }
        held.lease_until = held.lease_until.max(lease_until);
        started.progress += 1;
        (started.failures, started.misreads, started.rate_limited_since) = (0, 0, None);
        self.writes += 1;
        Ok(true)
    }
}

impl RunRepo for State {
    fn apply(
        &mut self,
        tenant: TenantId,
        account: AccountId,
        changes: &[RunChange],
        requested_by: Option<Subject>,
    ) -> Result<(), StoreError> {
        self.write("runs.apply")?;
        for change in changes {
            if let RunChange::Queued {
                run,
                kind,
                threshold,
                requested_at,
            } = *change
            {
                self.runs.push(Run {
                    tenant,
                    id: run,
                    account,
                    kind,
                    state: change.state(),
                    waiting: None,
                    threshold,
                    requested_by,
                    requested_at,
                    started_at: None,
                    ended_at: None,
                    superseded_by: None,
                    attempts: 0,
                    rescues: 0,
                    fault: None,
                    counts: Counts::default(),
                });
                continue;
            }
            let stored = self.runs.iter_mut().find(|stored| stored.id == change.run());
            let stored = stored.expect("a run is queued before anything happens to it");
            assert!(!stored.state.is_terminal(), "a run that has ended changes again");
            stored.state = change.state();
            match *change {
                RunChange::Superseded { by, at, .. } => {
                    (stored.superseded_by, stored.ended_at) = (Some(by), Some(at));
                }
                RunChange::Running {
                    started_at, attempt, ..
                } => (stored.started_at, stored.attempts) = (Some(started_at), attempt),
                RunChange::Cancelled { at, .. } => stored.ended_at = Some(at),
                RunChange::Ended { outcome, at, .. } => {
                    (stored.fault, stored.ended_at) = (outcome.fault(), Some(at));
                }
                RunChange::Waiting { reason, rescues, .. } => {
                    (stored.waiting, stored.rescues) = (Some(reason), rescues);
                }
                RunChange::Queued { .. } => {}
            }
        }
        Ok(())
    }

    fn keep_counts(&mut self, _tenant: TenantId, run: RunId, counts: &Counts) -> Result<(), StoreError> {
        self.write("runs.keep_counts")?;
        if let Some(stored) = self.runs.iter_mut().find(|stored| stored.id == run) {
            stored.counts = *counts;
        }
        Ok(())
    }

    fn note_failed(
        &mut self,
        _tenant: TenantId,
        run: RunId,
        failed: &[FailedItem],
    ) -> Result<u32, StoreError> {
        self.write("runs.note_failed")?;
        let mut new = 0;
        for item in failed {
            let is_known = item.channel_listing_id.is_some() && self.noted.contains(&(run, item.clone()));
            if !is_known {
                self.noted.push((run, item.clone()));
                new += 1;
            }
        }
        Ok(new)
    }

    fn noted(&mut self, _tenant: TenantId, run: RunId) -> Result<Vec<FailedItem>, StoreError> {
        self.call("runs.noted")?;
        let of_run = self.noted.iter().filter(|(of, _)| *of == run);
        Ok(of_run.map(|(_, item)| item.clone()).take(100).collect())
    }
}
