//! Reading the record, and what it tells of the past.

use super::super::reading::{ReadError, viewer};
use crate::{
    access::{Actor, PropertyTarget, TenantTarget, acts, admit, authorize},
    ids::PropertyId,
    ports::{AuditFilter, AuditPage, AuditSlice, Queries},
    record::{PastPlace, places_after},
    time::Timestamp,
};

/// Lists the records that the actor may see: those of the properties they own now, or of the whole tenant.
///
/// # Errors
///
/// [`ReadError`]; nothing visible is an empty list, not an error.
pub fn list_audit_records(
    queries: &dyn Queries,
    actor: &Actor,
    filter: &AuditFilter,
    page: AuditPage,
) -> Result<AuditSlice, ReadError> {
    authorize::<acts::ListAuditRecords>(actor, &TenantTarget)?;
    Ok(queries.audit_records(&viewer(actor), filter, page)?)
}

/// Who had which role and overrides on a property at an instant, told from the record alone. It holds for properties and
/// people that are gone since, too; a property that is gone has no owner who would see it, but the tenant does.
///
/// # Errors
///
/// [`ReadError`].
pub fn history_of_property(
    queries: &dyn Queries,
    actor: &Actor,
    property: PropertyId,
    at: Timestamp,
) -> Result<Vec<PastPlace>, ReadError> {
    admit::<acts::ReadHistory>(actor)?;
    let known = queries.property_ever(actor.tenant(), property, actor.user())?;
    let target = PropertyTarget {
        property,
        exists: known.is_some(),
        grants: known.unwrap_or_default(),
    };
    let permit = authorize::<acts::ReadHistory>(actor, &target)?;
    let records = queries.latest_of_places(permit.tenant(), property, at)?;
    Ok(places_after(&records))
}
