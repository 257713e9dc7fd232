//! People and their logins.

use innkeeper_domain::{
    ids::{CredentialId, TenantId, UserId},
    people::{Credential, User},
    ports::{CredentialRepo, StoreError, UserRepo},
    time::Timestamp,
    values::{Email, EmailKey},
};

use super::{State, replace};

impl UserRepo for State {
    fn lock_by_email(&mut self, tenant: TenantId, email: &EmailKey) -> Result<Option<User>, StoreError> {
        self.call("users.lock_by_email")?;
        let found = self
            .users
            .iter()
            .find(|row| row.tenant == tenant && row.email.key() == email);
        Ok(found.cloned())
    }

    fn by_id_for_share(&mut self, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError> {
        self.call("users.by_id_for_share")?;
        let found = self.users.iter().find(|row| (row.tenant, row.id) == (tenant, id));
        Ok(found.cloned())
    }

    fn lock(&mut self, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError> {
        self.call("users.lock")?;
        let found = self.users.iter().find(|row| (row.tenant, row.id) == (tenant, id));
        Ok(found.cloned())
    }

    fn insert(&mut self, user: &User) -> Result<(), StoreError> {
        self.write("users.insert")?;
        let same_key = |row: &User| row.tenant == user.tenant && row.email.key() == user.email.key();
        let taken = self.users.iter().any(|row| row.id == user.id || same_key(row));
        self.unless_taken(taken || self.erased.contains(&user.id))?;
        self.users.push(user.clone());
        Ok(())
    }

    fn update(&mut self, user: &User) -> Result<(), StoreError> {
        self.write("users.update")?;
        replace(&mut self.users, user, |row| {
            (row.tenant, row.id) == (user.tenant, user.id)
        })
    }

    fn erase(&mut self, tenant: TenantId, id: UserId, _at: Timestamp) -> Result<(), StoreError> {
        self.write("users.erase")?;
        self.users.retain(|row| (row.tenant, row.id) != (tenant, id));
        self.erased.push(id);
        Ok(())
    }
}

impl CredentialRepo for State {
    fn insert(&mut self, credential: &Credential) -> Result<(), StoreError> {
        self.write("credentials.insert")?;
        self.unless_taken(self.credentials.iter().any(|row| row.id == credential.id))?;
        self.credentials.push(credential.clone());
        Ok(())
    }

    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<Credential>, StoreError> {
        self.call("credentials.of_user")?;
        let mut found: Vec<Credential> = self
            .credentials
            .iter()
            .filter(|row| (row.tenant, row.user) == (tenant, user))
            .cloned()
            .collect();
        found.sort_by_key(|row| (row.created_at, row.id));
        Ok(found)
    }

    fn lock(&mut self, tenant: TenantId, id: CredentialId) -> Result<Option<Credential>, StoreError> {
        self.call("credentials.lock")?;
        let found = self
            .credentials
            .iter()
            .find(|row| (row.tenant, row.id) == (tenant, id));
        Ok(found.cloned())
    }

    fn update(&mut self, credential: &Credential) -> Result<(), StoreError> {
        self.write("credentials.update")?;
        replace(&mut self.credentials, credential, |row| {
            (row.tenant, row.id) == (credential.tenant, credential.id)
        })
    }

    fn erase_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.write("credentials.erase_of_user")?;
        let nobody = Email::parse("erased@example.invalid").unwrap();
        for row in &mut self.credentials {
            if (row.tenant, row.user) == (tenant, user) {
                row.removed_at.get_or_insert(at);
                row.email = nobody.clone();
            }
        }
        Ok(())
    }
}
