//! Reading property users.

use super::reading::{ReadError, viewer};
use crate::{
    access::{Actor, Denied, PropertyTarget, TenantTarget, acts, admit, authorize},
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
    admit::<acts::ReadPropertyUser>(actor)?;
    let found = queries.property_user(actor.tenant(), id, actor.user())?;
    let (view, grants) = found.ok_or(Denied::NotVisible)?;
    let target = PropertyTarget {
        property: view.property_user.property,
        exists: true,
        grants,
    };
    authorize::<acts::ReadPropertyUser>(actor, &target)?;
    Ok(view)
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
