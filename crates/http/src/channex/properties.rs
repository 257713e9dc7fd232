//! `/api/v1/properties`.

use std::str::FromStr;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload},
};
use innkeeper_domain::{
    access::{TenantTarget, acts, authorize},
    effects::AuditAction,
    ids::Id,
    ports::PropertyFilter,
    record::AttemptTarget,
    usecases::{
        CreateProperty, DeleteProperty, Others, UpdateProperty, create_property, delete_property,
        get_property, list_properties, update_property,
    },
    values::Title,
};

use super::{
    Problem,
    list::{Known, ListQuery},
    property_users::MEDIA_TYPES,
    requests::{NewPropertyForm, OwnerField, PropertyForm},
    resources::{One, PropertyResource, Success},
};
use crate::{
    body,
    caller::{Caller, id_in},
    query::Query,
    reading::Reading,
    refusals::aimed,
    state::AppState,
};

pub(super) const LIST: Known = Known {
    filters: &["id", "title"],
    orders: &["title"],
    limit: 100,
};

/// The most titles that are asked for at once: more might not fit into one URL.
pub(super) const MOST_TITLES: usize = 20;

/// `GET /api/v1/properties`.
pub(crate) async fn list(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let asked = Query::of(&request).map_err(Problem::BadRequest).and_then(wanted);
    let list = Reading::new(&request, &state)
        .answer::<acts::ListProperties, _, _, _>(asked, |by, (query, filter)| {
            Ok(list_properties(by.queries, by.actor, filter, query.page)?)
        });
    let ((query, _), found) = list.await?;
    query.answer(found.map(PropertyResource::from))
}

fn wanted(query: Query) -> Result<(ListQuery, PropertyFilter), Problem> {
    let query = ListQuery::read(query, &LIST)?;
    let titles = query.any_of("title", |title| {
        Title::parse(title).ok().map(|title| title.as_str().to_owned())
    })?;
    if titles.as_ref().is_some_and(|titles| titles.len() > MOST_TITLES) {
        return Err(Problem::about("filter[title]", "is invalid"));
    }
    let filter = PropertyFilter {
        ids: query.any_of("id", |id| Id::from_str(id).ok())?,
        titles,
        direction: query.direction,
    };
    Ok((query, filter))
}

/// `POST /api/v1/properties`.
pub(crate) async fn create(
    request: HttpRequest,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::of(&request, &state).await?;
    authorize::<acts::CreateProperty>(&caller.actor, &TenantTarget)?;
    let owner = if caller.actor.user().is_some() {
        OwnerField::Ignored
    } else {
        OwnerField::Required
    };
    let body = body::object(&request, payload, MEDIA_TYPES).await?;
    let (fields, owner) = NewPropertyForm::read(body, owner)?;
    let command = CreateProperty {
        context: caller.context(),
        fields,
        owner,
    };
    let created = state.write(move |uow| create_property(uow, &command)).await??;
    Ok(HttpResponse::Created().json(One {
        data: PropertyResource::from(created),
    }))
}

/// `GET /api/v1/properties/:id`.
pub(crate) async fn get(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let asked = id_in(&path).map_err(Problem::from);
    let one = Reading::new(&request, &state).bounded();
    let one = one
        .answer::<acts::ReadProperty, _, _, _>(asked, |by, id| Ok(get_property(by.queries, by.actor, *id)?));
    let (_, found) = one.await?;
    Ok(HttpResponse::Ok().json(One {
        data: PropertyResource::from(found),
    }))
}

/// `PUT /api/v1/properties/:id`.
pub(crate) async fn update(
    request: HttpRequest,
    path: Path<String>,
    payload: Payload,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::UpdateProperty>(&request, &state).await?;
    let changes = PropertyForm::read(body::object(&request, payload, MEDIA_TYPES).await?)?;
    let command = UpdateProperty {
        context: caller.context(),
        id: id_in(&path)?,
        changes,
    };
    let updated = state.write(move |uow| update_property(uow, &command)).await??;
    Ok(HttpResponse::Ok().json(One {
        data: PropertyResource::from(updated),
    }))
}

/// `DELETE /api/v1/properties/:id`, with `?force=true` also while others are on it.
pub(crate) async fn delete(
    request: HttpRequest,
    path: Path<String>,
    state: Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let (action, property) = (
        AuditAction::PropertyDeleted,
        aimed(&path, AttemptTarget::Property),
    );
    let watched = Caller::watched::<acts::DeleteProperty>(&request, &state, action, property);
    let (caller, watched) = watched.await?;
    let others = match Query::of(&request).map_err(Problem::BadRequest)?.last("force") {
        Some("true") => Others::Withdraw,
        None | Some("false") => Others::Refuse,
        Some(_) => return Err(Problem::about("force", "is invalid")),
    };
    let command = DeleteProperty {
        context: caller.context(),
        id: id_in(&path)?,
        others,
    };
    let deleted = state.write(move |uow| delete_property(uow, &command)).await?;
    deleted.map_err(|error| watched.told(error))?;
    Ok(HttpResponse::Ok().json(Success::ANSWER))
}
