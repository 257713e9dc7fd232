//! People.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{TenantId, UserId},
    people::{User, UserState},
    ports::{StoreError, UserRepo},
    time::Timestamp,
    values::{EmailKey, PersonName},
};

use crate::{
    columns::{At, Key},
    locking::{ForShare, ForUpdate},
    rows::{UserRow, selected},
    schema::users,
    session::SqlSession,
};

const DELETED: &str = UserState::Deleted.as_str();

impl UserRepo for SqlSession<'_> {
    fn lock_by_email(&mut self, tenant: TenantId, email: &EmailKey) -> Result<Option<User>, StoreError> {
        // A deleted person has no key.
        self.one::<UserRow, _>(ForUpdate(
            users::table
                .filter(users::tenant_id.eq(Key(tenant)))
                .filter(users::email_key.eq(email.as_str()))
                .select(selected::<UserRow>()),
        ))
    }

    fn by_id_for_share(&mut self, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError> {
        self.one::<UserRow, _>(ForShare(
            users::table
                .find((Key(tenant), Key(id)))
                .filter(users::state.ne(DELETED))
                .select(selected::<UserRow>()),
        ))
    }

    fn lock(&mut self, tenant: TenantId, id: UserId) -> Result<Option<User>, StoreError> {
        self.one::<UserRow, _>(ForUpdate(
            users::table
                .find((Key(tenant), Key(id)))
                .filter(users::state.ne(DELETED))
                .select(selected::<UserRow>()),
        ))
    }

    fn insert(&mut self, user: &User) -> Result<(), StoreError> {
        self.execute(diesel::insert_into(users::table).values(UserRow::from(user)))
    }

    fn update(&mut self, user: &User) -> Result<(), StoreError> {
        // A token counts for an active person alone: whoever becomes one had none that counted.
        if user.state != UserState::Active {
            self.lowers(user.tenant);
        }
        let live = users::table
            .find((Key(user.tenant), Key(user.id)))
            .filter(users::state.ne(DELETED));
        let change = diesel::update(live).set((
            users::first_name.eq(user.first_name.as_str()),
            users::last_name.eq(user.last_name.as_ref().map(PersonName::as_str)),
            users::locale.eq(user.locale.as_str()),
            users::state.eq(user.state.as_str()),
            users::updated_at.eq(At(user.updated_at)),
            users::onboarded_at.eq(user.onboarded_at.map(At)),
        ));
        self.execute_on_one("users", change)
    }

    fn erase(&mut self, tenant: TenantId, id: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.lowers(tenant);
        let live = users::table
            .find((Key(tenant), Key(id)))
            .filter(users::state.ne(DELETED));
        let change = diesel::update(live).set((
            users::email.eq(None::<String>),
            users::email_key.eq(None::<String>),
            users::first_name.eq(None::<String>),
            users::last_name.eq(None::<String>),
            users::state.eq(DELETED),
            users::updated_at.eq(At(at)),
        ));
        self.execute_on_one("users", change)
    }
}
