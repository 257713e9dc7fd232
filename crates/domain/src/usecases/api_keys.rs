//! Making and revoking API keys.

use super::{context::Context, facts};
use crate::{
    access::{Actor, Denied, Permit, PropertyLimit, UserTarget, acts, admit, authorize},
    effects::{self, AuditAction, Effects},
    ids::{ApiKeyId, PropertyId, TenantId, UserId},
    ports::{Repos, StoreError, UnitOfWork, atomically},
    tokens::{ApiKey, KeyContext, KeyRefusal, KeyRequest, Secret, SecretBits, SecretKind, decide_key},
    values::{Invalid, Problem},
};

/// A key to make.
#[derive(Clone, Debug)]
pub struct CreateApiKey {
    /// The request.
    pub context: Context,
    /// Whose key; users make their own unless they say so too.
    pub user: Option<UserId>,
    /// What is asked for.
    pub request: KeyRequest,
    /// 128 fresh random bits.
    pub secret_bits: SecretBits,
}

/// A key with its secret, which is shown this once.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// The key.
    pub key: ApiKey,
    /// Its secret.
    pub secret: Secret,
}

/// Why a key was not made or revoked.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] KeyRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Denied> for ApiKeyError {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.into())
    }
}

impl From<Invalid> for ApiKeyError {
    fn from(invalid: Invalid) -> Self {
        Self::Refused(invalid.into())
    }
}

/// Makes a key that reaches no further than the actor does (C-64).
///
/// # Errors
///
/// [`ApiKeyError`]; a user who is not there, or not the actor, is a wrong `user_id`.
pub fn create_api_key(uow: &dyn UnitOfWork, command: &CreateApiKey) -> Result<NewApiKey, ApiKeyError> {
    let Context { actor, now, .. } = &command.context;
    admit::<acts::CreateApiKey>(actor)?;
    let wanted = command
        .user
        .or(actor.user())
        .ok_or_else(|| Invalid::field("user_id", Problem::Blank))?;
    // Judged as if the user were there before anything of theirs is locked: a wait would tell what is there.
    permit_for(actor, wanted, true)?;
    atomically(uow, "api_keys.create", |repos| {
        let tenant = actor.tenant();
        lock_limit(repos, tenant, wanted, &command.request.limit)?;
        let found = repos.users().by_id_for_share(tenant, wanted)?;
        let permit = permit_for(actor, wanted, found.is_some())?;
        let user = found.ok_or(Denied::NotVisible)?;
        let credentials = repos.credentials().of_user(tenant, user.id)?;
        let visible = visible_within(repos, tenant, user.id, &command.request.limit)?;
        let mut scribe = command.context.scribe();
        let id = scribe.id();
        let secret = Secret::issue(SecretKind::ApiKey, tenant, id, &command.secret_bits);
        let context = KeyContext {
            actor,
            user: &user,
            credentials: &credentials,
            visible: &visible,
            fresh: (id, &secret),
            now: *now,
        };
        let key = decide_key(&permit, command.request.clone(), &context)?;
        repos.api_keys().insert(&key)?;
        let record = scribe
            .record(AuditAction::ApiKeyCreated, key.id)
            .about_user(key.user);
        let effects = Effects::one(record.after(facts::of_api_key(&key)));
        Ok(effects::record(repos, effects, NewApiKey { key, secret })?)
    })
}

/// Whether the actor may make a key for the user. One whom they cannot see is a wrong `user_id`.
fn permit_for(actor: &Actor, user: UserId, exists: bool) -> Result<Permit<acts::CreateApiKey>, ApiKeyError> {
    match authorize::<acts::CreateApiKey>(actor, &UserTarget { user, exists }) {
        Err(Denied::NotVisible) => Err(Invalid::field("user_id", Problem::Invalid).into()),
        verdict => Ok(verdict?),
    }
}

/// Locks the properties of a limit that the user is on: a withdrawal that runs at the same time either is seen here,
/// or sees the key (C-55).
fn lock_limit(
    repos: &mut dyn Repos,
    tenant: TenantId,
    user: UserId,
    limit: &PropertyLimit,
) -> Result<(), StoreError> {
    let within = visible_within(repos, tenant, user, limit)?;
    if !within.is_empty() {
        repos.properties().lock_all(tenant, &within)?;
    }
    Ok(())
}

/// The properties of a limit that the user sees. Without a limit nothing has to be known.
fn visible_within(
    repos: &mut dyn Repos,
    tenant: TenantId,
    user: UserId,
    limit: &PropertyLimit,
) -> Result<Vec<PropertyId>, StoreError> {
    let PropertyLimit::Only(wanted) = limit else {
        return Ok(Vec::new());
    };
    let places = repos.property_users().of_user(tenant, user)?;
    let seen = places
        .iter()
        .filter(|place| place.sight().property)
        .map(|place| place.property);
    Ok(seen.filter(|property| wanted.contains(property)).collect())
}

/// A key to revoke.
#[derive(Clone, Debug)]
pub struct RevokeApiKey {
    /// The request.
    pub context: Context,
    /// Which key.
    pub id: ApiKeyId,
}

/// Revokes a key from the next request on; it stays listed (C-66). Revoking it again changes nothing.
///
/// # Errors
///
/// [`ApiKeyError`].
pub fn revoke_api_key(uow: &dyn UnitOfWork, command: &RevokeApiKey) -> Result<(), ApiKeyError> {
    let Context { actor, now, .. } = &command.context;
    admit::<acts::RevokeApiKey>(actor)?;
    atomically(uow, "api_keys.revoke", |repos| {
        let key = repos
            .api_keys()
            .lock(actor.tenant(), command.id)?
            .ok_or(Denied::NotVisible)?;
        authorize::<acts::RevokeApiKey>(
            actor,
            &UserTarget {
                user: key.user,
                exists: true,
            },
        )?;
        if key.revoked_at.is_some() {
            return Ok(effects::record(
                repos,
                Effects::none("it is revoked already"),
                (),
            )?);
        }
        let revoked = ApiKey {
            revoked_at: Some(*now),
            ..key.clone()
        };
        repos.api_keys().update(&revoked)?;
        let record = command
            .context
            .scribe()
            .record(AuditAction::ApiKeyRevoked, key.id)
            .about_user(key.user);
        let record = record
            .before(facts::of_api_key(&key))
            .after(facts::of_api_key(&revoked));
        Ok(effects::record(repos, Effects::one(record), ())?)
    })
}
