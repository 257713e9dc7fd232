//! Properties.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{PropertyId, TenantId, UserId},
    ports::{PropertyRepo, StoreError},
    properties::Property,
    time::Timestamp,
    values::{Country, Email, ZoneName},
};

use super::IDS_PER_STATEMENT;
use crate::{
    columns::{At, Key, keys},
    locking::ForUpdate,
    rows::{PropertyRow, selected},
    schema::{properties, property_users},
    session::SqlSession,
};

impl PropertyRepo for SqlSession<'_> {
    fn insert(&mut self, property: &Property) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(properties::table).values(PropertyRow::from(property)))
    }

    fn lock(
        &mut self,
        tenant: TenantId,
        id: PropertyId,
        viewer: Option<UserId>,
    ) -> Result<Option<Property>, StoreError> {
        let live = properties::table
            .filter(properties::tenant_id.eq(Key(tenant)))
            .filter(properties::deleted_at.is_null());
        let Some(viewer) = viewer else {
            let one = live.filter(properties::id.eq(Key(id)));
            return self.one::<PropertyRow, _>(ForUpdate(one.select(selected::<PropertyRow>())));
        };
        // In the same statement, which picks the row before it waits for it. The grant is looked up first, and nothing else
        // without one: so a property out of sight costs what one costs that is not there.
        let shown = property_users::table
            .filter(property_users::tenant_id.eq(Key(tenant)))
            .filter(property_users::property_id.eq(Key(id)))
            .filter(property_users::user_id.eq(Key(viewer)))
            .filter(property_users::withdrawn_at.is_null())
            .filter(property_users::sees_property)
            .select(property_users::property_id);
        let seen = live
            .filter(properties::id.eq_any(shown))
            .select(selected::<PropertyRow>());
        self.one::<PropertyRow, _>(ForUpdate(seen))
    }

    fn lock_all(&mut self, tenant: TenantId, ids: &[PropertyId]) -> Result<Vec<Property>, StoreError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        let mut locked = Vec::with_capacity(ids.len());
        for some in ids.chunks(IDS_PER_STATEMENT) {
            let live = properties::table
                .filter(properties::tenant_id.eq(Key(tenant)))
                .filter(properties::id.eq_any(keys(some)))
                .filter(properties::deleted_at.is_null())
                .order(properties::id)
                .select(selected::<PropertyRow>());
            locked.extend(self.all::<PropertyRow, _>(ForUpdate(live))?);
        }
        Ok(locked)
    }

    fn update(&mut self, property: &Property) -> Result<(), StoreError> {
        let live = properties::table
            .find((Key(property.tenant), Key(property.id)))
            .filter(properties::deleted_at.is_null());
        let change = diesel::update(live).set((
            properties::title.eq(property.title.as_str()),
            properties::currency.eq(property.currency.as_str()),
            properties::timezone.eq(property.timezone.as_ref().map(ZoneName::as_str)),
            properties::country.eq(property.country.map(Country::as_str)),
            properties::email.eq(property.email.as_ref().map(Email::as_str)),
            properties::updated_at.eq(At(property.updated_at)),
        ));
        self.execute_on_one("properties", change)
    }

    fn delete(&mut self, tenant: TenantId, id: PropertyId, at: Timestamp) -> Result<(), StoreError> {
        let live = properties::table
            .find((Key(tenant), Key(id)))
            .filter(properties::deleted_at.is_null());
        self.execute_on_one(
            "properties",
            diesel::update(live).set(properties::deleted_at.eq(Some(At(at)))),
        )
    }
}
