//! Rows of `tenants`.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{
    ids::kinds, ports::StoreError, tenancy::Tenant, tokens::AccessVersion, values::Label,
};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::tenants,
};

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = tenants)]
pub(crate) struct TenantRow {
    id: Key<kinds::Tenant>,
    name: String,
    created_at: At,
}

impl From<&Tenant> for TenantRow {
    fn from(tenant: &Tenant) -> Self {
        Self {
            id: Key(tenant.id),
            name: tenant.name.to_string(),
            created_at: At(tenant.created_at),
        }
    }
}

impl Decode for TenantRow {
    const TABLE: &'static str = "tenants";
    type Entity = Tenant;

    fn decode(self) -> Result<Tenant, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        let name = cells.made("name", Label::parse(&self.name))?;
        Ok(Tenant {
            id: self.id.0,
            name,
            created_at: self.created_at.0,
        })
    }
}

/// How often what tokens rest on has changed.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = tenants)]
pub(crate) struct AccessVersionRow {
    id: Key<kinds::Tenant>,
    access_version: i64,
}

impl Decode for AccessVersionRow {
    const TABLE: &'static str = TenantRow::TABLE;
    type Entity = AccessVersion;

    fn decode(self) -> Result<AccessVersion, StoreError> {
        let version = u64::try_from(self.access_version);
        Cells::of(Self::TABLE, self.id.0).made("access_version", version.map(AccessVersion::new))
    }
}
