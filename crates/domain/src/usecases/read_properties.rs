//! Reading properties.

use super::reading::{ReadError, viewer};
use crate::{
    access::{Actor, Denied, PropertyTarget, TenantTarget, acts, admit, authorize},
    ids::PropertyId,
    ports::{Page, PageRequest, PropertyFilter, Queries},
    properties::Property,
};

/// Reads one property.
///
/// # Errors
///
/// [`ReadError`].
pub fn get_property(queries: &dyn Queries, actor: &Actor, id: PropertyId) -> Result<Property, ReadError> {
    admit::<acts::ReadProperty>(actor)?;
    let (property, grants) = queries
        .property(actor.tenant(), id, actor.user())?
        .ok_or(Denied::NotVisible)?;
    authorize::<acts::ReadProperty>(
        actor,
        &PropertyTarget {
            property: id,
            exists: true,
            grants,
        },
    )?;
    Ok(property)
}

/// Lists the properties that the actor may see.
///
/// # Errors
///
/// [`ReadError`].
pub fn list_properties(
    queries: &dyn Queries,
    actor: &Actor,
    filter: &PropertyFilter,
    page: PageRequest,
) -> Result<Page<Property>, ReadError> {
    authorize::<acts::ListProperties>(actor, &TenantTarget)?;
    Ok(queries.properties(&viewer(actor), filter, page)?)
}
