//! Property users, as far as a viewer may see them.

mod questions;

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};
use innkeeper_domain::{
    access::{Grant, PropertyLimit, Role},
    ids::{PropertyUserId, TenantId, UserId},
    ports::{
        Direction, Page, PageRequest, PropertyUserFilter, PropertyUserOrder, PropertyUserView, StoreError,
        Viewer,
    },
};

pub(super) use self::questions::Screen;
use self::questions::WithGrant;
use super::{
    as_of::AsOf,
    by_id::ById,
    counting::Count,
    lists::{self, Extent},
    viewers::{VIEWERS, places_of},
};
use crate::{
    columns::{Key, keys},
    connection::Link,
    error::Failure,
    rows::{GrantRow, PropertyUserViewRow, decode, decode_loaded, selected},
    schema::{property_users, users, whose_place},
    store::SqlStore,
};

/// One property user, its person, and the grant of the viewer on the same property: one statement.
pub(super) fn one(
    store: &SqlStore,
    tenant: TenantId,
    id: PropertyUserId,
    viewer: Option<UserId>,
) -> Result<Option<(PropertyUserView, Vec<Grant>)>, StoreError> {
    let as_of = store.as_of();
    let rows = store.answer(ById::new(as_of, tenant, id, viewer))?;
    let grouped = |(view, id, role, overrides): WithGrant| (view, GrantRow::joined(id, role, overrides));
    let found = decode_loaded(rows.into_iter().map(grouped).collect())?.pop();
    Ok(as_of
        .found(found)?
        .map(|(view, grant)| (view, grant.into_iter().collect())))
}

/// The places that show a user who else has one there.
macro_rules! shown_to {
    ($tenant:expr, $user:expr) => {
        places_of!($tenant, $user)
            .filter(VIEWERS.field(property_users::sees_property))
            .filter(VIEWERS.field(property_users::sees_users))
    };
}

use shown_to;

/// The live property users that the viewer may see and that pass the filter. No rule is decided here: what a grant
/// shows was computed when it was written.
macro_rules! visible {
    ($viewer:expr, $filter:expr) => {{
        let (viewer, filter): (&Viewer, &PropertyUserFilter) = ($viewer, $filter);
        let mut query = property_users::table
            .filter(property_users::tenant_id.eq(Key(viewer.tenant)))
            .filter(property_users::withdrawn_at.is_null())
            .into_boxed();
        if let Some(user) = viewer.user {
            let shown =
                shown_to!(Key(viewer.tenant), Key(user)).select(VIEWERS.field(property_users::property_id));
            // Of one property the viewer's grants elsewhere are not read, however many there are.
            query = match filter.properties.as_deref() {
                Some([one]) => {
                    let here = VIEWERS.field(property_users::property_id).eq(Key(*one));
                    query.filter(property_users::property_id.eq_any(shown.filter(here)))
                }
                None | Some(_) => query.filter(property_users::property_id.eq_any(shown)),
            };
        }
        if let PropertyLimit::Only(properties) = &viewer.limit {
            query = query.filter(property_users::property_id.eq_any(keys(properties)));
        }
        // A list of ids makes a text of its own for each length, which is not kept; most ask for one.
        match filter.properties.as_deref() {
            None => {}
            Some([one]) => query = query.filter(property_users::property_id.eq(Key(*one))),
            Some(several) => query = query.filter(property_users::property_id.eq_any(keys(several))),
        }
        match filter.users.as_deref() {
            None => {}
            Some([one]) => query = query.filter(property_users::user_id.eq(Key(*one))),
            Some(several) => query = query.filter(property_users::user_id.eq_any(keys(several))),
        }
        if let Some(roles) = &filter.roles {
            query = query.filter(property_users::role.eq_any(roles.iter().copied().map(Role::as_str)));
        }
        query
    }};
}

/// These with their people, in order.
macro_rules! listed {
    ($as_of:expr, $viewer:expr, $filter:expr) => {{
        let list = visible!($viewer, $filter)
            .filter($as_of.condition())
            .inner_join(users::table.on(whose_place()))
            .select(selected::<PropertyUserViewRow>());
        let (role, invited_at, id) = (
            property_users::role,
            property_users::invited_at,
            property_users::id,
        );
        match ($filter.order, $filter.direction) {
            (PropertyUserOrder::InvitedAt, Direction::Ascending) => list.order((invited_at.asc(), id.asc())),
            (PropertyUserOrder::InvitedAt, Direction::Descending) => {
                list.order((invited_at.desc(), id.desc()))
            }
            (PropertyUserOrder::Role, Direction::Ascending) => {
                list.order((role.asc(), invited_at.asc(), id.asc()))
            }
            (PropertyUserOrder::Role, Direction::Descending) => {
                list.order((role.desc(), invited_at.desc(), id.desc()))
            }
        }
    }};
}

/// The list of a property that its screen shows, if it is that: in the usual order, and chosen by nothing else.
fn screen(as_of: &AsOf, viewer: &Viewer, filter: &PropertyUserFilter, page: PageRequest) -> Option<Screen> {
    let PropertyUserFilter {
        properties,
        users: None,
        roles: None,
        order: PropertyUserOrder::InvitedAt,
        direction: Direction::Ascending,
    } = filter
    else {
        return None;
    };
    match properties.as_deref() {
        Some([one]) if viewer.limit.covers(*one) => Some(Screen {
            as_of: as_of.in_question(),
            tenant: Key(viewer.tenant),
            property: Key(*one),
            viewer: Key(viewer.user?),
            extent: Extent::of(page),
        }),
        None | Some(_) => None,
    }
}

pub(super) fn list(
    store: &SqlStore,
    viewer: &Viewer,
    filter: &PropertyUserFilter,
    page: PageRequest,
) -> Result<Page<PropertyUserView>, StoreError> {
    let as_of = store.as_of();
    let rows = match screen(as_of, viewer, filter, page) {
        Some(screen) => decode_loaded(store.answer(screen)?)?,
        None => store.read(|link| chosen(link, as_of, viewer, filter, page))?,
    };
    let found = lists::paged(page, rows, || store.read(|link| count(link, viewer, filter)))?;
    Ok(as_of.page(found)?)
}

fn chosen(
    link: &mut Link,
    as_of: &AsOf,
    viewer: &Viewer,
    filter: &PropertyUserFilter,
    page: PageRequest,
) -> Result<Vec<PropertyUserView>, Failure> {
    let extent = Extent::of(page);
    decode::<PropertyUserViewRow>(link.either(
        |sqlite| extent.on(listed!(as_of, viewer, filter)).load(sqlite),
        |postgres| extent.on(listed!(as_of, viewer, filter)).load(postgres),
    ))
}

fn count(link: &mut Link, viewer: &Viewer, filter: &PropertyUserFilter) -> Result<Vec<i64>, Failure> {
    Ok(link.either(
        |sqlite| Count(visible!(viewer, filter).select(property_users::id)).load(sqlite),
        |postgres| Count(visible!(viewer, filter).select(property_users::id)).load(postgres),
    )?)
}
