//! What is known of a request that carries no token.

use crate::{
    access::{Actor, Subject},
    effects::RequestId,
    ids::{Ids, TenantId},
    people::Credential,
    ports::{PageRequest, Queries, StoreError},
    time::Timestamp,
    usecases::Context,
    values::{Invalid, Label, Problem},
};

/// A request of somebody who has not come in.
#[derive(Clone, Debug)]
pub struct Visit {
    /// The one instant at which it is judged.
    pub now: Timestamp,
    /// The supply of ids; a repeated attempt starts from it again and makes the same ones.
    pub ids: Ids,
    /// The request's id.
    pub request: RequestId,
}

impl Visit {
    /// The request in the name of a person who has just proved who they are, with the ids that are left.
    pub(super) fn context_of(&self, credential: &Credential, ids: Ids) -> Context {
        let subject = Subject::User {
            user: credential.user,
            credential: credential.id,
            permission: credential.permission,
        };
        Context {
            actor: Actor::person(credential.tenant, subject),
            now: self.now,
            ids,
            request: self.request.clone(),
        }
    }
}

/// Why no tenant was found.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    /// It has to be named.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The tenant that somebody means who has no token: the one named, by id or name, or the only one. `None` if there is
/// no such tenant, which is answered like an unknown person.
///
/// # Errors
///
/// [`TenantError::Invalid`] on `tenant` if there are several and none is named.
pub fn tenant_for(queries: &dyn Queries, named: Option<&str>) -> Result<Option<TenantId>, TenantError> {
    if let Some(named) = named {
        // What cannot be a name is nobody's.
        if Label::parse(named).is_err() {
            return Ok(None);
        }
        return Ok(queries.tenant_called(named)?.map(|tenant| tenant.id));
    }
    let mut tenants = queries.tenants(PageRequest::first(2))?.items.into_iter();
    match (tenants.next(), tenants.next()) {
        (Some(_), Some(_)) => Err(Invalid::field("tenant", Problem::Blank).into()),
        (only, _) => Ok(only.map(|tenant| tenant.id)),
    }
}
