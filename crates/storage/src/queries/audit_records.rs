//! The record, as far as a viewer may see it, and what it tells of places.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, QueryResult,
    RunQueryDsl,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};
use innkeeper_domain::{
    access::{Grant, PropertyLimit},
    effects::{AuditAction, AuditRecord},
    ids::{AuditRecordId, Id, PropertyId, PropertyUserId, TenantId, UserId, kinds},
    ports::{AuditFilter, AuditPage, AuditSlice, Direction, Viewer},
    time::Timestamp,
};

use super::viewers::{VIEWERS, places_of};
use crate::{
    columns::{At, Key, Micros, Uuid, keys},
    connection::{AnyConnection, Link, MultiBackend},
    error::Failure,
    rows::{Acting, AuditRecordRow, GrantRow, decode, selected},
    schema::{audit_records, properties, property_users},
};

/// The records that pass the filter, of what the viewer's places show the record of. No rule is decided here: what a place
/// shows was computed when it was written.
pub(super) fn list(
    link: &mut Link,
    viewer: &Viewer,
    filter: &AuditFilter,
    page: AuditPage,
) -> Result<AuditSlice, Failure> {
    let mut query = audit_records::table
        .filter(audit_records::tenant_id.eq(Key(viewer.tenant)))
        .select(selected::<AuditRecordRow>())
        .into_boxed();
    if let Some(user) = viewer.user {
        let shown = places_of!(Key(viewer.tenant), Key(user))
            .filter(VIEWERS.field(property_users::sees_record))
            .select(VIEWERS.field(property_users::property_id).nullable());
        query = query.filter(audit_records::property_id.eq_any(shown));
    }
    if let PropertyLimit::Only(properties) = &viewer.limit {
        query = query.filter(audit_records::property_id.eq_any(keys(properties).map(Some)));
    }
    if let Some(properties) = &filter.properties {
        query = query.filter(audit_records::property_id.eq_any(keys(properties).map(Some)));
    }
    if let Some(subjects) = &filter.subjects {
        query = query.filter(audit_records::subject_id.eq_any(keys(subjects).map(Some)));
    }
    if let Some(actors) = &filter.actors {
        let actors = actors.iter().map(|id| Some(Key(Id::<Acting>::from_uuid(*id))));
        query = query.filter(audit_records::actor_id.eq_any(actors));
    }
    if let Some(actions) = &filter.actions {
        query = query.filter(audit_records::action.eq_any(actions.iter().map(|action| action.as_str())));
    }
    if let Some(since) = filter.since {
        query = query
            .filter(audit_records::at.ge(At(since)))
            .filter(audit_records::id.ge(Key(made_around(since, Direction::Ascending))));
    }
    if let Some(until) = filter.until {
        query = query
            .filter(audit_records::at.lt(At(until)))
            .filter(audit_records::id.le(Key(made_around(until, Direction::Descending))));
    }
    query = match (page.direction, page.after) {
        (Direction::Ascending, None) => query.order(audit_records::id.asc()),
        (Direction::Ascending, Some(after)) => query
            .filter(audit_records::id.gt(Key(after)))
            .order(audit_records::id.asc()),
        (Direction::Descending, None) => query.order(audit_records::id.desc()),
        (Direction::Descending, Some(before)) => query
            .filter(audit_records::id.lt(Key(before)))
            .order(audit_records::id.desc()),
    };
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let rows = link.rows_dynamic::<_, AuditRecordRow>(query.limit(i64::from(page.limit).saturating_add(1)));
    let mut records = decode(rows)?;
    let more = records.len() > limit;
    records.truncate(limit);
    Ok(AuditSlice { records, more })
}

/// An id before or after all of the records at an instant. Ids tell the time that they were made at, which is that of the
/// record, or, where several changes of one thing crossed each other, a little before it: an hour is more than enough.
fn made_around(at: Timestamp, side: Direction) -> AuditRecordId {
    let slack = std::time::Duration::from_hours(1);
    let at = match side {
        Direction::Ascending => at - slack,
        Direction::Descending => at + slack,
    };
    let millis = u64::try_from(at.as_micros() / 1_000)
        .unwrap_or(0)
        .min(u64::MAX >> 16);
    Id::from_uuid(uuid::Uuid::from_u64_pair(millis << 16, 0))
}

