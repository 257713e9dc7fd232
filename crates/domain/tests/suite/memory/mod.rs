//! A store in memory that keeps the promises of the ports: unique keys, all or nothing, poison after a failure, one
//! repetition after a conflict. It also counts and names the calls, and fails at a chosen one.

mod accounts;
mod effects;
mod imports;
mod onboarding;
mod people;
mod property_users;
mod tenancy;
mod tokens;

use std::sync::Mutex;

use innkeeper_domain::{
    accounts::{Account, Credentials, Stream},
    effects::{AuditRecord, Message, Settlement},
    ids::{
        AccountId, ClaimId, CredentialId, MessageId, OnboardingTokenId, PropertyId, PropertyUserId, RunId,
        UserId,
    },
    imports::{Checkpoint, FailedItem, Item, Run, StoredListing, StoredReservation},
    onboarding::{LinkRequest, PasswordHash},
    people::{Credential, PropertyUser, User},
    ports::{
        AccessTokenRepo, AccountRepo, ApiKeyRepo, ApplicationRepo, AuditLog, CredentialRepo, ImportRepo,
        LinkRequestRepo, OnboardingTokenRepo, Outbox, PasswordRepo, PropertyRepo, PropertyUserRepo, Repos,
        RunRepo, SlotRepo, StoreError, TenantRepo, UnitOfWork, UserRepo, Verdict,
    },
    properties::Property,
    sync::Slot,
    tenancy::{Application, Tenant},
    time::Timestamp,
    tokens::{AccessToken, ApiKey, OnboardingToken},
};

/// Everything stored, and what happened to it in the transaction that is running.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) applications: Vec<Application>,
    pub(crate) users: Vec<User>,
    /// The ids of deleted people. Their names and addresses are nowhere any more.
    pub(crate) erased: Vec<UserId>,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) properties: Vec<Property>,
    pub(crate) property_users: Vec<PropertyUser>,
    /// Withdrawn property users.
    pub(crate) history: Vec<(PropertyUser, Timestamp)>,
    pub(crate) keys: Vec<ApiKey>,
    pub(crate) tokens: Vec<AccessToken>,
    /// Links in mails, with when they were settled.
    pub(crate) links: Vec<(OnboardingToken, Option<Timestamp>)>,
    /// Those of them that were used.
    pub(crate) used_links: Vec<OnboardingTokenId>,
    pub(crate) link_requests: Vec<LinkRequest>,
    pub(crate) passwords: Vec<(CredentialId, PasswordHash)>,
    /// Messages, with whether they were cancelled.
    pub(crate) messages: Vec<(Message, bool)>,
    /// What became of attempts to send some of them.
    pub(crate) posted: Vec<Posted>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) account_credentials: Vec<(AccountId, Credentials)>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) runs: Vec<Run>,
    pub(crate) checkpoints: Vec<Checkpoint>,
    pub(crate) items: Vec<(RunId, Item)>,
    /// What runs could not import and have no item for.
    pub(crate) noted: Vec<(RunId, FailedItem)>,
    /// Listings, with how often they were missing.
    pub(crate) listings: Vec<(StoredListing, u32)>,
    pub(crate) reservations: Vec<StoredReservation>,
    pub(crate) cursors: Vec<(AccountId, Stream, Timestamp)>,
    pub(crate) audit: Vec<AuditRecord>,
    /// How many calls changed something, apart from the record.
    pub(crate) writes: u64,
    calls: Vec<&'static str>,
    fails_at: Option<usize>,
    failure: Option<Failure>,
}

/// A message that was tried at least once.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) message: MessageId,
    pub(crate) attempts: u32,
    pub(crate) claim: Option<ClaimId>,
    /// When it is due again.
    pub(crate) due_at: Timestamp,
    pub(crate) settlement: Option<Settlement>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Conflict,
    Injected,
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Conflict => Self::Conflict,
            Failure::Injected => Self::failed("injected"),
        }
    }
}

impl State {
    /// Begins a call: names it, and fails if a call has failed before or this one is to fail.
    fn call(&mut self, name: &'static str) -> Result<(), StoreError> {
        if let Some(earlier) = self.failure {
            return Err(earlier.into());
        }
        self.calls.push(name);
        if self.fails_at == Some(self.calls.len() - 1) {
            return self.fail(Failure::Injected);
        }
        Ok(())
    }

    /// Begins a call that changes something.
    fn write(&mut self, name: &'static str) -> Result<(), StoreError> {
        self.call(name)?;
        self.writes += 1;
        Ok(())
    }

    fn fail(&mut self, failure: Failure) -> Result<(), StoreError> {
        self.failure = Some(failure);
        Err(failure.into())
    }

