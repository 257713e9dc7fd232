//! Associations of properties and users.

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, dsl::exists};
use innkeeper_domain::{
    access::{Grant, Role},
    ids::{PropertyId, PropertyUserId, TenantId, UserId},
    people::{PropertyUser, Seats, UserState},
    ports::{PropertyUserRepo, StoreError},
    time::Timestamp,
};

use super::{IDS_PER_STATEMENT, number};
use crate::{
    columns::{At, Key, keys},
    rows::{GrantRow, PropertyUserRow, StoredPropertyUserRow, selected},
    schema::{property_users, users, whose_place},
    session::SqlSession,
};

const OWNER: &str = Role::Owner.as_str();
const ACTIVE: &str = UserState::Active.as_str();

impl PropertyUserRepo for SqlSession<'_> {
    fn by_id(&mut self, tenant: TenantId, id: PropertyUserId) -> Result<Option<PropertyUser>, StoreError> {
        self.one::<PropertyUserRow, _>(
            property_users::table
                .find((Key(tenant), Key(id)))
                .filter(property_users::withdrawn_at.is_null())
                .select(selected::<PropertyUserRow>()),
        )
    }

    fn of_property(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
    ) -> Result<Vec<PropertyUser>, StoreError> {
        self.all::<PropertyUserRow, _>(
            property_users::table
                .filter(property_users::tenant_id.eq(Key(tenant)))
                .filter(property_users::property_id.eq(Key(property)))
                .filter(property_users::withdrawn_at.is_null())
                .order((property_users::invited_at, property_users::id))
                .select(selected::<PropertyUserRow>()),
        )
    }

    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<PropertyUser>, StoreError> {
        self.all::<PropertyUserRow, _>(
            property_users::table
                .filter(property_users::tenant_id.eq(Key(tenant)))
                .filter(property_users::user_id.eq(Key(user)))
                .filter(property_users::withdrawn_at.is_null())
                .order((property_users::invited_at, property_users::id))
                .select(selected::<PropertyUserRow>()),
        )
    }

    fn grants(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        user: UserId,
    ) -> Result<Vec<Grant>, StoreError> {
        self.all::<GrantRow, _>(
            property_users::table
                .filter(property_users::tenant_id.eq(Key(tenant)))
                .filter(property_users::property_id.eq(Key(property)))
                .filter(property_users::user_id.eq(Key(user)))
                .filter(property_users::withdrawn_at.is_null())
                .select(selected::<GrantRow>()),
        )
    }

    fn seats(&mut self, tenant: TenantId, property: PropertyId, user: UserId) -> Result<Seats, StoreError> {
        let live = || {
            property_users::table
                .filter(property_users::tenant_id.eq(Key(tenant)))
                .filter(property_users::property_id.eq(Key(property)))
                .filter(property_users::withdrawn_at.is_null())
        };
        let found = self.values::<_, (Option<i64>, bool)>(diesel::select((
            live().count().single_value(),
            exists(live().filter(property_users::user_id.eq(Key(user)))),
        )))?;
        let (taken, member) = found.into_iter().next().unwrap_or_default();
        Ok(Seats {
            taken: taken.map_or(0, number),
            member,
        })
    }

    fn active_owners_beside(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        user: UserId,
    ) -> Result<u32, StoreError> {
        let counts: Vec<i64> = self.values(
            property_users::table
                .inner_join(users::table.on(whose_place()))
                .filter(property_users::tenant_id.eq(Key(tenant)))
                .filter(property_users::property_id.eq(Key(property)))
                .filter(property_users::withdrawn_at.is_null())
                .filter(property_users::user_id.ne(Key(user)))
                .filter(property_users::role.eq(OWNER))
                .filter(users::state.eq(ACTIVE))
                .count(),
        )?;
        Ok(counts.into_iter().next().map_or(0, number))
    }

    fn insert(&mut self, property_user: &PropertyUser) -> Result<(), StoreError> {
        self.execute(
            diesel::insert_into(property_users::table).values(StoredPropertyUserRow::from(property_user)),
        )
    }

    fn update(&mut self, property_user: &PropertyUser) -> Result<(), StoreError> {
        let row = StoredPropertyUserRow::from(property_user);
        let live = property_users::table
            .find((Key(property_user.tenant), Key(property_user.id)))
            .filter(property_users::withdrawn_at.is_null());
        let change = diesel::update(live).set((
            property_users::role.eq(property_user.role.as_str()),
            property_users::overrides.eq(row.property_user.overrides),
            property_users::sees_property.eq(row.sees_property),
            property_users::sees_users.eq(row.sees_users),
            property_users::sees_record.eq(row.sees_record),
            property_users::updated_at.eq(At(property_user.updated_at)),
        ));
        self.execute_on_one("property_users", change)
    }

    fn withdraw(
        &mut self,
        tenant: TenantId,
        ids: &[PropertyUserId],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for some in ids.chunks(IDS_PER_STATEMENT) {
            let live = property_users::table
                .filter(property_users::tenant_id.eq(Key(tenant)))
                .filter(property_users::id.eq_any(keys(some)))
                .filter(property_users::withdrawn_at.is_null());
            self.execute(diesel::update(live).set(property_users::withdrawn_at.eq(Some(At(at)))))?;
        }
        Ok(())
    }
}