/// Of each place that a property ever had, the latest record up to an instant.
#[derive(Debug)]
struct Latest {
    tenant: Key<kinds::Tenant>,
    property: Key<kinds::Property>,
    until: At,
}

/// What is told of a place.
const OF_PLACES: [AuditAction; 3] = [
    AuditAction::PropertyUserInvited,
    AuditAction::PropertyUserUpdated,
    AuditAction::PropertyUserWithdrawn,
];

/// The columns of the table, in its order.
const COLUMNS: &str = "tenant_id, id, at, actor_kind, actor_id, credential_id, token_kind, token_id, request_id, \
    action, object_id, property_id, subject_id, before_json, after_json";

impl QueryFragment<MultiBackend> for Latest {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_sql(COLUMNS);
        out.push_sql(
            " FROM (SELECT *, row_number() OVER (PARTITION BY object_id ORDER BY at DESC, id DESC) AS place \
             FROM audit_records WHERE tenant_id = ",
        );
        out.push_bind_param::<Uuid, _>(&self.tenant)?;
        out.push_sql(" AND property_id = ");
        out.push_bind_param::<Uuid, _>(&self.property)?;
        out.push_sql(" AND at <= ");
        out.push_bind_param::<Micros, _>(&self.until)?;
        out.push_sql(" AND action IN (");
        for (place, action) in OF_PLACES.into_iter().enumerate() {
            out.push_sql(if place == 0 { "'" } else { ", '" });
            out.push_sql(action.as_str());
            out.push_sql("'");
        }
        out.push_sql(")) AS ranked WHERE place = 1");
        Ok(())
    }
}

impl QueryId for Latest {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Latest {
    type SqlType = audit_records::SqlType;
}

impl RunQueryDsl<AnyConnection> for Latest {}

/// Of each place that a property ever had, the latest record up to an instant.
pub(super) fn latest_of_places(
    link: &mut Link,
    tenant: TenantId,
    property: PropertyId,
    until: Timestamp,
) -> Result<Vec<AuditRecord>, Failure> {
    decode(link.rows_dynamic::<_, AuditRecordRow>(Latest {
        tenant: Key(tenant),
        property: Key(property),
        until: At(until),
    }))
}

type GrantColumns = (Option<Key<kinds::PropertyUser>>, Option<String>, Option<String>);

/// Whether the tenant ever had the property, and the viewer's grants on it.
pub(super) fn property_ever(
    link: &mut Link,
    tenant: TenantId,
    id: PropertyId,
    viewer: Option<UserId>,
) -> Result<Option<Vec<Grant>>, Failure> {
    let one = properties::table.find((Key(tenant), Key(id)));
    let Some(viewer) = viewer else {
        let found: Vec<Key<kinds::Property>> = link.rows(one.select(properties::id))?;
        return Ok(found.first().map(|_known| Vec::new()));
    };
    let viewers = VIEWERS;
    let grant = viewers
        .field(property_users::tenant_id)
        .eq(properties::tenant_id)
        .and(viewers.field(property_users::property_id).eq(properties::id))
        .and(viewers.field(property_users::user_id).eq(Key(viewer)))
        .and(viewers.field(property_users::withdrawn_at).is_null());
    let with_grant = one.left_join(viewers.on(grant)).select((
        viewers.field(property_users::id).nullable(),
        viewers.field(property_users::role).nullable(),
        viewers.field(property_users::overrides).nullable(),
    ));
    let rows: Vec<GrantColumns> = link.rows(with_grant)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let grants = rows
        .into_iter()
        .filter_map(|(id, role, overrides)| GrantRow::joined(id, role, overrides));
    Ok(Some(decode(Ok(grants.collect::<Vec<_>>()))?))
}

/// Whose place on what it is or was.
pub(super) fn place_ever(
    link: &mut Link,
    tenant: TenantId,
    id: PropertyUserId,
) -> Result<Option<(PropertyId, UserId)>, Failure> {
    let one = property_users::table
        .find((Key(tenant), Key(id)))
        .select((property_users::property_id, property_users::user_id));
    let mut found: Vec<(Key<kinds::Property>, Key<kinds::User>)> = link.rows(one)?;
    Ok(found.pop().map(|(property, user)| (property.0, user.0)))
}
