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
use validator::Validate;

use super::{
    Problem,
    document::{self, Resource, answer},
    list::ListQuery,
};
use crate::{
    caller::{Caller, id_in},
    forms::{self, Field},
    state::AppState,
};

/// Without `Debug`, as it may hold the key in the clear.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct KeyAttributes {
    /// The secret itself, only in the answer that makes the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    prefix: &'static str,
    last_four: String,
    user_id: UserId,
    credential_id: CredentialId,
    scopes: Vec<&'static str>,
    property_ids: Option<Vec<PropertyId>>,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    state: &'static str,
}

fn key_resource(key: ApiKey, now: Timestamp) -> Resource<KeyAttributes> {
    let state = key.state(now).as_str();
    Resource {
        r#type: "api-keys",
        id: key.id.to_string(),
        attributes: KeyAttributes {
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
    }
}

fn scope_names(scopes: ScopeSet) -> Vec<&'static str> {
    scopes
        .iter()
        .map(innkeeper_domain::access::Scope::as_str)
        .collect()
}

/// `GET /api/v1/api_keys/`.
pub(crate) async fn list(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::ListApiKeys>(&request, &state).await?;
    let query = ListQuery::read(&request, &[])?;
    let (page, now) = (query.page, caller.now());
    let found = state
        .read(move |queries| list_api_keys(queries, &caller.actor, page))
        .await??;
    query.answer(&request, &state, found.map(|key| key_resource(key, now)))
}

/// The attributes of a new key.
#[derive(Debug, Default, Deserialize, Validate)]
#[serde(default, rename_all = "kebab-case")]
struct NewKeyForm {
    #[validate(custom(function = forms::id_or_null))]
    user_id: Field,
    #[validate(custom(function = forms::id_or_null))]
    credential_id: Field,
    #[validate(custom(function = forms::scopes))]
    scopes: Field,
    #[validate(custom(function = forms::ids_or_null))]
    property_ids: Field,
    #[validate(custom(function = forms::instant_or_null))]
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
    let form: NewKeyForm = document::attributes(&request, payload, "api-keys").await?;
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
