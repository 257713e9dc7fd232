//! Adding an account, and with that: bringing a deleted one back, and mending one whose credentials died.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    access::{Denied, UserTarget, acts, admit, authorize},
    accounts::{
        Account, AccountState, Channel, ChannelFailure, ChannelFault, ChannelSlug, CredentialProblem,
        CredentialSet, Health, ImportHistory, ListingCounts, RawCredential, RemoteAccount, fit,
    },
    effects::{self, AuditAction, Effects},
    ids::{AccountId, TenantId, UserId},
    ports::{ChannelGateway, CheckError, CheckRequest, Queries, Repos, StoreError, UnitOfWork, atomically},
    sync::{self, Command, Create, IfRunning, Refresh, Threshold},
    usecases::{
        context::{Context, Scribe},
        facts,
        imports::apply,
    },
    values::Label,
};

/// The longest a channel may take to check credentials, while the caller waits.
pub const CHECK_LIMIT: Duration = Duration::from_secs(30);

/// An account to add.
#[derive(Clone, Debug)]
pub struct AddAccount {
    /// The request.
    pub context: Context,
    /// Whose account.
    pub user: UserId,
    /// The channel, as it was named.
    pub channel: String,
    /// The credentials, as they were sent.
    pub credentials: BTreeMap<String, RawCredential>,
    /// What to call it; the channel's name unless said.
    pub label: Option<Label>,
}

/// An account that is connected now.
#[derive(Clone, Debug)]
pub struct Added {
    /// The account.
    pub account: AccountId,
}

