//! Keys and tokens.

use innkeeper_domain::{
    ids::{ApiKeyId, TenantId, UserId},
    ports::{AccessTokenRepo, ApiKeyRepo, StoreError},
    time::Timestamp,
    tokens::{AccessToken, ApiKey},
};

use super::{State, replace};

impl ApiKeyRepo for State {
    fn insert(&mut self, key: &ApiKey) -> Result<(), StoreError> {
        self.write("api_keys.insert")?;
        self.unless_taken(self.keys.iter().any(|row| row.id == key.id))?;
        self.keys.push(key.clone());
        Ok(())
    }

    fn lock(&mut self, tenant: TenantId, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        self.call("api_keys.lock")?;
        let found = self.keys.iter().find(|row| (row.tenant, row.id) == (tenant, id));
        Ok(found.cloned())
    }

    fn unrevoked_of_users(&mut self, tenant: TenantId, users: &[UserId]) -> Result<Vec<ApiKey>, StoreError> {
        self.call("api_keys.unrevoked_of_users")?;
        let fits =
            |row: &&ApiKey| row.tenant == tenant && users.contains(&row.user) && row.revoked_at.is_none();
        Ok(self.keys.iter().filter(fits).cloned().collect())
    }

    fn update(&mut self, key: &ApiKey) -> Result<(), StoreError> {
        self.write("api_keys.update")?;
        replace(&mut self.keys, key, |row| {
            (row.tenant, row.id) == (key.tenant, key.id)
        })
    }

    fn revoke_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.write("api_keys.revoke_of_user")?;
        for row in &mut self.keys {
            if (row.tenant, row.user) == (tenant, user) {
                row.revoked_at.get_or_insert(at);
            }
        }
        Ok(())
    }
}

impl AccessTokenRepo for State {
    fn insert(&mut self, token: &AccessToken) -> Result<(), StoreError> {
        self.write("access_tokens.insert")?;
        self.tokens.push(token.clone());
        Ok(())
    }

    fn remove_of_user(&mut self, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
        self.write("access_tokens.remove_of_user")?;
        self.tokens
            .retain(|row| row.tenant != tenant || row.subject.is_none_or(|(subject, _)| subject != user));
        Ok(())
    }

    fn remove_sessions(&mut self, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
        self.write("access_tokens.remove_sessions")?;
        self.tokens.retain(|row| {
            row.tenant != tenant
                || row.application.is_some()
                || row.subject.is_none_or(|(subject, _)| subject != user)
        });
        Ok(())
    }
}
