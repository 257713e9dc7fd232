//! API keys and access tokens.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{ApiKeyId, TenantId, UserId},
    ports::{AccessTokenRepo, ApiKeyRepo, StoreError},
    time::Timestamp,
    tokens::{AccessToken, ApiKey},
};

use crate::{
    columns::{At, Key, keys},
    locking::ForUpdate,
    rows::{AccessTokenRow, ApiKeyRow, limit_text, selected},
    schema::{access_tokens, api_keys},
    session::SqlSession,
};

impl ApiKeyRepo for SqlSession<'_> {
    fn insert(&mut self, key: &ApiKey) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(api_keys::table).values(ApiKeyRow::from(key)))
    }

    fn lock(&mut self, tenant: TenantId, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        self.one::<ApiKeyRow, _>(ForUpdate(
            api_keys::table
                .find((Key(tenant), Key(id)))
                .select(selected::<ApiKeyRow>()),
        ))
    }

    fn unrevoked_of_users(&mut self, tenant: TenantId, users: &[UserId]) -> Result<Vec<ApiKey>, StoreError> {
        if users.is_empty() {
            return Ok(Vec::new());
        }
        // Locked: two withdrawals from different properties narrow the same key, and neither may undo the other.
        self.all::<ApiKeyRow, _>(ForUpdate(
            api_keys::table
                .filter(api_keys::tenant_id.eq(Key(tenant)))
                .filter(api_keys::user_id.eq_any(keys(users)))
                .filter(api_keys::revoked_at.is_null())
                .order(api_keys::id)
                .select(selected::<ApiKeyRow>()),
        ))
    }

    fn update(&mut self, key: &ApiKey) -> Result<(), StoreError> {
        self.lowers(key.tenant);
        let change = diesel::update(api_keys::table.find((Key(key.tenant), Key(key.id)))).set((
            api_keys::property_limit.eq(limit_text(&key.limit)),
            api_keys::revoked_at.eq(key.revoked_at.map(At)),
        ));
        self.execute_on_one("api_keys", change)
    }

    fn revoke_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        let live = api_keys::table
            .filter(api_keys::tenant_id.eq(Key(tenant)))
            .filter(api_keys::user_id.eq(Key(user)))
            .filter(api_keys::revoked_at.is_null());
        self.execute_lowering(
            tenant,
            diesel::update(live).set(api_keys::revoked_at.eq(Some(At(at)))),
        )
    }
}

impl AccessTokenRepo for SqlSession<'_> {
    fn insert(&mut self, token: &AccessToken) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(access_tokens::table).values(AccessTokenRow::from(token)))
    }

    fn remove_of_user(&mut self, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
        let theirs = access_tokens::table
            .filter(access_tokens::tenant_id.eq(Key(tenant)))
            .filter(access_tokens::user_id.eq(Some(Key(user))));
        self.execute_lowering(tenant, diesel::delete(theirs))
    }

    fn remove_sessions(&mut self, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
        let theirs = access_tokens::table
            .filter(access_tokens::tenant_id.eq(Key(tenant)))
            .filter(access_tokens::user_id.eq(Some(Key(user))))
            .filter(access_tokens::application_id.is_null());
        self.execute_lowering(tenant, diesel::delete(theirs))
    }
}
