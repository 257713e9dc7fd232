//! Reading property users.

use super::reading::{ReadError, property_user_for, viewer};
use crate::{
    access::{Actor, TenantTarget, acts, authorize},
    ids::PropertyUserId,
    ports::{Page, PageRequest, PropertyUserFilter, PropertyUserView, Queries},
};

/// Reads one property user.
///
/// # Errors
///
/// [`ReadError`].
pub fn get_property_user(
    queries: &dyn Queries,
    actor: &Actor,
    id: PropertyUserId,
) -> Result<PropertyUserView, ReadError> {
    property_user_for::<acts::ReadPropertyUser>(queries, actor, id)
}

/// Lists the property users that the actor may see.
///
/// # Errors
///
/// [`ReadError`]; nothing visible is an empty page, not an error.
pub fn list_property_users(
    queries: &dyn Queries,
    actor: &Actor,
    filter: &PropertyUserFilter,
    page: PageRequest,
) -> Result<Page<PropertyUserView>, ReadError> {
    authorize::<acts::ListPropertyUsers>(actor, &TenantTarget)?;
    Ok(queries.property_users(&viewer(actor), filter, page)?)
}
