//! `/api/v1/property_users`.

use std::str::FromStr;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};
use innkeeper_domain::{
    access::{Role, acts},
    effects::AuditAction,
    ids::Id,
    ports::{PropertyUserFilter, PropertyUserOrder},
    record::AttemptTarget,
    usecases::{
        InvitePropertyUser, UpdatePropertyUser, WithdrawPropertyUser, get_property_user,
        invite_property_user, list_property_users, update_property_user, withdraw_property_user,
    },
};

use super::{
    Problem,
    list::{Known, ListQuery},
    requests::{InviteForm, UpdateForm},
    resources::{One, PropertyUserResource, Success},
};
use crate::{
    body,
    caller::{Caller, id_in},
    query::Query,
    reading::Reading,
    refusals::aimed,
    state::AppState,
};

pub(super) const MEDIA_TYPES: &[&str] = &["application/json"];

pub(super) const LIST: Known = Known {
    filters: &["property_id", "user_id", "role"],
    orders: &["invited_at", "role"],
    limit: 200,
};

/// The most rows of a list that are read where requests are answered.
const SHORT: u32 = 20;

/// `GET /api/v1/property_users`.
pub(crate) async fn list(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let asked = Query::of(&request).map_err(Problem::BadRequest).and_then(wanted);
    let mut list = Reading::new(&request, &state);
    if asked.as_ref().is_ok_and(is_short) {
        list = list.bounded();
    }
    let list = list.answer::<acts::ListPropertyUsers, _, _, _>(asked, |by, (query, filter)| {
        Ok(list_property_users(by.queries, by.actor, filter, query.page)?)
    });
    let ((query, _), found) = list.await?;
    query.answer(found.map(PropertyUserResource::from))
}

/// A page for a screen of one property, which never has more than
/// [`MAX_USERS_PER_PROPERTY`](innkeeper_domain::people::MAX_USERS_PER_PROPERTY) people: a few rows by key.
fn is_short((query, filter): &(ListQuery, PropertyUserFilter)) -> bool {
    let one = filter.properties.as_ref().is_some_and(|some| some.len() == 1);
    one && query.page.size() <= SHORT
}

fn wanted(query: Query) -> Result<(ListQuery, PropertyUserFilter), Problem> {
    let query = ListQuery::read(query, &LIST)?;
    let filter = PropertyUserFilter {
        properties: query.any_of("property_id", |id| Id::from_str(id).ok())?,
        users: query.any_of("user_id", |id| Id::from_str(id).ok())?,
        roles: query.any_of("role", |role| Role::from_str(role).ok())?,
        order: if query.order_by == "role" {
            PropertyUserOrder::Role
        } else {
            PropertyUserOrder::InvitedAt
        },
        direction: query.direction,
    };
    Ok((query, filter))
}

/// `POST /api/v1/property_users`.
pub(crate) async fn invite(
    request: HttpRequest,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (action, unsaid) = (AuditAction::PropertyUserInvited, AttemptTarget::Unsaid);
    let watched = Caller::watched::<acts::InvitePropertyUser>(&request, &state, action, unsaid);
    let (caller, mut watched) = watched.await?;
    let (property, fields) = InviteForm::read(body::object(&request, payload, MEDIA_TYPES).await?)?;
    watched.aimed_at(AttemptTarget::Property(property));
    let command = InvitePropertyUser {
        context: caller.context(),
        property,
        fields,
        mail_limits: state.mail_limits,
        onboarding_bits: state.entropy.secret_bits(),
        onboarding_lifetime: state.onboarding_lifetime,
    };
    let invited = state
        .write(move |uow| invite_property_user(uow, &command))
        .await?;
    let invited = invited.map_err(|error| watched.told(error))?;
    Ok(HttpResponse::Created().json(One {
        data: PropertyUserResource::from(invited),
    }))
}

/// `GET /api/v1/property_users/:id`.
pub(crate) async fn get(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let asked = id_in(&path).map_err(Problem::from);
    let one = Reading::new(&request, &state).bounded();
    let one = one.answer::<acts::ReadPropertyUser, _, _, _>(asked, |by, id| {
        Ok(get_property_user(by.queries, by.actor, *id)?)
    });
    let (_, found) = one.await?;
    Ok(HttpResponse::Ok().json(One {
        data: PropertyUserResource::from(found),
    }))
}

/// `PUT /api/v1/property_users/:id`.
pub(crate) async fn update(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (action, place) = (
        AuditAction::PropertyUserUpdated,
        aimed(&path, AttemptTarget::Place),
    );
    let watched = Caller::watched::<acts::UpdatePropertyUser>(&request, &state, action, place);
    let (caller, watched) = watched.await?;
    let fields = UpdateForm::read(body::object(&request, payload, MEDIA_TYPES).await?)?;
    let command = UpdatePropertyUser {
        context: caller.context(),
        id: id_in(&path)?,
        fields,
    };
    let updated = state
        .write(move |uow| update_property_user(uow, &command))
        .await?;
    let updated = updated.map_err(|error| watched.told(error))?;
    Ok(HttpResponse::Ok().json(One {
        data: PropertyUserResource::from(updated),
    }))
}

/// `DELETE /api/v1/property_users/:id`.
pub(crate) async fn withdraw(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (action, place) = (
        AuditAction::PropertyUserWithdrawn,
        aimed(&path, AttemptTarget::Place),
    );
    let watched = Caller::watched::<acts::WithdrawPropertyUser>(&request, &state, action, place);
    let (caller, watched) = watched.await?;
    let command = WithdrawPropertyUser {
        context: caller.context(),
        id: id_in(&path)?,
        mail_limits: state.mail_limits,
    };
    let withdrawn = state
        .write(move |uow| withdraw_property_user(uow, &command))
        .await?;
    withdrawn.map_err(|error| watched.told(error))?;
    Ok(HttpResponse::Ok().json(Success::ANSWER))
}
