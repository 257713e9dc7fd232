//! Links in mails.

use std::time::Duration;

use crate::{
    ids::OnboardingTokenId,
    people::User,
    ports::{Repos, StoreError},
    time::Timestamp,
    tokens::{LinkPurpose, OnboardingToken, Secret, SecretBits, SecretKind},
};

/// A link to issue.
pub(super) struct NewLink<'a> {
    /// A fresh id.
    pub(super) id: OnboardingTokenId,
    /// Who may use it.
    pub(super) user: &'a User,
    /// What for.
    pub(super) purpose: LinkPurpose,
    /// 128 fresh random bits.
    pub(super) bits: &'a SecretBits,
    /// How long it counts (C-37).
    pub(super) lifetime: Duration,
    /// Now. The mail that carries it is of the same instant, which tells whose link it is.
    pub(super) now: Timestamp,
}

/// Stores the hash of a new link, and returns the secret that goes into the mail. Earlier links stay as they are.
pub(super) fn issue_link(repos: &mut dyn Repos, new: &NewLink<'_>) -> Result<Secret, StoreError> {
    let secret = Secret::issue(SecretKind::Onboarding, new.user.tenant, new.id, new.bits);
    repos.onboarding_tokens().insert(&OnboardingToken {
        tenant: new.user.tenant,
        id: new.id,
        purpose: new.purpose,
        user: new.user.id,
        email: new.user.email.key().clone(),
        secret: secret.hash(),
        created_at: new.now,
        expires_at: new.now + new.lifetime,
    })?;
    Ok(secret)
}
