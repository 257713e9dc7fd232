//! Asking for a link without saying who one is.

use super::visit::Visit;
use crate::{
    effects::{self, Effects},
    ids::TenantId,
    onboarding::{Asked, LinkRequest, LinkView},
    ports::{Queries, StoreError, UnitOfWork, atomically},
    tokens::Secret,
    usecases::onboarding::look_at_link,
    values::Email,
};

/// Writes down that somebody asked for a link by an address. Whether it is anybody's is looked at later, so that it takes
/// the same time whoever is asked for (D-24).
///
/// # Errors
///
/// [`StoreError`].
pub fn ask_by_address(
    uow: &dyn UnitOfWork,
    visit: &Visit,
    tenant: TenantId,
    email: &Email,
) -> Result<(), StoreError> {
    write_down(uow, visit, tenant, &Asked::Address(email.key().clone()))
}

/// Writes down that somebody asked for a new link by an earlier one. A link that there never was leaves nothing behind;
/// the caller is to answer all alike (C-38).
///
/// # Errors
///
/// [`StoreError`].
pub fn ask_by_link(
    queries: &dyn Queries,
    uow: &dyn UnitOfWork,
    visit: &Visit,
    shown: &Secret,
) -> Result<(), StoreError> {
    match look_at_link(queries, shown, visit.now)? {
        LinkView::Unknown => Ok(()),
        LinkView::Open(_) | LinkView::Done(_) | LinkView::Expired(_) => {
            write_down(uow, visit, shown.tenant(), &Asked::Link(shown.record()))
        }
    }
}

fn write_down(
    uow: &dyn UnitOfWork,
    visit: &Visit,
    tenant: TenantId,
    asked: &Asked,
) -> Result<(), StoreError> {
    atomically(uow, "onboarding.ask", |repos| {
        let mut ids = visit.ids;
        repos.link_requests().insert(&LinkRequest {
            tenant,
            id: ids.make(),
            asked: asked.clone(),
            requested_at: visit.now,
        })?;
        effects::record(
            repos,
            Effects::none("to ask for a link changes nobody's access"),
            (),
        )
    })
}
