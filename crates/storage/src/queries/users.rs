//! People.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    ids::{TenantId, UserId},
    people::{User, UserState},
    ports::{Direction, Page, PageRequest, UserFilter},
};

use super::{as_of::AsOf, lists};
use crate::{
    columns::Key,
    connection::{Link, MultiBackend},
    error::Failure,
    rows::{UserRow, decode, selected},
    schema::users,
};

const DELETED: &str = UserState::Deleted.as_str();

pub(super) fn one(
    link: &mut Link,
    as_of: &AsOf,
    tenant: TenantId,
    id: UserId,
) -> Result<Option<User>, Failure> {
    let query = users::table
        .find((Key(tenant), Key(id)))
        .filter(users::state.ne(DELETED))
        .filter(as_of.condition())
        .select(selected::<UserRow>());
    as_of.found(decode(link.rows::<_, UserRow>(query))?.pop())
}

/// By when they were created, then id.
pub(super) fn list(
    link: &mut Link,
    as_of: &AsOf,
    tenant: TenantId,
    filter: &UserFilter,
    page: PageRequest,
) -> Result<Page<User>, Failure> {
    let mut list = users::table
        .select(selected::<UserRow>())
        .into_boxed::<MultiBackend>();
    let mut keys = users::table.select(users::id).into_boxed::<MultiBackend>();
    list = list
        .filter(users::tenant_id.eq(Key(tenant)))
        .filter(users::state.ne(DELETED))
        .filter(as_of.condition());
    keys = keys
        .filter(users::tenant_id.eq(Key(tenant)))
        .filter(users::state.ne(DELETED));
    if let Some(id) = filter.only {
        list = list.filter(users::id.eq(Key(id)));
        keys = keys.filter(users::id.eq(Key(id)));
    }
    if let Some(email) = &filter.email {
        list = list.filter(users::email_key.eq(email.as_str()));
        keys = keys.filter(users::email_key.eq(email.as_str()));
    }
    list = match filter.direction {
        Direction::Ascending => list.order((users::created_at.asc(), users::id.asc())),
        Direction::Descending => list.order((users::created_at.desc(), users::id.desc())),
    };
    as_of.page(lists::page::<UserRow, _, _>(link, page, list, keys)?)
}
