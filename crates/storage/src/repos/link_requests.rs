//! Links that were asked for.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{LinkRequestId, TenantId},
    onboarding::LinkRequest,
    ports::{LinkRequestRepo, StoreError},
};

use crate::{
    columns::Key,
    locking::ForUpdateIfFree,
    rows::{LinkRequestRow, selected},
    schema::link_requests,
    session::SqlSession,
};

impl LinkRequestRepo for SqlSession<'_> {
    fn insert(&mut self, request: &LinkRequest) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(link_requests::table).values(LinkRequestRow::from(request)))
    }

    fn take(&mut self, tenant: TenantId, id: LinkRequestId) -> Result<Option<LinkRequest>, StoreError> {
        let this = || {
            link_requests::table
                .filter(link_requests::tenant_id.eq(Key(tenant)))
                .filter(link_requests::id.eq(Key(id)))
        };
        let found =
            self.one::<LinkRequestRow, _>(ForUpdateIfFree(this().select(selected::<LinkRequestRow>())))?;
        if found.is_some() {
            self.execute_on_one("link_requests", diesel::delete(this()))?;
        }
        Ok(found)
    }
}
