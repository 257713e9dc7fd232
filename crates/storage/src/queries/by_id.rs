//! Something by its id, as somebody sees it.

use diesel::{
    dsl::AsExprOf,
    sql_types::{Array, Nullable},
};
use innkeeper_domain::ids::{Id, TenantId, UserId, kinds};

use super::{
    as_of::{AsOf, Moment},
    for_each::values,
    unmoved::{self, Moments},
};
use crate::columns::{Key, Uuid};

/// Asks for something by its id, and for what somebody was granted there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ById<K: 'static> {
    pub(super) as_of: Option<Moment>,
    pub(super) tenant: Key<kinds::Tenant>,
    pub(super) id: Key<K>,
    pub(super) viewer: Option<Key<kinds::User>>,
}

/// What several ask for, column by column.
pub(super) type Columns<K> = (
    AsExprOf<Vec<Key<kinds::Tenant>>, Array<Uuid>>,
    AsExprOf<Vec<Key<K>>, Array<Uuid>>,
    AsExprOf<Vec<Option<Key<kinds::User>>>, Array<Nullable<Uuid>>>,
    Moments,
);

impl<K> ById<K> {
    /// The names of [`Self::columns`].
    pub(super) const NAMES: &'static str = "tenant, id, viewer, is_as_of, as_of_tenant, as_of_version";

    pub(super) fn new(as_of: &AsOf, tenant: TenantId, id: Id<K>, viewer: Option<UserId>) -> Self {
        Self {
            as_of: as_of.in_question(),
            tenant: Key(tenant),
            id: Key(id),
            viewer: viewer.map(Key),
        }
    }

    pub(super) fn columns(asked: &[Self]) -> Columns<K> {
        (
            values(asked, |one| one.tenant),
            values(asked, |one| one.id),
            values(asked, |one| one.viewer),
            unmoved::moments(asked, |one| one.as_of),
        )
    }
}
