//! Mocked repositories for tests of embedding services, behind the feature `mocks`.
//!
//! Mocks prove what happens at the edges of a use case: that a refusal writes nothing, that a failure is passed on.
//! They are no evidence that any SQL works. A mock without an expectation fails when it is called.

use std::sync::{Mutex, PoisonError};

use crate::ports::{
    AccessTokenRepo, AccountRepo, ApiKeyRepo, ApplicationRepo, AuditLog, CredentialRepo, ImportRepo,
    LinkRequestRepo, MockAccessTokenRepo, MockAccountRepo, MockApiKeyRepo, MockApplicationRepo, MockAuditLog,
    MockCredentialRepo, MockImportRepo, MockLinkRequestRepo, MockOnboardingTokenRepo, MockOutbox,
    MockPasswordRepo, MockPropertyRepo, MockPropertyUserRepo, MockRunRepo, MockSlotRepo, MockTenantRepo,
    MockUserRepo, OnboardingTokenRepo, Outbox, PasswordRepo, PropertyRepo, PropertyUserRepo, Repos, RunRepo,
    SlotRepo, StoreError, TenantRepo, UnitOfWork, UserRepo, Verdict,
};

/// One mock of each repository.
#[derive(Debug, Default)]
pub struct MockRepos {
    /// Tenants.
    pub tenants: MockTenantRepo,
    /// Applications.
    pub applications: MockApplicationRepo,
    /// People.
    pub users: MockUserRepo,
    /// Logins.
    pub credentials: MockCredentialRepo,
    /// Properties.
    pub properties: MockPropertyRepo,
    /// Associations of properties and users.
    pub property_users: MockPropertyUserRepo,
    /// API keys.
    pub api_keys: MockApiKeyRepo,
    /// Access tokens.
    pub access_tokens: MockAccessTokenRepo,
    /// On-boarding links.
    pub onboarding_tokens: MockOnboardingTokenRepo,
    /// Links that were asked for.
    pub link_requests: MockLinkRequestRepo,
    /// Passwords.
    pub passwords: MockPasswordRepo,
    /// Outgoing messages.
    pub outbox: MockOutbox,
    /// Channel connections.
    pub accounts: MockAccountRepo,
    /// What schedules their imports.
    pub slots: MockSlotRepo,
    /// Their imports.
    pub runs: MockRunRepo,
    /// What these bring.
    pub imports: MockImportRepo,
    /// The record.
    pub audit: MockAuditLog,
}

macro_rules! hand_out {
    ($($name:ident: $repo:ident),* $(,)?) => {
        impl Repos for MockRepos {
            $(fn $name(&mut self) -> &mut dyn $repo {
                &mut self.$name
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

/// A unit of work that runs a body over mocks, as often as told, and remembers the verdicts.
#[derive(Debug)]
pub struct InlineUow {
    repos: Mutex<MockRepos>,
    verdicts: Mutex<Vec<Verdict>>,
    runs: u32,
}

impl InlineUow {
    /// Runs each body once.
    pub fn over(repos: MockRepos) -> Self {
        Self {
            repos: Mutex::new(repos),
            verdicts: Mutex::default(),
            runs: 1,
        }
    }

    /// Runs each body `runs` times, as a runner does after conflicts: it proves that the body is repeatable.
    #[must_use]
    pub fn repeating(self, runs: u32) -> Self {
        Self { runs, ..self }
    }

    /// What the bodies wanted to become of their writes, in order.
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.verdicts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl UnitOfWork for InlineUow {
    fn run(
        &self,
        _name: &'static str,
        body: &mut dyn FnMut(&mut dyn Repos) -> Verdict,
    ) -> Result<(), StoreError> {
        let mut repos = self.repos.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..self.runs {
            let verdict = body(&mut *repos);
            self.verdicts
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(verdict);
        }
        Ok(())
    }
}
