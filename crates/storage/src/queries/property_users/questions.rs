//! What is asked of property users most of all, by many at a time.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, PgConnection, QueryDsl,
    QueryResult, RunQueryDsl, dsl::exists, sql_types::BigInt,
};
use innkeeper_domain::ids::kinds;

use super::shown_to;
use crate::{
    columns::{Key, Uuid},
    connection::Ask,
    queries::{
        as_of::Moment,
        asked,
        by_id::ById,
        for_each::{ForEach, values},
        lists::{Extent, Part},
        question::{Askers, AskersOf, Question},
        unmoved,
        viewers::{VIEWERS, places_of},
    },
    rows::{Decode as _, PropertyUserViewRow, selected},
    schema::{property_users, users, whose_place},
};

/// A property user beside its person, and of a grant all columns or none.
pub(super) type WithGrant = (
    PropertyUserViewRow,
    Option<Key<kinds::PropertyUser>>,
    Option<String>,
    Option<String>,
);

/// A property user by its id, and the grant of somebody on the same property.
macro_rules! one {
    ($tenant:expr, $id:expr, $viewer:expr, $unmoved:expr) => {{
        let grant = VIEWERS
            .field(property_users::tenant_id)
            .eq(property_users::tenant_id)
            .and(
                VIEWERS
                    .field(property_users::property_id)
                    .eq(property_users::property_id),
            )
            .and(VIEWERS.field(property_users::user_id).nullable().eq($viewer))
            .and(VIEWERS.field(property_users::withdrawn_at).is_null());
        property_users::table
            .inner_join(users::table.on(whose_place()))
            .left_join(VIEWERS.on(grant))
            .filter(property_users::tenant_id.eq($tenant))
            .filter(property_users::id.eq($id))
            .filter(property_users::withdrawn_at.is_null())
            .filter($unmoved)
            .select((
                selected::<PropertyUserViewRow>(),
                VIEWERS.field(property_users::id).nullable(),
                VIEWERS.field(property_users::role).nullable(),
                VIEWERS.field(property_users::overrides).nullable(),
            ))
    }};
}

impl Question for ById<kinds::PropertyUser> {
    type Row = WithGrant;
    const TABLE: &'static str = PropertyUserViewRow::TABLE;

    fn alone(&self) -> impl Ask<'_, WithGrant> {
        one!(self.tenant, self.id, self.viewer, unmoved::since(self.as_of))
    }

    fn together(asked: &[Self], postgres: &mut PgConnection) -> QueryResult<Vec<(i64, WithGrant)>> {
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
        &of.property_user
    }
}

/// The property users of a property in the order of their invitation, as somebody sees them who has a place there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(super) as_of: Option<Moment>,
    pub(super) tenant: Key<kinds::Tenant>,
    pub(super) property: Key<kinds::Property>,
    pub(super) viewer: Key<kinds::User>,
    pub(super) extent: Extent,
}

/// Its rows.
macro_rules! screen {
    ($tenant:expr, $property:expr, $viewer:expr, $unmoved:expr) => {{
        let here = VIEWERS.field(property_users::property_id).eq($property);
        property_users::table
            .inner_join(users::table.on(whose_place()))
            .filter(property_users::tenant_id.eq($tenant))
            .filter(property_users::property_id.eq($property))
            .filter(property_users::withdrawn_at.is_null())
            .filter(exists(shown_to!($tenant, $viewer).filter(here)))
            .filter($unmoved)
            .order((property_users::invited_at.asc(), property_users::id.asc()))
            .select(selected::<PropertyUserViewRow>())
    }};
}

impl Question for Screen {
    type Row = PropertyUserViewRow;
    const TABLE: &'static str = PropertyUserViewRow::TABLE;

    fn alone(&self) -> impl Ask<'_, PropertyUserViewRow> {
        let list = screen!(
            self.tenant,
            self.property,
            self.viewer,
            unmoved::since(self.as_of)
        );
        self.extent.on(list)
    }

    fn together(asked: &[Self], postgres: &mut PgConnection) -> QueryResult<Vec<(i64, PropertyUserViewRow)>> {
        let each = ForEach {
            names: "tenant, property, viewer, most, before, is_as_of, as_of_tenant, as_of_version",
            values: (
                values::<Uuid, _, _>(asked, |screen| screen.tenant),
                values::<Uuid, _, _>(asked, |screen| screen.property),
                values::<Uuid, _, _>(asked, |screen| screen.viewer),
                values::<BigInt, _, _>(asked, |screen| screen.extent.most),
                values::<BigInt, _, _>(asked, |screen| screen.extent.before),
                unmoved::moments(asked, |screen| screen.as_of),
            ),
            query: Part {
                list: screen!(asked::Tenant, asked::Property, asked::Viewer, unmoved::OF_EACH),
                most: asked::Most,
                before: asked::Before,
            },
        };
        each.load(postgres)
    }

    fn askers(of: &Askers) -> &AskersOf<Self> {
        &of.screen
    }
}
