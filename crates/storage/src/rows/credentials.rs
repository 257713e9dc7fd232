//! Rows of `credentials`.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{ids::kinds, people::Credential, ports::StoreError, tokens::CredentialFacts};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::credentials,
};

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = credentials, treat_none_as_default_value = false)]
pub(crate) struct CredentialRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::Credential>,
    user_id: Key<kinds::User>,
    kind: String,
    permission: String,
    email: Option<String>,
    created_at: At,
    last_login_at: Option<At>,
    removed_at: Option<At>,
}

impl From<&Credential> for CredentialRow {
    fn from(credential: &Credential) -> Self {
        Self {
            tenant_id: Key(credential.tenant),
            id: Key(credential.id),
            user_id: Key(credential.user),
            kind: credential.kind.as_str().to_owned(),
            permission: credential.permission.as_str().to_owned(),
            email: Some(credential.email.as_str().to_owned()),
            created_at: At(credential.created_at),
            last_login_at: credential.last_login_at.map(At),
            removed_at: credential.removed_at.map(At),
        }
    }
}

impl Decode for CredentialRow {
    const TABLE: &'static str = "credentials";
    type Entity = Credential;

    fn decode(self) -> Result<Credential, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        Ok(Credential {
            tenant: self.tenant_id.0,
            id: self.id.0,
            user: self.user_id.0,
            kind: cells.parse("kind", &self.kind)?,
            permission: cells.parse("permission", &self.permission)?,
            email: cells.email("email", &cells.present("email", self.email)?)?,
            created_at: self.created_at.0,
            last_login_at: self.last_login_at.map(|at| at.0),
            removed_at: self.removed_at.map(|at| at.0),
        })
    }
}

/// Just what decides whether a token of the credential counts.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = credentials)]
pub(crate) struct CredentialStateRow {
    id: Key<kinds::Credential>,
    permission: String,
    removed_at: Option<At>,
}

impl Decode for CredentialStateRow {
    const TABLE: &'static str = CredentialRow::TABLE;
    type Entity = CredentialFacts;

    fn decode(self) -> Result<CredentialFacts, StoreError> {
        let permission = Cells::of(Self::TABLE, self.id.0).parse("permission", &self.permission)?;
        Ok(CredentialFacts {
            permission,
            removed: self.removed_at.is_some(),
        })
    }
}
