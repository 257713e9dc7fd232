//! Transactions, as use cases see them.

use super::{
    AccessTokenRepo, AccountRepo, ApiKeyRepo, ApplicationRepo, AuditLog, CredentialRepo, ImportRepo,
    LinkRequestRepo, OnboardingTokenRepo, Outbox, PasswordRepo, PropertyRepo, PropertyUserRepo, RunRepo,
    SlotRepo, StoreError, TenantRepo, UserRepo,
};
use crate::effects::Done;

/// The repositories of one transaction. Calls see each other's writes.
pub trait Repos {
    /// Tenants.
    fn tenants(&mut self) -> &mut dyn TenantRepo;
    /// Applications.
    fn applications(&mut self) -> &mut dyn ApplicationRepo;
    /// People.
    fn users(&mut self) -> &mut dyn UserRepo;
    /// Logins.
    fn credentials(&mut self) -> &mut dyn CredentialRepo;
    /// Properties.
    fn properties(&mut self) -> &mut dyn PropertyRepo;
    /// Associations of properties and users.
    fn property_users(&mut self) -> &mut dyn PropertyUserRepo;
    /// API keys.
    fn api_keys(&mut self) -> &mut dyn ApiKeyRepo;
    /// Access tokens.
    fn access_tokens(&mut self) -> &mut dyn AccessTokenRepo;
    /// Links in mails.
    fn onboarding_tokens(&mut self) -> &mut dyn OnboardingTokenRepo;
    /// Links that were asked for.
    fn link_requests(&mut self) -> &mut dyn LinkRequestRepo;
    /// Passwords.
    fn passwords(&mut self) -> &mut dyn PasswordRepo;
    /// Outgoing messages.
    fn outbox(&mut self) -> &mut dyn Outbox;
    /// Channel connections.
    fn accounts(&mut self) -> &mut dyn AccountRepo;
    /// What schedules their imports.
    fn slots(&mut self) -> &mut dyn SlotRepo;
    /// Their imports.
    fn runs(&mut self) -> &mut dyn RunRepo;
    /// What these bring.
    fn imports(&mut self) -> &mut dyn ImportRepo;
    /// The record of who did what.
    fn audit(&mut self) -> &mut dyn AuditLog;
}

/// What a body wants to become of its writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Commit them.
    Keep,
    /// Roll them back.
    Discard,
}

/// Runs bodies of work, each in one transaction. Use [`atomically`], which keeps the types.
///
/// An adapter MUST keep these rules:
///
/// 1. **All or nothing.** On `Keep` everything is committed before `run` returns `Ok`; otherwise nothing is.
/// 2. **Poison.** After the first failed repository call every later call fails too, and the work is rolled back
///    *even if the body says `Keep`*: a swallowed error must not be committed.
/// 3. **Retry.** Only the runner repeats a body: after a passing conflict (busy, deadlock, serialisation failure)
///    a bounded number of times, and once after a violated unique key, so that the second run reads the winner's
///    row and the rule gives the proper refusal. What shares a commit with others is run again alone if that fails.
/// 4. **An uncertain commit is not success.** If the connection breaks during commit, answer
///    [`StoreError::Unavailable`] and do not repeat.
/// 5. **A panic in the body** rolls back and leaves the store usable.
///
/// A body MUST be repeatable: it touches nothing but `repos`, builds its results afresh, sends nothing, waits for
/// nothing, and never nests another run.
pub trait UnitOfWork: Send + Sync {
    /// Runs `body` in one transaction named `name` in logs and metrics.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the work was not committed though the body wanted it, or could not be run at all.
    fn run(
        &self,
        name: &'static str,
        body: &mut dyn FnMut(&mut dyn Repos) -> Verdict,
    ) -> Result<(), StoreError>;
}

/// The typed front door to [`UnitOfWork::run`]: `Ok` is kept, `Err` is rolled back.
///
/// # Errors
///
/// What the body refused with, or the store's error as `E`. A broken store is never reported as a refusal.
pub fn atomically<T, E: From<StoreError>>(
    uow: &dyn UnitOfWork,
    name: &'static str,
    mut body: impl FnMut(&mut dyn Repos) -> Result<Done<T>, E>,
) -> Result<T, E> {
    let mut answer = None;
    uow.run(name, &mut |repos| {
        let result = body(repos);
        let verdict = if result.is_ok() {
            Verdict::Keep
        } else {
            Verdict::Discard
        };
        answer = Some(result);
        verdict
    })?;
    match answer {
        Some(result) => result.map(Done::into_value),
        None => Err(StoreError::failed(format!("the work `{name}` was never run")).into()),
    }
}
