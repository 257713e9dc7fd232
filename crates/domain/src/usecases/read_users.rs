//! Reading people, their credentials and keys.

use super::reading::ReadError;
use crate::{
    access::{Actor, Denied, TenantTarget, UserTarget, acts, admit, authorize},
    ids::UserId,
    people::{Credential, User},
    ports::{Page, PageRequest, Queries, UserFilter},
    tokens::ApiKey,
};

/// Reads one person.
///
/// # Errors
///
/// [`ReadError`].
pub fn get_user(queries: &dyn Queries, actor: &Actor, id: UserId) -> Result<User, ReadError> {
    admit::<acts::ReadUser>(actor)?;
    let found = queries.user(actor.tenant(), id)?;
    authorize::<acts::ReadUser>(
        actor,
        &UserTarget {
            user: id,
            exists: found.is_some(),
        },
    )?;
    Ok(found.ok_or(Denied::NotVisible)?)
}

/// Lists people: those of the tenant for an application, oneself for a user.
///
/// # Errors
///
/// [`ReadError`].
pub fn list_users(
    queries: &dyn Queries,
    actor: &Actor,
    filter: &UserFilter,
    page: PageRequest,
) -> Result<Page<User>, ReadError> {
    authorize::<acts::ListUsers>(actor, &TenantTarget)?;
    let filter = UserFilter {
        only: actor.user().or(filter.only),
        ..filter.clone()
    };
    Ok(queries.users(actor.tenant(), &filter, page)?)
}

/// Lists the credentials of a person.
///
/// # Errors
///
/// [`ReadError`].
pub fn list_credentials(
    queries: &dyn Queries,
    actor: &Actor,
    user: UserId,
    page: PageRequest,
) -> Result<Page<Credential>, ReadError> {
    admit::<acts::ListCredentials>(actor)?;
    let exists = queries.user(actor.tenant(), user)?.is_some();
    authorize::<acts::ListCredentials>(actor, &UserTarget { user, exists })?;
    Ok(queries.credentials(actor.tenant(), user, page)?)
}

/// Lists API keys, revoked ones too: those of the tenant for an application, one's own for a user.
///
/// # Errors
///
/// [`ReadError`].
pub fn list_api_keys(
    queries: &dyn Queries,
    actor: &Actor,
    page: PageRequest,
) -> Result<Page<ApiKey>, ReadError> {
    authorize::<acts::ListApiKeys>(actor, &TenantTarget)?;
    Ok(queries.api_keys(actor.tenant(), actor.user(), page)?)
}
