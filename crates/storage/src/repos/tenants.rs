//! Tenants.

use innkeeper_domain::{
    ports::{StoreError, TenantRepo},
    tenancy::Tenant,
};

use crate::{rows::TenantRow, schema::tenants, session::SqlSession};

impl TenantRepo for SqlSession<'_> {
    fn insert(&mut self, tenant: &Tenant) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(tenants::table).values(TenantRow::from(tenant)))
    }
}
