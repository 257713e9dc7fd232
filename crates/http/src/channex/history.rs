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
use utoipa::ToSchema;

use super::{
    Problem,
    audit_records::instant,
    resources::{PropertyLink, PropertyUserAttributes, RelatedProperty},
};
use crate::{
    query::{Query, within},
    reading::Reading,
    reference::values::{Id as IdText, Instant, PropertyUserType, UserLinkType},
    state::AppState,
};

pub(super) const PROPERTY: &str = "filter[property_id]";

/// `GET /api/v1/property_users/history`: who had which place on a property at an instant.
pub(crate) async fn history(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let then = Reading::new(&request, &state);
    let asked = Query::of(&request).map_err(Problem::BadRequest);
    let asked = asked.and_then(|query| read(&query, then.now));
    let then = then.answer::<acts::ReadHistory, _, _, _>(asked, |by, (property, at)| {
        Ok(history_of_property(by.queries, by.actor, *property, *at)?)
    });
    let ((property, at), places) = then.await?;
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

/// Who had which place on a property at an instant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastPropertyUserList)]
pub(super) struct Then {
    data: Vec<Resource>,
    meta: ThenMeta,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastPropertyUserListMeta)]
struct ThenMeta {
    /// The property.
    #[schema(value_type = IdText)]
    property_id: PropertyId,
    /// The instant.
    #[schema(value_type = Instant)]
    at: Timestamp,
}

/// A place as it was. People are told by id alone: the record knows no addresses, and the person may be gone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastPropertyUser)]
struct Resource {
    #[schema(value_type = PropertyUserType)]
    r#type: &'static str,
    #[schema(value_type = IdText)]
    id: PropertyUserId,
    attributes: PropertyUserAttributes,
    relationships: Relationships,
    meta: Meta,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastPropertyUserRelationships)]
struct Relationships {
    property: RelatedProperty,
    user: RelatedUser,
}

/// The person of a past place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastRelatedUser)]
struct RelatedUser {
    data: UserLink,
}

/// The person of a past place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastUserLink)]
struct UserLink {
    #[schema(value_type = UserLinkType)]
    r#type: &'static str,
    #[schema(value_type = IdText)]
    id: UserId,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastPropertyUserMeta)]
struct Meta {
    /// Since when the place was as it is told here.
    #[schema(value_type = Instant)]
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
                property: RelatedProperty {
                    data: PropertyLink::to(place.property),
                },
                user: RelatedUser {
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
