//! Applications.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{ApplicationId, TenantId},
    ports::{ApplicationRepo, StoreError},
    tenancy::Application,
};

use crate::{
    columns::{At, Key},
    locking::ForUpdate,
    rows::{ApplicationRow, selected},
    schema::applications,
    session::SqlSession,
};

impl ApplicationRepo for SqlSession<'_> {
    fn insert(&mut self, application: &Application) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(applications::table).values(ApplicationRow::from(application)))
    }

    fn lock(&mut self, tenant: TenantId, id: ApplicationId) -> Result<Option<Application>, StoreError> {
        self.one::<ApplicationRow, _>(ForUpdate(
            applications::table
                .find((Key(tenant), Key(id)))
                .select(selected::<ApplicationRow>()),
        ))
    }

    fn update(&mut self, application: &Application) -> Result<(), StoreError> {
        self.lowers(application.tenant);
        let change = diesel::update(applications::table.find((Key(application.tenant), Key(application.id))))
            .set((
                applications::secret_hash.eq(application.secret.as_bytes().as_slice()),
                applications::scopes.eq(application.scopes.to_string()),
                applications::user_scoped_only.eq(application.user_scoped_only),
                applications::updated_at.eq(At(application.updated_at)),
            ));
        self.execute_on_one("applications", change)
    }
}
