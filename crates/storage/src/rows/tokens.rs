//! Rows of `api_keys`, `access_tokens` and `onboarding_tokens`.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{
    access::PropertyLimit,
    ids::{PropertyId, kinds},
    ports::StoreError,
    tokens::{AccessToken, ApiKey, OnboardingToken},
};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::{access_tokens, api_keys, onboarding_tokens},
};

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false)]
pub(crate) struct ApiKeyRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::ApiKey>,
    user_id: Key<kinds::User>,
    credential_id: Key<kinds::Credential>,
    secret_hash: Vec<u8>,
    last_four: String,
    scopes: String,
    property_limit: Option<String>,
    created_at: At,
    last_used_at: Option<At>,
    expires_at: Option<At>,
    revoked_at: Option<At>,
}

/// The limit as it is stored: a JSON list of ids, or nothing for no limit.
pub(crate) fn limit_text(limit: &PropertyLimit) -> Option<String> {
    match limit {
        PropertyLimit::Unlimited => None,
        PropertyLimit::Only(properties) => {
            let ids = properties
                .iter()
                .map(|id| serde_json::Value::String(id.to_string()))
                .collect();
            Some(serde_json::Value::Array(ids).to_string())
        }
    }
}

impl From<&ApiKey> for ApiKeyRow {
    fn from(key: &ApiKey) -> Self {
        Self {
            tenant_id: Key(key.tenant),
            id: Key(key.id),
            user_id: Key(key.user),
            credential_id: Key(key.credential),
            secret_hash: key.secret.as_bytes().to_vec(),
            last_four: key.last_four.clone(),
            scopes: key.scopes.to_string(),
            property_limit: limit_text(&key.limit),
            created_at: At(key.created_at),
            last_used_at: key.last_used_at.map(At),
            expires_at: key.expires_at.map(At),
            revoked_at: key.revoked_at.map(At),
        }
    }
}

impl Decode for ApiKeyRow {
    const TABLE: &'static str = "api_keys";
    type Entity = ApiKey;

    fn decode(self) -> Result<ApiKey, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        let limit = match self.property_limit {
            None => PropertyLimit::Unlimited,
            Some(text) => {
                let ids: Vec<PropertyId> = cells.made("property_limit", serde_json::from_str(&text))?;
                PropertyLimit::Only(ids)
            }
        };
        Ok(ApiKey {
            tenant: self.tenant_id.0,
            id: self.id.0,
            user: self.user_id.0,
            credential: self.credential_id.0,
            secret: cells.hash(&self.secret_hash)?,
            last_four: self.last_four,
            scopes: cells.scopes(&self.scopes)?,
            limit,
            created_at: self.created_at.0,
            last_used_at: self.last_used_at.map(|at| at.0),
            expires_at: self.expires_at.map(|at| at.0),
            revoked_at: self.revoked_at.map(|at| at.0),
        })
    }
}

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = access_tokens, treat_none_as_default_value = false)]
pub(crate) struct AccessTokenRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::AccessToken>,
    application_id: Option<Key<kinds::Application>>,
    user_id: Option<Key<kinds::User>>,
    credential_id: Option<Key<kinds::Credential>>,
    secret_hash: Vec<u8>,
    scopes: String,
    created_at: At,
    expires_at: At,
}

impl From<&AccessToken> for AccessTokenRow {
    fn from(token: &AccessToken) -> Self {
        Self {
            tenant_id: Key(token.tenant),
            id: Key(token.id),
            application_id: token.application.map(Key),
            user_id: token.subject.map(|(user, _)| Key(user)),
            credential_id: token.subject.map(|(_, credential)| Key(credential)),
            secret_hash: token.secret.as_bytes().to_vec(),
            scopes: token.scopes.to_string(),
            created_at: At(token.created_at),
            expires_at: At(token.expires_at),
        }
    }
}

impl Decode for AccessTokenRow {
    const TABLE: &'static str = "access_tokens";
    type Entity = AccessToken;

    fn decode(self) -> Result<AccessToken, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        let subject = match (self.user_id, self.credential_id) {
            (Some(user), Some(credential)) => Some((user.0, credential.0)),
            (None, None) => None,
            _ => return Err(cells.corrupt("credential_id")),
        };
        Ok(AccessToken {
            tenant: self.tenant_id.0,
            id: self.id.0,
            application: self.application_id.map(|id| id.0),
            subject,
            secret: cells.hash(&self.secret_hash)?,
            scopes: cells.scopes(&self.scopes)?,
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
        })
    }
}

#[derive(Debug, Insertable)]
#[diesel(table_name = onboarding_tokens, treat_none_as_default_value = false)]
pub(crate) struct OnboardingTokenRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::OnboardingToken>,
    user_id: Key<kinds::User>,
    email_key: Option<String>,
    secret_hash: Vec<u8>,
    state: &'static str,
    created_at: At,
    expires_at: At,
    settled_at: Option<At>,
    purpose: &'static str,
}

impl From<&OnboardingToken> for OnboardingTokenRow {
    fn from(token: &OnboardingToken) -> Self {
        Self {
            tenant_id: Key(token.tenant),
            id: Key(token.id),
            user_id: Key(token.user),
            email_key: Some(token.email.as_str().to_owned()),
            secret_hash: token.secret.as_bytes().to_vec(),
            state: "open",
            created_at: At(token.created_at),
            expires_at: At(token.expires_at),
            settled_at: None,
            purpose: token.purpose.as_str(),
        }
    }
}
