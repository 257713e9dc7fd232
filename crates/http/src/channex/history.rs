//! `/api/v1/property_users/history`.

use std::str::FromStr;

use actix_web::{HttpRequest, HttpResponse, web::Data};
use innkeeper_domain::{
    access::acts,
    ids::{Id, PropertyId, PropertyUserId, UserId},
    record::PastPlace,
    time::Timestamp,
    usecases::history_of_property,
};
use serde::Serialize;

use super::{
    Problem,
    audit_records::instant,
    resources::{One, PropertyLink, PropertyUserAttributes},
};
use crate::{
    caller::Caller,
    query::{Query, within},
    state::AppState,
};

const PROPERTY: &str = "filter[property_id]";

/// `GET /api/v1/property_users/history`: who had which place on a property at an instant.
pub(crate) async fn history(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let caller = Caller::admitted::<acts::ReadHistory>(&request, &state).await?;
    let query = Query::of(&request).map_err(Problem::BadRequest)?;
    let (property, at) = read(&query, caller.now())?;
    let found = state.read(move |queries| history_of_property(queries, &caller.actor, property, at));
    let places = found.await??;
    Ok(HttpResponse::Ok().json(Then {
        data: places.into_iter().map(Resource::from).collect(),
        meta: ThenMeta {
            property_id: property,
            at,
        },
    }))
}

/// Reads the query; all that is wrong is told at once.
fn read(query: &Query, now: Timestamp) -> Result<(PropertyId, Timestamp), Problem> {
    for (name, _) in query.iter() {
        let other = name.starts_with("order")
            || name.starts_with("pagination")
            || (name.starts_with("filter") && within(name, "filter") != Some("property_id"));
        if other {
            return Err(Problem::about(name, "is invalid"));
        }
    }
    let property = match query.last(PROPERTY) {
        None | Some("") => Err("can't be blank"),
        Some(id) => Id::from_str(id).map_err(|_not_an_id| "is invalid"),
    };
    let at = match (query.last("at"), instant(query, "at")) {
        (None | Some(""), _) => Err("can't be blank"),
        (Some(_), Ok(Some(at))) if at <= now => Ok(at),
        (Some(_), _) => Err("is invalid"),
    };
    match (property, at) {
        (Ok(property), Ok(at)) => Ok((property, at)),
        (property, at) => {
            let wrong = [(PROPERTY, property.err()), ("at", at.err())];
            let wrong = wrong
                .into_iter()
                .filter_map(|(name, message)| Some((name.to_owned(), vec![message?.to_owned()])));
            Err(Problem::Validation(wrong.collect()))
        }
    }
}

#[derive(Debug, Serialize)]
struct Then {
    data: Vec<Resource>,
    meta: ThenMeta,
}

#[derive(Debug, Serialize)]
struct ThenMeta {
    property_id: PropertyId,
    at: Timestamp,
}

/// A place as it was. People are told by id alone: the record knows no addresses, and the person may be gone.
#[derive(Debug, Serialize)]
struct Resource {
    r#type: &'static str,
    id: PropertyUserId,
    attributes: PropertyUserAttributes,
    relationships: Relationships,
    meta: Meta,
}

#[derive(Debug, Serialize)]
struct Relationships {
    property: One<PropertyLink>,
    user: One<UserLink>,
}

#[derive(Debug, Serialize)]
struct UserLink {
    r#type: &'static str,
    id: UserId,
}

#[derive(Debug, Serialize)]
struct Meta {
    since: Timestamp,
}

impl From<PastPlace> for Resource {
    fn from(place: PastPlace) -> Self {
        Self {
            r#type: "property_user",
            id: place.id,
            attributes: PropertyUserAttributes {
                id: place.id,
                property_id: place.property,
                user_id: place.user,
                role: place.role.as_str(),
                overrides: place.overrides,
            },
            relationships: Relationships {
                property: One {
                    data: PropertyLink::to(place.property),
                },
                user: One {
                    data: UserLink {
                        r#type: "user",
                        id: place.user,
                    },
                },
            },
            meta: Meta { since: place.since },
        }
    }
}
