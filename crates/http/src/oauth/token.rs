//! `POST /o/token/`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, PRAGMA},
    web::{Data, Payload},
};
use innkeeper_domain::{
    ids::{CredentialId, UserId},
    ports::Used,
    tokens::{ACCESS_TOKEN_SECONDS, Secret},
    usecases::{MintAccessToken, mint_access_token},
};
use serde::Serialize;

use super::{Problem, client};
use crate::{body, caller::fresh_ids, state::AppState};

const MEDIA_TYPES: &[&str] = &["application/x-www-form-urlencoded"];

/// Without `Debug`, as it holds the token in the clear.
#[derive(Serialize)]
struct Minted {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_id: Option<CredentialId>,
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
                return Err(Problem::invalid_request(
                    "A parameter stands twice in the request.",
                ));
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
        None | Some("") => return Err(Problem::invalid_request("The grant_type is missing.")),
        Some("client_credentials") => {}
        Some(_) => return Err(Problem::unsupported_grant_type()),
    }
    let (client_id, client_secret) = match (basic, form.client_id, form.client_secret) {
        (Some(_), _, Some(_)) => {
            return Err(Problem::invalid_request(
                "The client must authenticate in one way only.",
            ));
        }
        (Some(basic), Some(id), None) if id != basic.0 => {
            return Err(Problem::invalid_request(
                "The client must authenticate in one way only.",
            ));
        }
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
        token_type: "Bearer",
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
