//! The rule of making an API key.

use crate::{
    access::{Actor, Bearer, Denied, Permit, PropertyLimit, ScopeSet, Subject, acts},
    ids::{ApiKeyId, CredentialId, PropertyId},
    people::{Credential, User, UserState, primary},
    time::Timestamp,
    tokens::{ApiKey, Secret},
    values::{Invalid, Problem},
};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRequest {
    /// The credential to bind it to; the default is the actor's own, else the user's primary one.
    pub credential: Option<CredentialId>,
    /// What it may be used for.
    pub scopes: ScopeSet,
    /// The properties it may be used on.
    pub limit: PropertyLimit,
    /// From when on it is over; `None` is never.
    pub expires_at: Option<Timestamp>,
}

/// Why a key is refused by a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// The actor may not, or the key would reach further than the actor's token (C-64).
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A field is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

/// What the rule needs beside the permit.
#[derive(Clone, Debug)]
pub struct KeyContext<'a> {
    /// Who asks.
    pub actor: &'a Actor,
    /// Whose key it will be.
    pub user: &'a User,
    /// The user's credentials.
    pub credentials: &'a [Credential],
    /// The properties that the user sees.
    pub visible: &'a [PropertyId],
    /// The key's fresh id and secret.
    pub fresh: (ApiKeyId, &'a Secret),
    /// Now.
    pub now: Timestamp,
}

/// Decides a new key.
///
/// # Errors
///
/// [`KeyRefusal::Invalid`] for a user who is not active, a credential that is not theirs, no scope at all, a
/// property they do not see or an end in the past; [`KeyRefusal::Denied`] with [`Denied::Ceiling`] for more scope
/// than the actor has, a longer life than the actor's own key, or another credential than the actor's own (C-64).
pub fn decide_key(
    permit: &Permit<acts::CreateApiKey>,
    request: KeyRequest,
    context: &KeyContext<'_>,
) -> Result<ApiKey, KeyRefusal> {
    let KeyContext { actor, user, now, .. } = context;
    if user.state != UserState::Active {
        return Err(Invalid::field("user_id", Problem::Invalid).into());
    }
    if request.scopes.is_empty() {
        return Err(Invalid::field("scopes", Problem::Blank).into());
    }
    if request.expires_at.is_some_and(|end| end <= *now) {
        return Err(Invalid::field("expires_at", Problem::Invalid).into());
    }
    let credential = credential_for(&request, context)?;
    if !request.scopes.is_subset_of(actor.scopes()) || outlives(request.expires_at, actor) {
        return Err(Denied::Ceiling.into());
    }
    let (id, secret) = context.fresh;
    Ok(ApiKey {
        tenant: permit.tenant(),
        id,
        user: user.id,
        credential,
        secret: secret.hash(),
        last_four: secret.last_four().to_owned(),
        scopes: request.scopes,
        limit: checked_limit(request.limit, context.visible)?,
        created_at: *now,
        last_used_at: None,
        expires_at: request.expires_at,
        revoked_at: None,
    })
}

fn credential_for(request: &KeyRequest, context: &KeyContext<'_>) -> Result<CredentialId, KeyRefusal> {
    let own = match context.actor.subject() {
        Subject::User { credential, .. } => Some(credential),
        Subject::Operator | Subject::Application(_) => None,
    };
    let unknown = || Invalid::field("credential_id", Problem::Invalid);
    let wanted = request.credential.or(own);
    let live = |id| {
        context
            .credentials
            .iter()
            .find(|credential| credential.id == id && credential.removed_at.is_none())
    };
    let credential = match wanted {
        Some(id) => live(id),
        None => primary(context.credentials),
    };
    let credential = credential.ok_or_else(unknown)?;
    // Another login of the same person may reach further on account routes: it is another subject (C-64).
    if own.is_some_and(|own| own != credential.id) {
        return Err(Denied::Ceiling.into());
    }
    Ok(credential.id)
}

fn outlives(expires_at: Option<Timestamp>, actor: &Actor) -> bool {
    let (Some(Bearer::ApiKey(_)), Some(end)) = (actor.token(), actor.ends_at()) else {
        return false;
    };
    expires_at.is_none_or(|asked| asked > end)
}

fn checked_limit(limit: PropertyLimit, visible: &[PropertyId]) -> Result<PropertyLimit, Invalid> {
    let mut properties = match limit {
        PropertyLimit::Unlimited => return Ok(PropertyLimit::Unlimited),
        PropertyLimit::Only(properties) => properties,
    };
    properties.sort_unstable();
    properties.dedup();
    if properties.is_empty() {
        return Err(Invalid::field("property_ids", Problem::Blank));
    }
    if properties.iter().all(|property| visible.contains(property)) {
        Ok(PropertyLimit::Only(properties))
    } else {
        Err(Invalid::field("property_ids", Problem::Invalid))
    }
}