/// Why an account was not added. Nothing was stored then.
#[derive(Debug, thiserror::Error)]
pub enum AddAccountError {
    /// The actor may not, or cannot see the user.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such channel.
    #[error("unknown channel")]
    UnknownChannel,
    /// The credentials cannot be right, whatever the channel would say.
    #[error("{} credential(s) of `{channel}` are wrong", .problems.len())]
    Credentials {
        /// The channel.
        channel: ChannelSlug,
        /// What is wrong.
        problems: Vec<CredentialProblem>,
    },
    /// No account of the channel can be added here, or not with such credentials.
    #[error("`{0}` cannot be connected here")]
    Unsupported(ChannelSlug),
    /// The same account of the channel is connected already, and works.
    #[error("this account of `{channel}` is connected already")]
    AlreadyConnected {
        /// The channel.
        channel: ChannelSlug,
        /// The account.
        account: AccountId,
    },
    /// The channel refused or failed.
    #[error("`{channel}`: {failure}")]
    Channel {
        /// The channel.
        channel: ChannelSlug,
        /// How.
        failure: ChannelFailure,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds an account: checks its credentials against the channel, with no transaction open, and only then stores it and
/// queues the import of everything.
///
/// A deleted account comes back with what it held. One whose credentials died gets the new ones, and a refresh.
///
/// # Errors
///
/// [`AddAccountError`].
pub fn add_account(
    queries: &dyn Queries,
    gateway: &dyn ChannelGateway,
    uow: &dyn UnitOfWork,
    command: &AddAccount,
) -> Result<Added, AddAccountError> {
    let actor = &command.context.actor;
    admit::<acts::WriteAccounts>(actor)?;
    let exists = queries.user(actor.tenant(), command.user)?.is_some();
    authorize::<acts::WriteAccounts>(
        actor,
        &UserTarget {
            user: command.user,
            exists,
        },
    )?;
    let request = CheckChannel {
        tenant: actor.tenant(),
        channel: &command.channel,
        credentials: &command.credentials,
    };
    let CheckedChannel { channel, remote } = check_channel(gateway, &request)?;
    let label = match &command.label {
        Some(label) => label.clone(),
        None => Label::parse(&channel.label).map_err(|error| StoreError::failed(error.to_string()))?,
    };
    let found = Found {
        channel: channel.slug,
        label,
        remote,
    };
    connect(uow, command, &found)
}

/// What the check found.
struct Found {
    channel: ChannelSlug,
    label: Label,
    remote: RemoteAccount,
}

/// Credentials to check, without adding anything.
#[derive(Clone, Copy, Debug)]
pub struct CheckChannel<'a> {
    /// For whom.
    pub tenant: TenantId,
    /// The channel, as it was named.
    pub channel: &'a str,
    /// The credentials, as they were sent.
    pub credentials: &'a BTreeMap<String, RawCredential>,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct CheckedChannel {
    /// The channel.
    pub channel: Channel,
    /// Its account.
    pub remote: RemoteAccount,
}

/// Checks credentials against their channel. Nothing is stored.
///
/// # Errors
///
/// [`AddAccountError`], but never one about who may, or about accounts that are there.
pub fn check_channel(
    gateway: &dyn ChannelGateway,
    check: &CheckChannel<'_>,
) -> Result<CheckedChannel, AddAccountError> {
    let channel = gateway
        .channel(check.channel)
        .ok_or(AddAccountError::UnknownChannel)?;
    let slug = channel.slug.clone();
    if !channel.is_available() {
        return Err(AddAccountError::Unsupported(slug));
    }
    let wrong = |problems| AddAccountError::Credentials {
        channel: slug.clone(),
        problems,
    };
    let credentials = fit(&channel, check.credentials).map_err(wrong)?;
    let is_chosen = |set: &&CredentialSet| set.name == credentials.set;
    if !channel
        .credential_sets
        .iter()
        .find(is_chosen)
        .is_some_and(|set| set.available)
    {
        return Err(AddAccountError::Unsupported(slug));
    }
    let request = CheckRequest {
        tenant: check.tenant,
        channel: slug.clone(),
        credentials,
        limit: CHECK_LIMIT,
    };
    let remote = gateway.check(&request).map_err(|error| match error {
        CheckError::Wrong(problems) => wrong(problems),
        CheckError::Failed(failure) => AddAccountError::Channel {
            channel: slug.clone(),
            failure,
        },
    })?;
    let remote = remote.storable().ok_or_else(|| AddAccountError::Channel {
        channel: slug.clone(),
        failure: ChannelFault::BadResponse.into(),
    })?;
    Ok(CheckedChannel { channel, remote })
}

fn connect(uow: &dyn UnitOfWork, command: &AddAccount, found: &Found) -> Result<Added, AddAccountError> {
    let Context { actor, .. } = &command.context;
    let tenant = actor.tenant();
    atomically(uow, "accounts.add", |repos| {
        // Whoever deletes the user waits for this, or has done it.
        let exists = repos.users().by_id_for_share(tenant, command.user)?.is_some();
        let target = UserTarget {
            user: command.user,
            exists,
        };
        authorize::<acts::WriteAccounts>(actor, &target)?;
        let known =
            repos
                .accounts()
                .by_identity(tenant, command.user, &found.channel, &found.remote.channel_id)?;
        let mut scribe = command.context.scribe();
        let (account, action) = match known {
            None => (
                add(repos, command, found, &mut scribe)?,
                AuditAction::AccountAdded,
            ),
            Some(known) => {
                // The order of locks: slot, then account.
                let slot = repos.slots().lock(tenant, known.id)?;
                let known = repos.accounts().lock(tenant, known.id)?.ok_or(StoreError::Busy)?;
                match known.state {
                    AccountState::Deleted { .. } => {
                        let account = revive(repos, command, found, known, &mut scribe)?;
                        (account, AuditAction::AccountRevived)
                    }
                    AccountState::Active if known.health.state.is_valid() => {
                        return Err(AddAccountError::AlreadyConnected {
                            channel: known.channel,
                            account: known.id,
                        });
                    }
                    AccountState::Active => {
                        let slot = slot.ok_or(StoreError::Busy)?;
                        let account = repair(repos, command, found, known, &slot, &mut scribe)?;
                        (account, AuditAction::AccountRepaired)
                    }
                }
            }
        };
        let record = scribe.record(action, account.id).about_user(command.user);
        let effects = Effects::one(record.after(facts::of_account(&account)));
        Ok(effects::record(repos, effects, Added { account: account.id })?)
    })
}

fn add(
    repos: &mut dyn Repos,
    command: &AddAccount,
    found: &Found,
    scribe: &mut Scribe<'_>,
) -> Result<Account, StoreError> {
    let Context { actor, now, .. } = &command.context;
    let account = Account {
        tenant: actor.tenant(),
        id: scribe.id(),
        user: command.user,
        channel: found.channel.clone(),
        channel_id: found.remote.channel_id.clone(),
        channel_display_id: found.remote.display_id.clone(),
        label: found.label.clone(),
        email: found.remote.email.clone(),
        state: AccountState::Active,
        generation: 1,
        health: Health::healthy(*now),
        listings: ListingCounts::default(),
        imports: ImportHistory::default(),
        created_at: *now,
        updated_at: *now,
    };
    repos.accounts().insert(&account)?;
    keep(repos, &account, found)?;
    begin(repos, command, &account, scribe)?;
    Ok(account)
}

fn revive(
    repos: &mut dyn Repos,
    command: &AddAccount,
    found: &Found,
    known: Account,
    scribe: &mut Scribe<'_>,
) -> Result<Account, StoreError> {
    let account = Account {
        state: AccountState::Active,
        generation: known.generation.saturating_add(1),
        ..with_what_was_found(known, command, found)
    };
    repos.accounts().update(&account)?;
    keep(repos, &account, found)?;
    begin(repos, command, &account, scribe)?;
    Ok(account)
}

/// A refresh behind whatever runs: what the dead credentials kept from being read is read with the new ones.
fn repair(
    repos: &mut dyn Repos,
    command: &AddAccount,
    found: &Found,
    known: Account,
    slot: &sync::Slot,
    scribe: &mut Scribe<'_>,
) -> Result<Account, AddAccountError> {
    let Context { actor, now, .. } = &command.context;
    let account = with_what_was_found(known, command, found);
    repos.accounts().update(&account)?;
    keep(repos, &account, found)?;
    let wish = Refresh {
        run: scribe.id(),
        threshold: Threshold::NONE,
        if_running: IfRunning::Queue,
        not_before: None,
    };
    let step = sync::decide(Some(slot), &Command::Refresh(wish), *now)
        .map_err(|refusal| StoreError::failed(refusal.to_string()))?;
    apply::store(repos, slot, &step, Some(actor.subject()), *now)?;
    Ok(account)
}

fn with_what_was_found(known: Account, command: &AddAccount, found: &Found) -> Account {
    let now = command.context.now;
    Account {
        label: command.label.as_ref().unwrap_or(&known.label).clone(),
        channel_display_id: found.remote.display_id.clone(),
        email: found.remote.email.clone(),
        health: Health::healthy(now),
        updated_at: now,
        ..known
    }
}

fn keep(repos: &mut dyn Repos, account: &Account, found: &Found) -> Result<(), StoreError> {
    let RemoteAccount {
        credentials, token, ..
    } = &found.remote;
    repos.accounts().keep_credentials(
        account.tenant,
        account.id,
        account.generation,
        credentials,
        *token,
    )
}

fn begin(
    repos: &mut dyn Repos,
    command: &AddAccount,
    account: &Account,
    scribe: &mut Scribe<'_>,
) -> Result<(), StoreError> {
    let Context { actor, now, .. } = &command.context;
    let create = Create {
        tenant: account.tenant,
        account: account.id,
        generation: account.generation,
        run: scribe.id(),
    };
    let step = sync::decide(None, &Command::Create(create), *now)
        .map_err(|refusal| StoreError::failed(refusal.to_string()))?;
    apply::begin(repos, &step, &account.channel, actor.subject(), *now)
}
