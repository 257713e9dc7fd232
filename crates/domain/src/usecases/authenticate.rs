//! From the text of a token to the actor of a request.

use crate::{
    access::Actor,
    ports::{Queries, StoreError},
    time::Timestamp,
    tokens::{NotAuthenticated, Secret, SecretKind, Standing},
};

/// Why nobody was authenticated.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticateError {
    /// The token counts for nobody. Callers are not told why.
    #[error(transparent)]
    Refused(#[from] NotAuthenticated),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds the actor behind a token. A text that cannot be one of ours is refused without asking the store (C-67).
///
/// # Errors
///
/// [`AuthenticateError`].
pub fn authenticate(queries: &dyn Queries, token: &str, now: Timestamp) -> Result<Actor, AuthenticateError> {
    let shown = Secret::parse(token).ok().ok_or(NotAuthenticated::Unknown)?;
    Ok(standing_of(queries, &shown)?.verify(&shown, now)?)
}

/// What is stored of a shown token, for callers who remember it: one statement.
///
/// # Errors
///
/// [`AuthenticateError`] if there is no such token, or the store failed.
pub fn standing_of(queries: &dyn Queries, shown: &Secret) -> Result<Standing, AuthenticateError> {
    let (tenant, kind) = (shown.tenant(), shown.kind());
    let found = match kind {
        SecretKind::ApiKey => queries.key_facts(tenant, shown.record())?.map(Standing::Key),
        SecretKind::AccessToken => queries.token_facts(tenant, shown.record())?.map(Standing::Token),
        SecretKind::ClientSecret | SecretKind::Onboarding => None,
    };
    Ok(found.ok_or(NotAuthenticated::Unknown)?)
}
