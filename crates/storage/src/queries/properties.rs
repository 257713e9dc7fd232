//! Properties, as far as a viewer may see them.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl};
use innkeeper_domain::{
    access::{Grant, PropertyLimit},
    ids::{PropertyId, TenantId, UserId},
    ports::{Direction, Page, PageRequest, PropertyFilter, Viewer},
    properties::Property,
};

use super::{
    as_of::AsOf,
    lists,
    viewers::{VIEWERS, places_of},
};
use crate::{
    columns::{Key, keys},
    connection::{Link, MultiBackend},
    error::Failure,
    rows::{GrantRow, PropertyRow, decode, selected},
    schema::{properties, property_users},
};

/// One property, and the grant of the viewer on it: one statement.
pub(super) fn one(
    link: &mut Link,
    as_of: &AsOf,
    tenant: TenantId,
    id: PropertyId,
    viewer: Option<UserId>,
) -> Result<Option<(Property, Vec<Grant>)>, Failure> {
    let one = properties::table
        .filter(properties::tenant_id.eq(Key(tenant)))
        .filter(properties::id.eq(Key(id)))
        .filter(properties::deleted_at.is_null())
        .filter(as_of.condition());
    let Some(viewer) = viewer else {
        let rows = link.rows::<_, PropertyRow>(one.select(selected::<PropertyRow>()));
        let found = as_of.found(decode(rows)?.pop())?;
        return Ok(found.map(|property| (property, Vec::new())));
    };
    let grant = property_users::tenant_id
        .eq(properties::tenant_id)
        .and(property_users::property_id.eq(properties::id))
        .and(property_users::user_id.eq(Key(viewer)))
        .and(property_users::withdrawn_at.is_null());
    let with_grant = one
        .left_join(property_users::table.on(grant))
        .select((selected::<PropertyRow>(), selected::<Option<GrantRow>>()));
    let rows = link.rows::<_, (PropertyRow, Option<GrantRow>)>(with_grant);
    let found = as_of.found(decode(rows)?.pop())?;
    Ok(found.map(|(property, grant)| (property, grant.into_iter().collect())))
}

/// The live properties that the viewer may see and that pass the filter.
fn visible<'f>(viewer: &'f Viewer, filter: &'f PropertyFilter) -> properties::BoxedQuery<'f, MultiBackend> {
    let mut query = properties::table
        .filter(properties::tenant_id.eq(Key(viewer.tenant)))
        .filter(properties::deleted_at.is_null())
        .into_boxed();
    if let Some(user) = viewer.user {
        let shown = places_of!(viewer.tenant, user)
            .filter(VIEWERS.field(property_users::sees_property))
            .select(VIEWERS.field(property_users::property_id));
        query = query.filter(properties::id.eq_any(shown));
    }
    if let PropertyLimit::Only(ids) = &viewer.limit {
        query = query.filter(properties::id.eq_any(keys(ids)));
    }
    if let Some(ids) = &filter.ids {
        query = query.filter(properties::id.eq_any(keys(ids)));
    }
    if let Some(titles) = &filter.titles {
        query = query.filter(properties::title.eq_any(titles));
    }
    query
}

/// By the bytes of their titles, then id.
pub(super) fn list(
    link: &mut Link,
    as_of: &AsOf,
    viewer: &Viewer,
    filter: &PropertyFilter,
    page: PageRequest,
) -> Result<Page<Property>, Failure> {
    let list = visible(viewer, filter)
        .filter(as_of.condition())
        .select(selected::<PropertyRow>());
    let list = match filter.direction {
        Direction::Ascending => list.order((properties::title.asc(), properties::id.asc())),
        Direction::Descending => list.order((properties::title.desc(), properties::id.desc())),
    };
    let keys = visible(viewer, filter).select(properties::id);
    as_of.page(lists::page::<PropertyRow, _, _>(link, page, list, keys)?)
}
