//! `POST /o/token/`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, PRAGMA},
    web::{Data, Payload},
};
use innkeeper_domain::{
    ids::{CredentialId, UserId},
    ports::Used,
    tokens::{ACCESS_TOKEN_SECONDS, Secret, SecretKind},
    usecases::{MintAccessToken, mint_access_token},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Problem, client};
use crate::{
    body,
    caller::fresh_ids,
    reference::values::{Id, ScopeList, secret, values, words},
    state::AppState,
};

const MEDIA_TYPES: &[&str] = &["application/x-www-form-urlencoded"];

// Without `Debug`, as it holds the token in the clear.
/// An access token.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessToken)]
pub(super) struct Minted {
    #[schema(value_type = AccessTokenText)]
    access_token: String,
    #[schema(value_type = TokenTypeName)]
    token_type: &'static str,
    /// After how many seconds it is over.
    expires_in: u64,
    #[schema(value_type = ScopeList)]
    scope: String,
    /// The user whom it acts for, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Id, required = false)]
    user_id: Option<UserId>,
    /// The login that it acts through.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Id, required = false)]
    credential_id: Option<CredentialId>,
}

const BEARER: &str = "Bearer";

values! {
    /// An access token.
    AccessTokenText => secret(SecretKind::AccessToken, "The token.");
    /// Its type.
    TokenTypeName => words("Always the same.", [BEARER]);
}

/// The parameters that count; others are ignored (RFC 6749, section 3.2). Without `Debug`, as one is a secret.
#[derive(Default)]
struct Form {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    scope: Option<String>,
    user_id: Option<String>,
    credential_id: Option<String>,
}

impl Form {
    fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(bytes) {
            let place = match name.as_ref() {
                "grant_type" => &mut form.grant_type,
                "client_id" => &mut form.client_id,
                "client_secret" => &mut form.client_secret,
                "scope" => &mut form.scope,
                "user_id" => &mut form.user_id,
                "credential_id" => &mut form.credential_id,
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(Problem::twice());
            }
        }
        Ok(form)
    }
}

/// Mints an access token.
pub(crate) async fn token(
    request: HttpRequest,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let basic = client::basic(&request)?;
    let form = Form::parse(&body::bytes(&request, payload, MEDIA_TYPES).await?)?;
    match form.grant_type.as_deref() {
        None | Some("") => return Err(Problem::no_grant_type()),
        Some("client_credentials") => {}
        Some(_) => return Err(Problem::unsupported_grant_type()),
    }
    let (client_id, client_secret) = match (basic, form.client_id, form.client_secret) {
        (Some(_), _, Some(_)) => return Err(Problem::two_ways()),
        (Some(basic), Some(id), None) if id != basic.0 => return Err(Problem::two_ways()),
        (Some(basic), _, None) => basic,
        (None, Some(id), Some(secret)) => (id, secret),
        (None, _, _) => return Err(Problem::invalid_client()),
    };
    let client = client_id.parse().ok().ok_or_else(Problem::invalid_client)?;
    let secret = Secret::parse(&client_secret)
        .ok()
        .ok_or_else(Problem::invalid_client)?;
    let now = state.clock.now();
    let command = MintAccessToken {
        client,
        secret,
        scope: form.scope,
        user: form.user_id.map(|id| id.parse().ok()),
        credential: form.credential_id.map(|id| id.parse().ok()),
        now,
        ids: fresh_ids(&state, now),
        secret_bits: state.entropy.secret_bits(),
    };
    let (uow, queries) = (state.uow.clone(), state.queries.clone());
    let minted = state
        .blocking
        .writes
        .run(move || mint_access_token(uow.as_ref(), queries.as_ref(), &command));
    let (token, secret) = minted.await??;
    if let Some((_, credential)) = token.subject {
        state.uses.note(Used::Credential(token.tenant, credential), now);
    }
    let answer = Minted {
        access_token: secret.reveal().to_owned(),
        token_type: BEARER,
        expires_in: ACCESS_TOKEN_SECONDS,
        scope: token.scopes.to_string(),
        user_id: token.subject.map(|(user, _)| user),
        credential_id: token.subject.map(|(_, credential)| credential),
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"));
    Ok(response.json(answer))
}
