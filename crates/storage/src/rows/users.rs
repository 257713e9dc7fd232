//! Rows of `users`.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{
    ids::{TenantId, UserId, kinds},
    people::{User, UserState},
    ports::StoreError,
    values::PersonName,
};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::users,
};

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(crate) struct UserRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::User>,
    email_key: Option<String>,
    #[diesel(embed)]
    person: PersonRow,
}

/// What there is to know of a user whose tenant and id are known.
#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(crate) struct PersonRow {
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    locale: String,
    state: String,
    created_at: At,
    updated_at: At,
    onboarded_at: Option<At>,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        Self {
            tenant_id: Key(user.tenant),
            id: Key(user.id),
            email_key: Some(user.email.key().as_str().to_owned()),
            person: PersonRow {
                email: Some(user.email.as_str().to_owned()),
                first_name: Some(user.first_name.to_string()),
                last_name: user.last_name.as_ref().map(ToString::to_string),
                locale: user.locale.as_str().to_owned(),
                state: user.state.as_str().to_owned(),
                created_at: At(user.created_at),
                updated_at: At(user.updated_at),
                onboarded_at: user.onboarded_at.map(At),
            },
        }
    }
}

impl Decode for UserRow {
    const TABLE: &'static str = "users";
    type Entity = User;

    fn decode(self) -> Result<User, StoreError> {
        let user = self.person.read(self.tenant_id.0, self.id.0)?;
        // The key says who is meant; one that is not the address's would make two people of one, or one of two.
        if self.email_key.as_deref() != Some(user.email.key().as_str()) {
            return Err(Cells::of(Self::TABLE, user.id).corrupt("email_key"));
        }
        Ok(user)
    }
}

impl PersonRow {
    /// Reads it as the user with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`].
    pub(super) fn read(self, tenant: TenantId, id: UserId) -> Result<User, StoreError> {
        let cells = Cells::of(UserRow::TABLE, id);
        let name = |column, text: &str| cells.made(column, PersonName::parse(text));
        Ok(User {
            tenant,
            id,
            email: cells.email("email", &cells.present("email", self.email)?)?,
            first_name: name("first_name", &cells.present("first_name", self.first_name)?)?,
            last_name: self.last_name.map(|text| name("last_name", &text)).transpose()?,
            locale: cells.parse("locale", &self.locale)?,
            state: cells.parse("state", &self.state)?,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            onboarded_at: self.onboarded_at.map(|at| at.0),
        })
    }
}

/// Just what has become of a user.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct UserStateRow {
    id: Key<kinds::User>,
    state: String,
}

impl Decode for UserStateRow {
    const TABLE: &'static str = UserRow::TABLE;
    type Entity = UserState;

    fn decode(self) -> Result<UserState, StoreError> {
        Cells::of(Self::TABLE, self.id.0).parse("state", &self.state)
    }
}
