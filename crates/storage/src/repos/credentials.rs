//! Logins.

use diesel::{ExpressionMethods, QueryDsl, dsl::case_when};
use innkeeper_domain::{
    ids::{CredentialId, TenantId, UserId},
    people::Credential,
    ports::{CredentialRepo, StoreError},
    time::Timestamp,
};

use crate::{
    columns::{At, Key},
    locking::ForUpdate,
    rows::{CredentialRow, selected},
    schema::credentials,
    session::SqlSession,
};

impl CredentialRepo for SqlSession<'_> {
    fn insert(&mut self, credential: &Credential) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(credentials::table).values(CredentialRow::from(credential)))
    }

    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<Credential>, StoreError> {
        // One without an address was erased with its user.
        self.all::<CredentialRow, _>(
            credentials::table
                .filter(credentials::tenant_id.eq(Key(tenant)))
                .filter(credentials::user_id.eq(Key(user)))
                .filter(credentials::email.is_not_null())
                .order((credentials::created_at, credentials::id))
                .select(selected::<CredentialRow>()),
        )
    }

    fn lock(&mut self, tenant: TenantId, id: CredentialId) -> Result<Option<Credential>, StoreError> {
        self.one::<CredentialRow, _>(ForUpdate(
            credentials::table
                .find((Key(tenant), Key(id)))
                .filter(credentials::email.is_not_null())
                .select(selected::<CredentialRow>()),
        ))
    }

    fn update(&mut self, credential: &Credential) -> Result<(), StoreError> {
        self.lowers(credential.tenant);
        let change = diesel::update(credentials::table.find((Key(credential.tenant), Key(credential.id))))
            .set((
                credentials::permission.eq(credential.permission.as_str()),
                credentials::removed_at.eq(credential.removed_at.map(At)),
            ));
        self.execute_on_one("credentials", change)
    }

    fn erase_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        // Those removed before keep the time of that.
        let of_user = credentials::table
            .filter(credentials::tenant_id.eq(Key(tenant)))
            .filter(credentials::user_id.eq(Key(user)))
            .filter(credentials::email.is_not_null());
        let removed_at =
            case_when(credentials::removed_at.is_null(), Some(At(at))).otherwise(credentials::removed_at);
        let erased = diesel::update(of_user).set((
            credentials::email.eq(None::<String>),
            credentials::removed_at.eq(removed_at),
        ));
        self.execute_lowering(tenant, erased)
    }
}
