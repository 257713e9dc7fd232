//! Properties, as far as a viewer may see them.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, PgConnection, QueryDsl,
    QueryResult, RunQueryDsl,
};
use innkeeper_domain::{
    access::{Grant, PropertyLimit},
    ids::{PropertyId, TenantId, UserId, kinds},
    ports::{Direction, Page, PageRequest, PropertyFilter, StoreError, Viewer},
    properties::Property,
};

use super::{
    as_of::AsOf,
    asked,
    by_id::ById,
    for_each::ForEach,
    lists,
    question::{Askers, AskersOf, Question},
    unmoved,
    viewers::{VIEWERS, places_of},
};
use crate::{
    columns::{Key, keys},
    connection::{Ask, Link, MultiBackend},
    error::Failure,
    rows::{Decode as _, GrantRow, PropertyRow, decode_loaded, selected},
    schema::{properties, property_users},
    store::SqlStore,
};

/// A property by its id, and the grant of somebody on it.
macro_rules! one {
    ($tenant:expr, $id:expr, $viewer:expr, $unmoved:expr) => {{
        let grant = property_users::tenant_id
            .eq(properties::tenant_id)
            .and(property_users::property_id.eq(properties::id))
            .and(property_users::user_id.nullable().eq($viewer))
            .and(property_users::withdrawn_at.is_null());
        properties::table
            .left_join(property_users::table.on(grant))
            .filter(properties::tenant_id.eq($tenant))
            .filter(properties::id.eq($id))
            .filter(properties::deleted_at.is_null())
            .filter($unmoved)
            .select((selected::<PropertyRow>(), selected::<Option<GrantRow>>()))
    }};
}

impl Question for ById<kinds::Property> {
    type Row = (PropertyRow, Option<GrantRow>);
    const TABLE: &'static str = PropertyRow::TABLE;

    fn alone(&self) -> impl Ask<'_, Self::Row> {
        one!(self.tenant, self.id, self.viewer, unmoved::since(self.as_of))
    }

    fn together(asked: &[Self], postgres: &mut PgConnection) -> QueryResult<Vec<(i64, Self::Row)>> {
        let each = ForEach {
            names: Self::NAMES,
            values: Self::columns(asked),
            query: one!(
                asked::Tenant,
                asked::Id,
                asked::Viewer.nullable(),
                unmoved::OF_EACH
            ),
        };
        each.load(postgres)
    }

    fn askers(of: &Askers) -> &AskersOf<Self> {
        &of.property
    }
}

/// One property, and the grant of the viewer on it: one statement.
pub(super) fn one(
    store: &SqlStore,
    tenant: TenantId,
    id: PropertyId,
    viewer: Option<UserId>,
) -> Result<Option<(Property, Vec<Grant>)>, StoreError> {
    let as_of = store.as_of();
    let rows = store.answer(ById::new(as_of, tenant, id, viewer))?;
    let found = as_of.found(decode_loaded(rows)?.pop())?;
    Ok(found.map(|(property, grant)| (property, grant.into_iter().collect())))
}

/// The live properties that the viewer may see and that pass the filter.
fn visible<'f>(viewer: &'f Viewer, filter: &'f PropertyFilter) -> properties::BoxedQuery<'f, MultiBackend> {
    let mut query = properties::table
        .filter(properties::tenant_id.eq(Key(viewer.tenant)))
        .filter(properties::deleted_at.is_null())
        .into_boxed();
    if let Some(user) = viewer.user {
        let shown = places_of!(Key(viewer.tenant), Key(user))
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
