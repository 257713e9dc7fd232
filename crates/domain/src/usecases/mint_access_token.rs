//! Minting an access token for an application (RFC 6749, section 4.4).

use crate::{
    effects::{self, Effects},
    ids::{ApplicationId, CredentialId, Ids, UserId},
    ports::{Queries, StoreError, UnitOfWork, atomically},
    time::Timestamp,
    tokens::{
        AccessToken, MintRefusal, MintRequest, Secret, SecretBits, SecretKind, decide_mint, grantable_scopes,
    },
};

/// A token to mint.
#[derive(Clone, Debug)]
pub struct MintAccessToken {
    /// The `client_id`.
    pub client: ApplicationId,
    /// The `client_secret` shown.
    pub secret: Secret,
    /// The `scope`, as sent.
    pub scope: Option<String>,
    /// The user to speak for. `Some(None)` is an id that makes no sense, answered like an unknown one.
    pub user: Option<Option<UserId>>,
    /// The credential to bind to, likewise.
    pub credential: Option<Option<CredentialId>>,
    /// Now.
    pub now: Timestamp,
    /// The supply of ids.
    pub ids: Ids,
    /// 128 fresh random bits.
    pub secret_bits: SecretBits,
}

/// Why no token was minted.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    /// The client is unknown or its secret is wrong.
    #[error("the client is unknown or its secret is wrong")]
    InvalidClient,
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] MintRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Mints a token. The secret is shown this once.
///
/// # Errors
///
/// [`MintError`].
pub fn mint_access_token(
    uow: &dyn UnitOfWork,
    queries: &dyn Queries,
    command: &MintAccessToken,
) -> Result<(AccessToken, Secret), MintError> {
    let shown = &command.secret;
    if shown.kind() != SecretKind::ClientSecret || shown.record() != command.client {
        return Err(MintError::InvalidClient);
    }
    let application = queries
        .application(shown.tenant(), command.client)?
        .ok_or(MintError::InvalidClient)?;
    if !application.secret.matches(shown) {
        return Err(MintError::InvalidClient);
    }
    let scopes = grantable_scopes(&application, command.scope.as_deref())?;
    let user = command
        .user
        .map(|user| user.ok_or(MintRefusal::Subject))
        .transpose()?;
    let credential = command
        .credential
        .map(|id| id.ok_or(MintRefusal::Subject))
        .transpose()?;
    let request = MintRequest {
        scopes,
        user,
        credential,
    };
    atomically(uow, "access_tokens.mint", |repos| {
        let tenant = application.tenant;
        let user = match request.user {
            Some(id) => repos.users().by_id_for_share(tenant, id)?,
            None => None,
        };
        let credentials = match &user {
            Some(user) => repos.credentials().of_user(tenant, user.id)?,
            None => Vec::new(),
        };
        let mut ids = command.ids;
        let id = ids.make();
        let secret = Secret::issue(SecretKind::AccessToken, tenant, id, &command.secret_bits);
        let subject = user.as_ref().map(|user| (user, credentials.as_slice()));
        let token = decide_mint(&application, &request, subject, (id, &secret), command.now)?;
        repos.access_tokens().insert(&token)?;
        let effects = Effects::none("a token reaches no further than its application and user already do");
        Ok(effects::record(repos, effects, (token, secret))?)
    })
}
