//! Coming in, and how far those who were invited have got.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::CACHE_CONTROL,
    web::{Data, Path, Payload},
};
use innkeeper_domain::{
    access::acts,
    effects::{AuditAction, MessageState},
    ids::PropertyUserId,
    onboarding::Progress,
    people::User,
    record::AttemptTarget,
    time::Timestamp,
    usecases::{ResendOnboarding, get_onboarding, resend_onboarding},
};
use serde::Serialize;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{
    Problem,
    property_users::MEDIA_TYPES,
    requests::unwrap,
    resources::{One, Success, UserLink},
};
use crate::{
    body,
    caller::{Caller, id_in},
    entrance::{self, Chosen, Given, SignIn},
    refusals::aimed,
    state::AppState,
};

/// The fields of the object under `user`.
fn fields(mut object: Map<String, Value>) -> impl FnMut(&'static str) -> Given {
    move |name| match object.remove(name) {
        None | Some(Value::Null) => Given::Nothing,
        Some(Value::String(text)) => Given::Text(Zeroizing::new(text)),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => Given::Wrong,
    }
}

async fn user_fields(
    request: &HttpRequest,
    payload: Payload,
) -> Result<impl FnMut(&'static str) -> Given, Problem> {
    let object = body::object(request, payload, MEDIA_TYPES).await?;
    Ok(fields(unwrap(object, "user")?))
}

/// What is answered to people who come in is nobody else's.
fn unkept() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    response
}

/// `POST /api/v1/confirm_invite`.
pub(crate) async fn confirm_invite(
    request: HttpRequest,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let chosen = Chosen::read(user_fields(&request, payload).await?, true)?;
    entrance::confirm(&request, &state, chosen).await?;
    Ok(unkept().json(Success::ANSWER))
}

/// `POST /api/v1/restore_password`.
pub(crate) async fn restore_password(
    request: HttpRequest,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let chosen = Chosen::read(user_fields(&request, payload).await?, false)?;
    entrance::restore(&request, &state, chosen).await?;
    Ok(unkept().json(Success::ANSWER))
}

/// `POST /api/v1/request_restore_password`.
pub(crate) async fn request_restore_password(
    request: HttpRequest,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (email, tenant) = SignIn::forgotten(user_fields(&request, payload).await?)?;
    entrance::ask_by_address(&request, &state, email, tenant).await?;
    Ok(unkept().json(Success::ANSWER))
}

/// Without `Debug`, as it holds the token in the clear.
#[derive(Serialize)]
struct SessionResource {
    r#type: &'static str,
    attributes: SessionAttributes,
    relationships: SessionRelationships,
}

#[derive(Serialize)]
struct SessionAttributes {
    token: String,
}

#[derive(Serialize)]
struct SessionRelationships {
    user: One<UserLink>,
}

/// `POST /api/v1/sign_in`.
pub(crate) async fn sign_in(
    request: HttpRequest,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let shown = SignIn::read(user_fields(&request, payload).await?)?;
    let session = entrance::sign_in(&request, &state, shown).await?;
    let user: &User = &session.user;
    Ok(unkept().json(One {
        data: SessionResource {
            r#type: "session",
            attributes: SessionAttributes {
                token: session.secret.reveal().to_owned(),
            },
            relationships: SessionRelationships {
                user: One {
                    data: UserLink::of(user),
                },
            },
        },
    }))
}

/// How far an invitation has got.
#[derive(Debug, Serialize)]
struct OnboardingResource {
    r#type: &'static str,
    id: PropertyUserId,
    attributes: OnboardingAttributes,
}

#[derive(Debug, Serialize)]
struct OnboardingAttributes {
    state: &'static str,
    delivery: Option<&'static str>,
    fault: Option<&'static str>,
    attempts: Option<u32>,
    sent_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    onboarded_at: Option<Timestamp>,
}

impl From<Progress> for OnboardingResource {
    fn from(progress: Progress) -> Self {
        let delivery = |state| match state {
            MessageState::Pending => "queued",
            MessageState::Sent => "sent",
            MessageState::Logged => "logged",
            MessageState::Failed => "failed",
            MessageState::Cancelled => "cancelled",
        };
        let fault = progress.mail.and_then(|mail| mail.fault);
        Self {
            r#type: "onboarding",
            id: progress.id,
            attributes: OnboardingAttributes {
                state: progress.state.as_str(),
                delivery: progress.mail.map(|mail| delivery(mail.state)),
                fault: fault.map(innkeeper_domain::ports::MailFault::as_str),
                attempts: progress.mail.map(|mail| mail.attempts),
                sent_at: progress.sent_at(),
                expires_at: progress.expires_at(),
                onboarded_at: progress.onboarded_at,
            },
        }
    }
}

/// `GET /api/v1/property_users/:id/onboarding`.
pub(crate) async fn get(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::ReadOnboarding>(&request, &state).await?;
    let id = id_in(&path)?;
    let progress = state
        .read(move |queries| get_onboarding(queries, &caller.actor, id, caller.now()))
        .await??;
    Ok(HttpResponse::Ok().json(One {
        data: OnboardingResource::from(progress),
    }))
}

/// `POST /api/v1/property_users/:id/onboarding/resend`.
pub(crate) async fn resend(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (action, place) = (
        AuditAction::PropertyUserInvitationResent,
        aimed(&path, AttemptTarget::Place),
    );
    let watched = Caller::watched::<acts::ResendOnboarding>(&request, &state, action, place);
    let (caller, watched) = watched.await?;
    let command = ResendOnboarding {
        context: caller.context(),
        id: id_in(&path)?,
        mail_limits: state.mail_limits,
        onboarding_bits: state.entropy.secret_bits(),
        onboarding_lifetime: state.onboarding_lifetime,
    };
    let resent = state.write(move |uow| resend_onboarding(uow, &command)).await?;
    let progress = resent.map_err(|error| watched.told(error))?;
    Ok(HttpResponse::Ok().json(One {
        data: OnboardingResource::from(progress),
    }))
}
