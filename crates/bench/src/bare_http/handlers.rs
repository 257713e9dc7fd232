//! Requests are parsed crudely, and handed to the form that serves. Paths and bodies are Innkeeper's, so that the same load
//! fits both.

use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::AUTHORIZATION,
    web::{self, Form, Json, Path, ServiceConfig},
};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    key::{Hash, Key},
    refused::Refused,
    resources::{AccountResource, Data, List, MemberResource, Message, Minted, PageMeta, Success},
    rows::Member,
    side::{Answer, Change, Invitation, Minting, Side},
};

const PROPERTY_FILTER: &str = "filter[property_id]=";
/// All that Innkeeper's population may ask for, as long.
const SCOPES: &str = "property:read property:write users:read users:write accounts:read accounts:write";

#[derive(Deserialize)]
struct InviteBody {
    invite: InviteFields,
}

#[derive(Deserialize)]
struct InviteFields {
    property_id: String,
    user_email: String,
    role: String,
}

#[derive(Deserialize)]
struct UpdateBody {
    property_user: UpdateFields,
}

#[derive(Deserialize)]
struct UpdateFields {
    overrides: Option<Value>,
}

#[derive(Deserialize)]
struct MintForm {
    client_id: String,
    client_secret: String,
    user_id: String,
}

/// What is served.
pub(super) fn routes<S: Side>(config: &mut ServiceConfig) {
    let members = web::resource("/api/v1/property_users")
        .get(list::<S>)
        .post(invite::<S>);
    let member = web::resource("/api/v1/property_users/{id}")
        .get(get::<S>)
        .put(update::<S>)
        .delete(withdraw::<S>);
    config
        .service(members)
        .service(member)
        .route("/api/v1/users/{id}/accounts", web::get().to(accounts::<S>))
        .route("/o/token", web::post().to(mint::<S>));
}

fn caller(request: &HttpRequest) -> Answer<Hash> {
    let header = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer "));
    token.map(Hash::of).ok_or(Refused::Token)
}

fn key(text: &str) -> Answer<Key> {
    Key::parse(text).ok_or(Refused::Malformed)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

fn random() -> Answer<[u8; 16]> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|_no_randomness| Refused::Failed)?;
    Ok(bits)
}

/// An id that is ordered by time.
fn fresh(at: i64) -> Answer<Key> {
    let random = u128::from_be_bytes(random()?);
    let millis = u128::try_from(at / 1_000).unwrap_or_default();
    let tail = random & 0x0000_0000_0000_0fff_3fff_ffff_ffff_ffff;
    Ok(Key(Uuid::from_u128(
        millis << 80 | tail | 0x7000_8000_0000_0000_0000,
    )))
}

async fn get<S: Side>(request: HttpRequest, id: Path<String>, side: web::Data<S>) -> Answer<HttpResponse> {
    let member = side.get(caller(&request)?, key(&id)?).await?;
    Ok(HttpResponse::Ok().json(Data {
        data: MemberResource::from(member),
    }))
}

async fn list<S: Side>(request: HttpRequest, side: web::Data<S>) -> Answer<HttpResponse> {
    let (_, rest) = request
        .query_string()
        .split_once(PROPERTY_FILTER)
        .ok_or(Refused::Malformed)?;
    let property = key(rest.split('&').next().unwrap_or_default())?;
    let members = side.list(caller(&request)?, property).await?;
    let data: Vec<MemberResource> = members.into_iter().map(MemberResource::from).collect();
    let meta = PageMeta {
        total: data.len(),
        limit: 20,
        page: 1,
        order_by: "invited_at",
        order_direction: "asc",
    };
    Ok(HttpResponse::Ok().json(List { data, meta }))
}

async fn accounts<S: Side>(
    request: HttpRequest,
    id: Path<String>,
    side: web::Data<S>,
) -> Answer<HttpResponse> {
    let accounts = side.accounts(caller(&request)?, key(&id)?).await?;
    let data: Vec<AccountResource> = accounts.into_iter().map(AccountResource::from).collect();
    let meta = Message { message: "page 1" };
    Ok(HttpResponse::Ok().json(List { data, meta }))
}

async fn invite<S: Side>(
    request: HttpRequest,
    body: Json<InviteBody>,
    side: web::Data<S>,
) -> Answer<HttpResponse> {
    let InviteFields {
        property_id,
        user_email,
        role,
    } = body.into_inner().invite;
    let at = now();
    let invitation = Invitation {
        id: fresh(at)?,
        property: key(&property_id)?,
        user: fresh(at)?,
        role,
        at,
    };
    let invited_by = side.invite(caller(&request)?, invitation.clone()).await?;
    let name = user_email.split('@').next().unwrap_or_default().to_owned();
    let member = Member {
        id: invitation.id,
        property: invitation.property,
        user: invitation.user,
        role: invitation.role,
        overrides: None,
        invited_at: at,
        updated_at: at,
        invited_by: Some(invited_by),
        email: user_email,
        first_name: name,
        last_name: None,
        state: "invited".to_owned(),
    };
    Ok(HttpResponse::Created().json(Data {
        data: MemberResource::from(member),
    }))
}

async fn update<S: Side>(
    request: HttpRequest,
    id: Path<String>,
    body: Json<UpdateBody>,
    side: web::Data<S>,
) -> Answer<HttpResponse> {
    let overrides = body.into_inner().property_user.overrides;
    let change = Change {
        id: key(&id)?,
        overrides: overrides.map(|overrides| overrides.to_string()),
        at: now(),
    };
    let member = side.update(caller(&request)?, change).await?;
    Ok(HttpResponse::Ok().json(Data {
        data: MemberResource::from(member),
    }))
}

async fn withdraw<S: Side>(
    request: HttpRequest,
    id: Path<String>,
    side: web::Data<S>,
) -> Answer<HttpResponse> {
    side.withdraw(caller(&request)?, key(&id)?).await?;
    let meta = Message { message: "Success" };
    Ok(HttpResponse::Ok().json(Success { meta }))
}

async fn mint<S: Side>(form: Form<MintForm>, side: web::Data<S>) -> Answer<HttpResponse> {
    let form = form.into_inner();
    let user = key(&form.user_id)?;
    let token = format!("bare_{}", Uuid::from_bytes(random()?).simple());
    let minting = Minting {
        client: key(&form.client_id)?,
        secret: Hash::of(&form.client_secret),
        user,
        token: Hash::of(&token),
    };
    side.mint(minting).await?;
    Ok(HttpResponse::Ok().json(Minted {
        access_token: token,
        token_type: "Bearer",
        expires_in: 3_600,
        scope: SCOPES,
        user_id: user,
        credential_id: user,
    }))
}
