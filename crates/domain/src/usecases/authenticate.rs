//! From the text of a token to the actor of a request.

use crate::{
    access::Actor,
    ports::{Queries, StoreError},
    time::Timestamp,
    tokens::{NotAuthenticated, Secret, SecretKind},
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
    authenticate_secret(queries, &shown, now)
}

/// [`authenticate`] for callers who have parsed the token already, before they take a place in a queue.
///
/// # Errors
///
/// [`AuthenticateError`].
pub fn authenticate_secret(
    queries: &dyn Queries,
    shown: &Secret,
    now: Timestamp,
) -> Result<Actor, AuthenticateError> {
    match shown.kind() {
        SecretKind::ApiKey => {
            let facts = queries.key_facts(shown.tenant(), shown.record())?;
            Ok(facts.ok_or(NotAuthenticated::Unknown)?.verify(shown, now)?)
        }
        SecretKind::AccessToken => {
            let facts = queries.token_facts(shown.tenant(), shown.record())?;
            Ok(facts.ok_or(NotAuthenticated::Unknown)?.verify(shown, now)?)
        }
        SecretKind::ClientSecret | SecretKind::Onboarding => Err(NotAuthenticated::Unknown.into()),
    }
}
