//! `/api/v1/audit_records`.

use std::str::FromStr;

use actix_web::{HttpRequest, HttpResponse, web::Data};
use innkeeper_domain::{
    access::{Bearer, acts},
    effects::{AuditAction, AuditRecord, Facts},
    ids::{AuditRecordId, CredentialId, Id, PropertyId, UserId},
    ports::{AuditFilter, AuditPage, Direction},
    time::Timestamp,
    usecases::list_audit_records,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Problem,
    list::{any_of, limit as limit_of},
    reference::words::{AuditActionName, AuditRecordType, AuthorKind, FactsObject, TokenKind},
};
use crate::{
    query::{Query, within},
    reading::Reading,
    reference::values::{Id as IdText, Instant},
    state::AppState,
};

const FILTERS: [&str; 6] = ["property_id", "user_id", "actor_id", "action", "since", "until"];
pub(super) const LIMIT: u32 = 100;
pub(super) const CURSOR: &str = "pagination[cursor]";
/// What a cursor looks like.
pub(super) const CURSOR_PATTERN: &str = "^r[0-9a-f]{32}$";

/// `GET /api/v1/audit_records`.
pub(crate) async fn list(request: HttpRequest, state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let asked = Query::of(&request).map_err(Problem::BadRequest);
    let asked = asked.and_then(|query| read(&query));
    let list = Reading::new(&request, &state)
        .answer::<acts::ListAuditRecords, _, _, _>(asked, |by, (filter, page)| {
            Ok(list_audit_records(by.queries, by.actor, filter, *page)?)
        });
    let ((_, page), slice) = list.await?;
    let limit = page.limit;
    let next_cursor = slice
        .records
        .last()
        .filter(|_| slice.more)
        .map(|last| cursor(last.id));
    Ok(HttpResponse::Ok().json(Slice {
        data: slice.records.into_iter().map(Resource::from).collect(),
        meta: SliceMeta { limit, next_cursor },
    }))
}

/// Reads the query; what is not known is refused by name.
fn read(query: &Query) -> Result<(AuditFilter, AuditPage), Problem> {
    for (name, _) in query.iter() {
        let known = if name.starts_with("filter") {
            within(name, "filter").is_some_and(|field| FILTERS.contains(&field))
        } else {
            !name.starts_with("order")
                && (!name.starts_with("pagination") || matches!(name, CURSOR | "pagination[limit]"))
        };
        if !known {
            return Err(Problem::about(name, "is invalid"));
        }
    }
    let after = match query.last(CURSOR) {
        None => None,
        Some(text) => Some(place(text).ok_or_else(|| Problem::about(CURSOR, "is invalid"))?),
    };
    let filter = AuditFilter {
        properties: any_of(query, "property_id", |id| Id::from_str(id).ok())?,
        subjects: any_of(query, "user_id", |id| Id::from_str(id).ok())?,
        actors: any_of(query, "actor_id", |id| Id::<()>::from_str(id).ok().map(Id::uuid))?,
        actions: any_of(query, "action", |action| AuditAction::from_str(action).ok())?,
        since: instant(query, "filter[since]")?,
        until: instant(query, "filter[until]")?,
    };
    let page = AuditPage {
        after,
        direction: Direction::Descending,
        limit: limit_of(query, LIMIT)?,
    };
    Ok((filter, page))
}

/// An instant in a parameter, if it is there.
pub(super) fn instant(query: &Query, name: &'static str) -> Result<Option<Timestamp>, Problem> {
    match query.last(name) {
        None => Ok(None),
        Some(text) => match Timestamp::parse(text) {
            Some(instant) => Ok(Some(instant)),
            None => Err(Problem::about(name, "is invalid")),
        },
    }
}

/// Where the next part begins. Clients hand it back as it is; what is in it may change.
fn cursor(last: AuditRecordId) -> String {
    format!("r{}", last.uuid().simple())
}

