//! Property users, as far as a viewer may see them.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, QueryResult,
    RunQueryDsl, dsl::exists,
};
use innkeeper_domain::{
    access::{Grant, PropertyLimit, Role},
    ids::{PropertyId, PropertyUserId, TenantId, UserId, kinds},
    ports::{Direction, Page, PageRequest, PropertyUserFilter, PropertyUserOrder, PropertyUserView, Viewer},
};

use super::{
    as_of::AsOf,
    counting::Count,
    lists::{self, Part},
    viewers::{VIEWERS, places_of},
};
use crate::{
    columns::{Key, keys},
    connection::Link,
    error::Failure,
    rows::{GrantRow, PropertyUserViewRow, decode, selected},
    schema::{property_users, users, whose_place},
};

type JoinedRow = (
    PropertyUserViewRow,
    Option<Key<kinds::PropertyUser>>,
    Option<String>,
    Option<String>,
);

/// One property user, its person, and the grant of the viewer on the same property: one statement.
pub(super) fn one(
    link: &mut Link,
    as_of: &AsOf,
    tenant: TenantId,
    id: PropertyUserId,
    viewer: Option<UserId>,
) -> Result<Option<(PropertyUserView, Vec<Grant>)>, Failure> {
    let one = property_users::table
        .inner_join(users::table.on(whose_place()))
        .filter(property_users::tenant_id.eq(Key(tenant)))
        .filter(property_users::id.eq(Key(id)))
        .filter(property_users::withdrawn_at.is_null())
        .filter(as_of.condition());
    let found: Option<(PropertyUserView, Option<Grant>)> = match viewer {
        None => {
            let rows = link.rows::<_, PropertyUserViewRow>(one.select(selected::<PropertyUserViewRow>()));
            decode(rows)?.pop().map(|view| (view, None))
        }
        Some(viewer) => {
            let grant = VIEWERS
                .field(property_users::tenant_id)
                .eq(property_users::tenant_id)
                .and(
                    VIEWERS
                        .field(property_users::property_id)
                        .eq(property_users::property_id),
                )
                .and(VIEWERS.field(property_users::user_id).eq(Key(viewer)))
                .and(VIEWERS.field(property_users::withdrawn_at).is_null());
            let with_grant = one.left_join(VIEWERS.on(grant)).select((
                selected::<PropertyUserViewRow>(),
                VIEWERS.field(property_users::id).nullable(),
                VIEWERS.field(property_users::role).nullable(),
                VIEWERS.field(property_users::overrides).nullable(),
            ));
            let rows = link.rows::<_, JoinedRow>(with_grant).map(|rows| {
                let grouped =
                    |(view, id, role, overrides): JoinedRow| (view, GrantRow::joined(id, role, overrides));
                rows.into_iter().map(grouped).collect()
            });
            decode(rows)?.pop()
        }
    };
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
            let shown = shown_to!(viewer.tenant, user).select(VIEWERS.field(property_users::property_id));
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

/// The user who looks and the property, if the list is the one that screens show of a property: in the usual order, and
/// chosen by nothing else.
fn screen(viewer: &Viewer, filter: &PropertyUserFilter) -> Option<(UserId, PropertyId)> {
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
        Some([one]) if viewer.limit.covers(*one) => Some((viewer.user?, *one)),
        None | Some(_) => None,
    }
}

/// The list of a screen, as a query whose text is always the same: it is put together once a connection.
fn of_property(
    link: &mut Link,
    as_of: &AsOf,
    tenant: TenantId,
    (user, property): (UserId, PropertyId),
    part: Part<()>,
) -> QueryResult<Vec<PropertyUserViewRow>> {
    let here = VIEWERS.field(property_users::property_id).eq(Key(property));
    let list = property_users::table
        .inner_join(users::table.on(whose_place()))
        .filter(property_users::tenant_id.eq(Key(tenant)))
        .filter(property_users::property_id.eq(Key(property)))
        .filter(property_users::withdrawn_at.is_null())
        .filter(exists(shown_to!(tenant, user).filter(here)))
        .filter(as_of.condition())
        .order((property_users::invited_at.asc(), property_users::id.asc()))
        .select(selected::<PropertyUserViewRow>());
    link.rows(part.on(list))
}

pub(super) fn list(
    link: &mut Link,
    as_of: &AsOf,
    viewer: &Viewer,
    filter: &PropertyUserFilter,
    page: PageRequest,
) -> Result<Page<PropertyUserView>, Failure> {
    let found = lists::page_by::<PropertyUserViewRow>(
        link,
        page,
        |link, part| match screen(viewer, filter) {
            Some(screen) => of_property(link, as_of, viewer.tenant, screen, part),
            None => link.either(
                |sqlite| part.on(listed!(as_of, viewer, filter)).load(sqlite),
                |postgres| part.on(listed!(as_of, viewer, filter)).load(postgres),
            ),
        },
        |link| {
            link.either(
                |sqlite| Count(visible!(viewer, filter).select(property_users::id)).load(sqlite),
                |postgres| Count(visible!(viewer, filter).select(property_users::id)).load(postgres),
            )
        },
    )?;
    as_of.page(found)
}
