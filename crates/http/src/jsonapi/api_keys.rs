//! `/api/v1/api_keys/`.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};
use innkeeper_domain::{
    access::{PropertyLimit, ScopeSet, acts},
    ids::{CredentialId, PropertyId, UserId},
    time::Timestamp,
    tokens::{ApiKey, KeyRequest, SecretKind},
    usecases::{CreateApiKey, NewApiKey, RevokeApiKey, create_api_key, list_api_keys, revoke_api_key},
    values::{Invalid, Problem as Wrong},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{
    Problem,
    document::{self, Attributes, Resource, answer},
    list::ListQuery,
    reference::words::{AnyInstant, ApiKeyPrefix, ApiKeySecret, ApiKeyState, LastFour},
};
use crate::{
    caller::{Caller, id_in},
    forms::{self, Field},
    reading::Reading,
    reference::values::{Id, Instant, ScopeName},
    state::AppState,
};

// Without `Debug`, as it may hold the key in the clear.
/// A key, without the key itself save in the answer that makes it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ApiKeyAttributes)]
pub(super) struct KeyAttributes {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ApiKeySecret, required = false)]
    key: Option<String>,
    #[schema(value_type = ApiKeyPrefix)]
    prefix: &'static str,
    #[schema(value_type = LastFour)]
    last_four: String,
    #[schema(value_type = Id)]
    user_id: UserId,
    /// The login that the key speaks for.
    #[schema(value_type = Id)]
    credential_id: CredentialId,
    #[schema(value_type = Vec<ScopeName>)]
    scopes: Vec<&'static str>,
    /// The only properties that it may be used on; `null` is no limit.
    #[schema(value_type = Option<Vec<Id>>, required)]
    property_ids: Option<Vec<PropertyId>>,
    #[schema(value_type = Instant)]
    created_at: Timestamp,
    /// When it was last used, at most a minute late.
    #[schema(value_type = Option<Instant>, required)]
    last_used_at: Option<Timestamp>,
    /// From when on it is over; `null` is never.
    #[schema(value_type = Option<Instant>, required)]
    expires_at: Option<Timestamp>,
    #[schema(value_type = ApiKeyState)]
    state: &'static str,
}

impl Attributes for KeyAttributes {
    const TYPE: &'static str = "api-keys";
    const NAME: &'static str = "ApiKey";
}

fn key_resource(key: ApiKey, now: Timestamp) -> Resource<KeyAttributes> {
    let state = key.state(now).as_str();
    Resource::new(
        key.id,
        KeyAttributes {
            key: None,
            prefix: SecretKind::ApiKey.prefix(),
            last_four: key.last_four,
            user_id: key.user,
            credential_id: key.credential,
            scopes: scope_names(key.scopes),
            property_ids: match key.limit {
                PropertyLimit::Unlimited => None,
                PropertyLimit::Only(properties) => Some(properties),
            },
            created_at: key.created_at,
            last_used_at: key.last_used_at,
            expires_at: key.expires_at,
            state,
        },
    )
}

fn scope_names(scopes: ScopeSet) -> Vec<&'static str> {
    scopes
        .iter()
        .map(innkeeper_domain::access::Scope::as_str)
        .collect()
}

/// `GET /api/v1/api_keys/`.
pub(crate) async fn list(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let list = Reading::new(&request, &state);
    let now = list.now;
    let list = list.answer::<acts::ListApiKeys, _, _, _>(ListQuery::read(&request, &[]), |by, query| {
        Ok(list_api_keys(by.queries, by.actor, query.page)?)
    });
    let (query, found) = list.await?;
    query.answer(&request, &state, found.map(|key| key_resource(key, now)))
}

/// The attributes of a new key.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default, rename_all = "kebab-case")]
#[schema(as = NewApiKeyAttributes)]
pub(super) struct NewKeyForm {
    /// Whose key it will be. An application has to say it; anybody else makes keys for themself alone.
    #[validate(custom(function = forms::id_or_null))]
    #[schema(value_type = Option<Id>)]
    user_id: Field,
    /// The login that it speaks for: the caller's own if left out, or the user's oldest.
    #[validate(custom(function = forms::id_or_null))]
    #[schema(value_type = Option<Id>)]
    credential_id: Field,
    /// No more than the caller's token has.
    #[validate(custom(function = forms::scopes))]
    #[schema(value_type = Vec<ScopeName>, required, min_items = 1)]
    scopes: Field,
    /// The only properties that it may be used on, which the user must see; left out, there is no limit.
    #[validate(custom(function = forms::ids_or_null))]
    #[schema(value_type = Option<Vec<Id>>, min_items = 1)]
    property_ids: Field,
    /// From when on it is over: an instant to come. Left out, it never is.
    #[validate(custom(function = forms::instant_or_null))]
    #[schema(value_type = Option<AnyInstant>)]
    expires_at: Field,
}

impl NewKeyForm {
    fn request(&self) -> Option<KeyRequest> {
        Some(KeyRequest {
            credential: self.credential_id.id().ok(),
            scopes: self.scopes.scopes().ok()?,
            limit: if self.property_ids.is_nothing() {
                PropertyLimit::Unlimited
            } else {
                PropertyLimit::Only(self.property_ids.ids().ok()?)
            },
            expires_at: self.expires_at.instant().ok(),
        })
    }
}

/// `POST /api/v1/api_keys/`.
pub(crate) async fn create(
    request: HttpRequest,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::CreateApiKey>(&request, &state).await?;
    let form: NewKeyForm = document::attributes::<KeyAttributes, _>(&request, payload).await?;
    let asked = form
        .request()
        .ok_or_else(|| Invalid::field("scopes", Wrong::Invalid))?;
    let command = CreateApiKey {
        context: caller.context(),
        user: form.user_id.id().ok(),
        request: asked,
        secret_bits: state.entropy.secret_bits(),
    };
    let NewApiKey { key, secret } = state.write(move |uow| create_api_key(uow, &command)).await??;
    let mut resource = key_resource(key, caller.now());
    resource.attributes.key = Some(secret.reveal().to_owned());
    let mut response = HttpResponse::Created();
    response.insert_header(("Cache-Control", "no-store"));
    Ok(answer(response, resource))
}

/// `DELETE /api/v1/api_keys/{id}/`.
pub(crate) async fn revoke(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::RevokeApiKey>(&request, &state).await?;
    let command = RevokeApiKey {
        context: caller.context(),
        id: id_in(&path)?,
    };
    state.write(move |uow| revoke_api_key(uow, &command)).await??;
    Ok(HttpResponse::NoContent().finish())
}
