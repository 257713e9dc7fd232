//! Reading how far an invitation has got.

use crate::{
    access::{Actor, acts},
    ids::PropertyUserId,
    onboarding::{Progress, progress_of},
    ports::Queries,
    time::Timestamp,
    usecases::reading::{ReadError, property_user_for},
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
    let view = property_user_for::<acts::ReadOnboarding>(queries, actor, id)?;
    let mail = queries.last_mail(actor.tenant(), view.property_user.property, view.user.id)?;
    Ok(progress_of(id, &view.user, mail, now))
}
