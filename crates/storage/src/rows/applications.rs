//! Rows of `applications`.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{ids::kinds, ports::StoreError, tenancy::Application};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::applications,
};

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub(crate) struct ApplicationRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::Application>,
    secret_hash: Vec<u8>,
    scopes: String,
    user_scoped_only: bool,
    created_at: At,
    updated_at: At,
}

impl From<&Application> for ApplicationRow {
    fn from(application: &Application) -> Self {
        Self {
            tenant_id: Key(application.tenant),
            id: Key(application.id),
            secret_hash: application.secret.as_bytes().to_vec(),
            scopes: application.scopes.to_string(),
            user_scoped_only: application.user_scoped_only,
            created_at: At(application.created_at),
            updated_at: At(application.updated_at),
        }
    }
}

impl Decode for ApplicationRow {
    const TABLE: &'static str = "applications";
    type Entity = Application;

    fn decode(self) -> Result<Application, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        Ok(Application {
            tenant: self.tenant_id.0,
            id: self.id.0,
            secret: cells.hash(&self.secret_hash)?,
            scopes: cells.scopes(&self.scopes)?,
            user_scoped_only: self.user_scoped_only,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}