fn place(cursor: &str) -> Option<AuditRecordId> {
    let digits = cursor.strip_prefix('r').filter(|digits| digits.len() == 32)?;
    let plain = digits
        .bytes()
        .all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
    plain.then(|| Uuid::try_parse(digits).ok().map(Id::from_uuid))?
}

/// A part of the record, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecordList)]
pub(super) struct Slice {
    data: Vec<Resource>,
    meta: SliceMeta,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecordListMeta)]
struct SliceMeta {
    /// The most records of a part.
    limit: u32,
    /// What to send as `pagination[cursor]` for the next part; `null` where there is none.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// What was done by whom to what: ids, and never an address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecord)]
struct Resource {
    #[schema(value_type = AuditRecordType)]
    r#type: &'static str,
    #[schema(value_type = IdText)]
    id: AuditRecordId,
    attributes: Attributes,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecordAttributes)]
struct Attributes {
    #[schema(value_type = IdText)]
    id: AuditRecordId,
    #[schema(value_type = AuditActionName)]
    action: &'static str,
    /// When.
    #[schema(value_type = Instant)]
    at: Timestamp,
    actor: Actor,
    /// With which token; `null` where there was none.
    #[schema(required)]
    token: Option<Token>,
    /// The `X-Request-ID` of the request.
    request_id: String,
    /// The id of what was made, changed or removed.
    #[schema(value_type = IdText)]
    object_id: Id<()>,
    /// The property concerned, if any.
    #[schema(value_type = Option<IdText>, required)]
    property_id: Option<PropertyId>,
    /// The person concerned, if any.
    #[schema(value_type = Option<IdText>, required)]
    user_id: Option<UserId>,
    /// What was before, if anything.
    #[schema(value_type = Option<FactsObject>, required)]
    before: Option<Facts>,
    /// What is since, if anything.
    #[schema(value_type = Option<FactsObject>, required)]
    after: Option<Facts>,
}

/// In whose name it was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecordActor)]
struct Actor {
    #[schema(value_type = AuthorKind)]
    r#type: &'static str,
    /// The user or application; `null` for others.
    #[schema(value_type = Option<IdText>, required)]
    id: Option<Id<()>>,
    /// The login that a user acted through.
    #[schema(value_type = Option<IdText>, required)]
    credential_id: Option<CredentialId>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRecordToken)]
struct Token {
    #[schema(value_type = TokenKind)]
    r#type: &'static str,
    #[schema(value_type = IdText)]
    id: Id<()>,
}

/// The kind of a token on the wire.
pub(super) const fn kind_of_token(bearer: Bearer) -> &'static str {
    match bearer {
        Bearer::AccessToken(_) => "access_token",
        Bearer::ApiKey(_) => "api_key",
    }
}

impl From<Bearer> for Token {
    fn from(bearer: Bearer) -> Self {
        let uuid = match bearer {
            Bearer::AccessToken(id) => id.uuid(),
            Bearer::ApiKey(id) => id.uuid(),
        };
        Self {
            r#type: kind_of_token(bearer),
            id: Id::from_uuid(uuid),
        }
    }
}

impl From<AuditRecord> for Resource {
    fn from(record: AuditRecord) -> Self {
        let facts = |facts: Facts| (!facts.is_empty()).then_some(facts);
        Self {
            r#type: "audit_record",
            id: record.id,
            attributes: Attributes {
                id: record.id,
                action: record.action.as_str(),
                at: record.at,
                actor: Actor {
                    r#type: record.actor.kind(),
                    id: record.actor.id().map(Id::from_uuid),
                    credential_id: record.actor.credential(),
                },
                token: record.token.map(Token::from),
                request_id: record.request.as_str().to_owned(),
                object_id: Id::from_uuid(record.object),
                property_id: record.property,
                user_id: record.subject,
                before: facts(record.before),
                after: facts(record.after),
            },
        }
    }
}
