//! What every use case is told about its request.

use crate::{
    access::{Actor, Grant, PropertyTarget},
    effects::{AuditAction, AuditRecord, RequestId},
    ids::{Id, Ids, PropertyId},
    ports::{Repos, StoreError},
    properties::Property,
    time::Timestamp,
};

/// Who asks, when, and what the request may use.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who acts.
    pub actor: Actor,
    /// The one instant at which the request is judged.
    pub now: Timestamp,
    /// The supply of ids; a repeated attempt starts from it again and makes the same ones.
    pub ids: Ids,
    /// The request's id.
    pub request: RequestId,
}

/// Makes the ids and records of one attempt.
#[derive(Debug)]
pub(super) struct Scribe<'a> {
    context: &'a Context,
    ids: Ids,
}

impl Context {
    /// A scribe for one attempt; every attempt has its own, so that all make the same ids.
    pub(super) fn scribe(&self) -> Scribe<'_> {
        Scribe {
            context: self,
            ids: self.ids,
        }
    }
}

impl Scribe<'_> {
    /// A fresh id.
    pub(super) fn id<K>(&mut self) -> Id<K> {
        self.ids.make()
    }

    /// A record of the actor doing `action` to `object` now.
    pub(super) fn record<K>(&mut self, action: AuditAction, object: Id<K>) -> AuditRecord {
        let Context {
            actor, now, request, ..
        } = self.context;
        AuditRecord::new(self.ids.make(), *now, actor, request, action, object)
    }
}

/// Locks a property and reads what a decision about it needs. One that the actor cannot see is not locked, and is
/// as if it did not exist.
pub(super) fn lock_target(
    repos: &mut dyn Repos,
    actor: &Actor,
    property: PropertyId,
) -> Result<(PropertyTarget, Option<Property>), StoreError> {
    let found = if actor.limit().covers(property) {
        repos.properties().lock(actor.tenant(), property, actor.user())?
    } else {
        None
    };
    let grants: Vec<Grant> = match (&found, actor.user()) {
        (Some(_), Some(user)) => repos.property_users().grants(actor.tenant(), property, user)?,
        (Some(_), None) | (None, _) => Vec::new(),
    };
    Ok((
        PropertyTarget {
            property,
            exists: found.is_some(),
            grants,
        },
        found,
    ))
}
