//! The hashes of passwords.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl};
use innkeeper_domain::{
    ids::{CredentialId, TenantId, UserId},
    onboarding::{PasswordHash, PasswordLogin},
    people::CredentialKind,
    ports::{PasswordRepo, StoreError},
    time::Timestamp,
};

use crate::{
    columns::{At, Key, keys},
    rows::PasswordLoginRow,
    schema::{credentials, passwords},
    session::SqlSession,
};

const PASSWORD: &str = CredentialKind::Password.as_str();

impl PasswordRepo for SqlSession<'_> {
    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Option<PasswordLogin>, StoreError> {
        let theirs = passwords::tenant_id
            .eq(credentials::tenant_id)
            .and(passwords::credential_id.eq(credentials::id));
        self.one::<PasswordLoginRow, _>(
            credentials::table
                .inner_join(passwords::table.on(theirs))
                .filter(credentials::tenant_id.eq(Key(tenant)))
                .filter(credentials::user_id.eq(Key(user)))
                .filter(credentials::kind.eq(PASSWORD))
                .filter(credentials::removed_at.is_null())
                .order((credentials::created_at, credentials::id))
                .limit(1)
                .select((credentials::id, credentials::permission, passwords::hash)),
        )
    }

    fn insert(
        &mut self,
        tenant: TenantId,
        credential: CredentialId,
        hash: &PasswordHash,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(passwords::table).values((
            passwords::tenant_id.eq(Key(tenant)),
            passwords::credential_id.eq(Key(credential)),
            passwords::hash.eq(hash.as_str().to_owned()),
            passwords::changed_at.eq(At(at)),
        )))
    }

    fn update(
        &mut self,
        tenant: TenantId,
        credential: CredentialId,
        hash: &PasswordHash,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let change = diesel::update(passwords::table.find((Key(tenant), Key(credential)))).set((
            passwords::hash.eq(hash.as_str()),
            passwords::changed_at.eq(At(at)),
        ));
        self.execute_on_one("passwords", change)
    }

    fn remove(&mut self, tenant: TenantId, credentials: &[CredentialId]) -> Result<(), StoreError> {
        if credentials.is_empty() {
            return Ok(());
        }
        let these = passwords::table
            .filter(passwords::tenant_id.eq(Key(tenant)))
            .filter(passwords::credential_id.eq_any(keys(credentials)));
        self.execute(diesel::delete(these))
    }
}
