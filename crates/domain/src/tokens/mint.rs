//! The rule of minting an access token (RFC 6749, section 4.4).

use std::time::Duration;

use crate::{
    access::ScopeSet,
    ids::{AccessTokenId, CredentialId, UserId},
    people::{Credential, User, UserState, primary},
    tenancy::Application,
    time::Timestamp,
    tokens::{ACCESS_TOKEN_SECONDS, AccessToken, Secret},
};

/// What an application asks for, after its secret was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintRequest {
    /// The scopes it gets, from [`grantable_scopes`].
    pub scopes: ScopeSet,
    /// The user to speak for.
    pub user: Option<UserId>,
    /// The credential of that user; the default is the primary one.
    pub credential: Option<CredentialId>,
}

/// Why no token is minted. Each is `invalid_scope` on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MintRefusal {
    /// An unknown scope, one the application may not ask for, or none at all.
    #[error("the requested scope is unknown, empty or not allowed to this application")]
    Scope,
    /// The user is unknown or not active, or the credential is not theirs: one answer for all (C-63).
    #[error("the user or credential is not available to this application")]
    Subject,
    /// The application must name a user.
    #[error("this application must name a user_id")]
    UserRequired,
}

/// The scopes that an application gets for what it asked: all of its own if it asked for none in particular.
///
/// # Errors
///
/// [`MintRefusal::Scope`]; an empty text is no scope, not all of them (C-64).
pub fn grantable_scopes(application: &Application, asked: Option<&str>) -> Result<ScopeSet, MintRefusal> {
    let Some(text) = asked else {
        return Ok(application.scopes);
    };
    let scopes: ScopeSet = text.parse().ok().ok_or(MintRefusal::Scope)?;
    if scopes.is_empty() || !scopes.is_subset_of(application.scopes) {
        Err(MintRefusal::Scope)
    } else {
        Ok(scopes)
    }
}

/// Decides a new token. `subject` is the user named, if the tenant has them, with all their credentials.
///
/// # Errors
///
/// [`MintRefusal`].
pub fn decide_mint(
    application: &Application,
    request: &MintRequest,
    subject: Option<(&User, &[Credential])>,
    fresh: (AccessTokenId, &Secret),
    now: Timestamp,
) -> Result<AccessToken, MintRefusal> {
    let subject = match request.user {
        Some(_) => Some(bound_to(subject, request.credential)?),
        None if application.user_scoped_only => return Err(MintRefusal::UserRequired),
        None if request.credential.is_some() => return Err(MintRefusal::Subject),
        None => None,
    };
    Ok(AccessToken {
        tenant: application.tenant,
        id: fresh.0,
        application: Some(application.id),
        subject,
        secret: fresh.1.hash(),
        scopes: request.scopes,
        created_at: now,
        expires_at: now + Duration::from_secs(ACCESS_TOKEN_SECONDS),
    })
}

fn bound_to(
    subject: Option<(&User, &[Credential])>,
    wanted: Option<CredentialId>,
) -> Result<(UserId, CredentialId), MintRefusal> {
    let (user, credentials) = subject.ok_or(MintRefusal::Subject)?;
    if user.state != UserState::Active {
        return Err(MintRefusal::Subject);
    }
    let credential = match wanted {
        Some(id) => credentials
            .iter()
            .find(|credential| credential.id == id && credential.removed_at.is_none()),
        None => primary(credentials),
    };
    credential
        .map(|credential| (user.id, credential.id))
        .ok_or(MintRefusal::Subject)
}
