//! Properties.

use diesel::{ExpressionMethods, QueryDsl, SelectableHelper};
use innkeeper_domain::{
    ids::{PropertyId, TenantId},
    ports::{PropertyRepo, StoreError},
    properties::Property,
    time::Timestamp,
};

use crate::{
    columns::{At, Key, keys},
    locking::ForUpdate,
    rows::PropertyRow,
    schema::properties,
    session::SqlSession,
};

impl PropertyRepo for SqlSession<'_> {
    fn insert(&mut self, property: &Property) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(properties::table).values(PropertyRow::from(property)))
    }

    fn lock(&mut self, tenant: TenantId, id: PropertyId) -> Result<Option<Property>, StoreError> {
        self.one::<PropertyRow, _>(ForUpdate(
            properties::table
                .find((Key(tenant), Key(id)))
                .filter(properties::deleted_at.is_null())
                .select(PropertyRow::as_select()),
        ))
    }

    fn lock_all(&mut self, tenant: TenantId, ids: &[PropertyId]) -> Result<Vec<Property>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.all::<PropertyRow, _>(ForUpdate(
            properties::table
                .filter(properties::tenant_id.eq(Key(tenant)))
                .filter(properties::id.eq_any(keys(ids)))
                .filter(properties::deleted_at.is_null())
                .order(properties::id)
                .select(PropertyRow::as_select()),
        ))
    }

    fn update(&mut self, property: &Property) -> Result<(), StoreError> {
        let live = properties::table
            .find((Key(property.tenant), Key(property.id)))
            .filter(properties::deleted_at.is_null());
        let change = diesel::update(live).set((
            properties::title.eq(property.title.as_str()),
            properties::currency.eq(property.currency.as_str()),
            properties::timezone.eq(property.timezone.as_ref().map(|zone| zone.as_str())),
            properties::country.eq(property.country.map(|country| country.as_str())),
            properties::email.eq(property.email.as_ref().map(|email| email.as_str())),
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
