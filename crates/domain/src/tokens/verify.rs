//! From a shown secret and what is stored, to the actor of a request.

use super::{AccessToken, AccessVersion, ApiKey, KeyState, Secret};
use crate::{
    access::{Actor, Bearer, Permission, PropertyLimit, ScopeSet, Subject},
    people::UserState,
    time::Timestamp,
};

/// How long an access token lives, in seconds.
pub const ACCESS_TOKEN_SECONDS: u64 = 3_600;

/// Why a token does not authenticate anyone. Callers are told none of it: every case is answered alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAuthenticated {
    /// There is no such token.
    #[error("the token is unknown")]
    Unknown,
    /// The secret is not the one issued.
    #[error("the secret does not match")]
    WrongSecret,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// It was revoked.
    #[error("the token was revoked")]
    Revoked,
    /// Its user is invited, disabled or deleted (C-39).
    #[error("the user is not active")]
    UserNotActive,
    /// Its credential was removed (C-61).
    #[error("the credential was removed")]
    CredentialRemoved,
    /// Its application now demands user-scoped tokens.
    #[error("the application demands user-scoped tokens")]
    UserRequired,
}

/// The state of the credential that a token is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialFacts {
    /// Its permission now.
    pub permission: Permission,
    /// Whether it was removed.
    pub removed: bool,
}

/// An API key and what decides whether it still counts.
#[derive(Clone, Debug)]
pub struct KeyFacts {
    /// The key.
    pub key: ApiKey,
    /// The state of its user.
    pub user: UserState,
    /// Its credential.
    pub credential: CredentialFacts,
    /// The tenant's access version that all this is of.
    pub version: AccessVersion,
}

/// An access token and what decides whether it still counts.
#[derive(Clone, Debug)]
pub struct TokenFacts {
    /// The token.
    pub token: AccessToken,
    /// The scopes that its application may ask for now; all of them for a session, which has none.
    pub application_scopes: ScopeSet,
    /// Whether its application demands user-scoped tokens now.
    pub user_scoped_only: bool,
    /// The states of its user and credential, if it has them.
    pub subject: Option<(UserState, CredentialFacts)>,
    /// The tenant's access version that all this is of.
    pub version: AccessVersion,
}

fn require_live(user: UserState, credential: CredentialFacts) -> Result<(), NotAuthenticated> {
    if user != UserState::Active {
        return Err(NotAuthenticated::UserNotActive);
    }
    if credential.removed {
        Err(NotAuthenticated::CredentialRemoved)
    } else {
        Ok(())
    }
}

impl KeyFacts {
    /// The actor who shows this key (C-60, C-61, C-67).
    ///
    /// # Errors
    ///
    /// [`NotAuthenticated`]; the secret is compared first, so that nothing else can be learned without it.
    pub fn verify(&self, shown: &Secret, now: Timestamp) -> Result<Actor, NotAuthenticated> {
        if !self.key.secret.matches(shown) {
            return Err(NotAuthenticated::WrongSecret);
        }
        match self.key.state(now) {
            KeyState::Active => {}
            KeyState::Expired => return Err(NotAuthenticated::Expired),
            KeyState::Revoked => return Err(NotAuthenticated::Revoked),
        }
        require_live(self.user, self.credential)?;
        let ApiKey {
            tenant,
            id,
            user,
            credential,
            scopes,
            ref limit,
            expires_at,
            ..
        } = self.key;
        let subject = Subject::User {
            user,
            credential,
            permission: self.credential.permission,
        };
        Ok(Actor::bearer(
            tenant,
            subject,
            scopes,
            limit.clone(),
            Bearer::ApiKey(id),
            expires_at,
        ))
    }
}

impl TokenFacts {
    /// The actor who shows this token (C-60 to C-62, C-67).
    ///
    /// # Errors
    ///
    /// As [`KeyFacts::verify`].
    pub fn verify(&self, shown: &Secret, now: Timestamp) -> Result<Actor, NotAuthenticated> {
        let token = &self.token;
        if !token.secret.matches(shown) {
            return Err(NotAuthenticated::WrongSecret);
        }
        if now >= token.expires_at {
            return Err(NotAuthenticated::Expired);
        }
        let subject = match (token.subject, self.subject) {
            (Some((user, credential)), Some((state, facts))) => {
                require_live(state, facts)?;
                Subject::User {
                    user,
                    credential,
                    permission: facts.permission,
                }
            }
            (Some(_), None) => return Err(NotAuthenticated::UserNotActive),
            (None, _) if self.user_scoped_only => return Err(NotAuthenticated::UserRequired),
            (None, _) => Subject::Application(token.application.ok_or(NotAuthenticated::Unknown)?),
        };
        // The scopes were fixed at mint; taking one from the application takes it from its tokens too.
        let scopes = token.scopes.intersection(self.application_scopes);
        let (bearer, ends_at) = (Bearer::AccessToken(token.id), Some(token.expires_at));
        Ok(Actor::bearer(
            token.tenant,
            subject,
            scopes,
            PropertyLimit::Unlimited,
            bearer,
            ends_at,
        ))
    }
}
