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
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::{
    Problem,
    property_users::MEDIA_TYPES,
    reference::words::{
        DeliveryName, MailFaultName, OnboardingStateName, OnboardingType, SessionToken, SessionType,
    },
    requests::unwrap,
    resources::{One, RelatedUser, Success, UserLink},
};
use crate::{
    body,
    caller::{Caller, id_in},
    entrance::{self, Chosen, Given, SignIn},
    reading::Reading,
    reference::values::{Id, Instant},
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

// Without `Debug`, as it holds the token in the clear.
/// An open session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionResource {
    #[schema(value_type = SessionType)]
    r#type: &'static str,
    attributes: SessionAttributes,
    relationships: SessionRelationships,
}

#[derive(Serialize, ToSchema)]
struct SessionAttributes {
    #[schema(value_type = SessionToken)]
    token: String,
}

#[derive(Serialize, ToSchema)]
struct SessionRelationships {
    user: RelatedUser,
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
                user: RelatedUser {
                    data: UserLink::of(user),
                },
            },
        },
    }))
}

/// How far an invitation has got.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Onboarding)]
pub(super) struct OnboardingResource {
    #[schema(value_type = OnboardingType)]
    r#type: &'static str,
    /// The id of the property user.
    #[schema(value_type = Id)]
    id: PropertyUserId,
    attributes: OnboardingAttributes,
}

#[derive(Debug, Serialize, ToSchema)]
struct OnboardingAttributes {
    #[schema(value_type = OnboardingStateName)]
    state: &'static str,
    /// What has become of the latest mail about this place; `null` where there was none, as for who created the property.
    #[schema(value_type = Option<DeliveryName>, required)]
    delivery: Option<&'static str>,
    /// `null` where nothing failed.
    #[schema(value_type = Option<MailFaultName>, required)]
    fault: Option<&'static str>,
    /// How often sending that mail was tried.
    #[schema(required)]
    attempts: Option<u32>,
    /// When the mail server took it.
    #[schema(value_type = Option<Instant>, required)]
    sent_at: Option<Timestamp>,
    /// When its link is over, as long as it is of use.
    #[schema(value_type = Option<Instant>, required)]
    expires_at: Option<Timestamp>,
    /// When the person came in.
    #[schema(value_type = Option<Instant>, required)]
    onboarded_at: Option<Timestamp>,
}

/// What has become of a mail, on the wire.
pub(super) const fn delivery(state: MessageState) -> &'static str {
    match state {
        MessageState::Pending => "queued",
        MessageState::Sent => "sent",
        MessageState::Logged => "logged",
        MessageState::Failed => "failed",
        MessageState::Cancelled => "cancelled",
    }
}

impl From<Progress> for OnboardingResource {
    fn from(progress: Progress) -> Self {
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
    let asked = id_in(&path).map_err(Problem::from);
    let one = Reading::new(&request, &state);
    let now = one.now;
    let one = one.answer::<acts::ReadOnboarding, _, _, _>(asked, move |by, id| {
        Ok(get_onboarding(by.queries, by.actor, *id, now)?)
    });
    let (_, progress) = one.await?;
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