    /// Answers `Conflict` if something unique is taken.
    fn unless_taken(&mut self, taken: bool) -> Result<(), StoreError> {
        if taken {
            self.fail(Failure::Conflict)
        } else {
            Ok(())
        }
    }

    /// All that is stored, as text: equal texts are equal states.
    pub(crate) fn fingerprint(&self) -> String {
        let settled = Self {
            calls: Vec::new(),
            fails_at: None,
            failure: None,
            ..self.clone()
        };
        format!("{settled:?}")
    }

    /// Whether all that is stored is the same: the quick form of comparing fingerprints.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        let secret_rows = |state: &Self| {
            format!(
                "{:?} {:?} {:?} {:?} {:?}",
                state.applications, state.keys, state.tokens, state.links, state.messages
            ) + &format!("{:?} {:?}", state.used_links, state.link_requests)
        };
        (&self.tenants, &self.users, &self.erased, &self.credentials)
            == (&other.tenants, &other.users, &other.erased, &other.credentials)
            && (&self.properties, &self.property_users, &self.history)
                == (&other.properties, &other.property_users, &other.history)
            && (&self.passwords, &self.audit, self.writes) == (&other.passwords, &other.audit, other.writes)
            && secret_rows(self) == secret_rows(other)
    }

    /// The live place of a person on a property.
    pub(crate) fn place(&self, property: PropertyId, user: UserId) -> Option<&PropertyUser> {
        self.property_users
            .iter()
            .find(|place| place.property == property && place.user == user)
    }

    /// The live property user with this id.
    pub(crate) fn property_user(&self, id: PropertyUserId) -> Option<&PropertyUser> {
        self.property_users.iter().find(|place| place.id == id)
    }

    /// The person, unless they were deleted.
    pub(crate) fn user(&self, id: UserId) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }
}

/// The store.
#[derive(Debug, Default)]
pub(crate) struct MemoryStore {
    state: Mutex<State>,
    calls: Mutex<Vec<&'static str>>,
    fails_at: Mutex<Option<usize>>,
}

impl MemoryStore {
    /// What is stored.
    pub(crate) fn state(&self) -> State {
        self.state.lock().unwrap().clone()
    }

    /// Looks at what is stored.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&State) -> T) -> T {
        at(&self.state.lock().unwrap())
    }

    /// Changes what is stored, beside any rule.
    pub(crate) fn set<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap())
    }

    /// The names of the calls of the last attempt, in order.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.calls.lock().unwrap().clone()
    }

    /// From now on, the call with this number in a transaction fails.
    pub(crate) fn fail_at(&self, call: Option<usize>) {
        *self.fails_at.lock().unwrap() = call;
    }
}

impl UnitOfWork for MemoryStore {
    fn run(
        &self,
        _name: &'static str,
        body: &mut dyn FnMut(&mut dyn Repos) -> Verdict,
    ) -> Result<(), StoreError> {
        let mut kept = self.state.lock().unwrap();
        let mut may_repeat = true;
        loop {
            let mut draft = kept.clone();
            draft.fails_at = *self.fails_at.lock().unwrap();
            let verdict = body(&mut draft);
            *self.calls.lock().unwrap() = std::mem::take(&mut draft.calls);
            match (draft.failure, verdict) {
                (Some(Failure::Conflict), _) if may_repeat => may_repeat = false,
                (Some(failure), _) => return Err(failure.into()),
                (None, Verdict::Discard) => return Ok(()),
                (None, Verdict::Keep) => {
                    draft.fails_at = None;
                    *kept = draft;
                    return Ok(());
                }
            }
        }
    }
}

macro_rules! hand_out {
    ($($name:ident: $repo:ident),* $(,)?) => {
        impl Repos for State {
            $(fn $name(&mut self) -> &mut dyn $repo {
                self
            })*
        }
    };
}

hand_out! {
    tenants: TenantRepo,
    applications: ApplicationRepo,
    users: UserRepo,
    credentials: CredentialRepo,
    properties: PropertyRepo,
    property_users: PropertyUserRepo,
    api_keys: ApiKeyRepo,
    access_tokens: AccessTokenRepo,
    onboarding_tokens: OnboardingTokenRepo,
    link_requests: LinkRequestRepo,
    passwords: PasswordRepo,
    outbox: Outbox,
    accounts: AccountRepo,
    slots: SlotRepo,
    runs: RunRepo,
    imports: ImportRepo,
    audit: AuditLog,
}

/// Replaces the row that `same` finds, or fails as a database would that updates nothing.
fn replace<T: Clone>(rows: &mut [T], new: &T, same: impl Fn(&T) -> bool) -> Result<(), StoreError> {
    let row = rows.iter_mut().find(|row| same(row));
    *row.ok_or_else(|| StoreError::failed("there is no such row"))? = new.clone();
    Ok(())
}
