//! Reading how far an invitation has got.

use crate::{
    access::{Actor, Denied, PropertyTarget, acts, admit, authorize},
    ids::PropertyUserId,
    onboarding::{Progress, progress_of},
    ports::Queries,
    time::Timestamp,
    usecases::ReadError,
};

/// Reads how far the invitation of one property user has got at `now`.
///
/// # Errors
///
/// [`ReadError`].
pub fn get_onboarding(
    queries: &dyn Queries,
    actor: &Actor,
    id: PropertyUserId,
    now: Timestamp,
) -> Result<Progress, ReadError> {
    admit::<acts::ReadOnboarding>(actor)?;
    let found = queries.property_user(actor.tenant(), id, actor.user())?;
    let (view, grants) = found.ok_or(Denied::NotVisible)?;
    let target = PropertyTarget {
        property: view.property_user.property,
        exists: true,
        grants,
    };
    authorize::<acts::ReadOnboarding>(actor, &target)?;
    let mail = queries.last_mail(actor.tenant(), view.property_user.property, view.user.id)?;
    Ok(progress_of(id, &view.user, mail, now))
}
