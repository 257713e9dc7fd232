//! Whether a tenant's access version is still the one that a caller was verified at, asked in the statement that reads.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::{ExpressionMethods, PgConnection, QueryDsl, QueryResult, RunQueryDsl};
use innkeeper_domain::{
    ids::{TenantId, kinds},
    ports::{Page, StoreError},
    tokens::AccessVersion,
};

use super::{
    asked,
    for_each::{ForEach, values},
    question::{Askers, AskersOf, Question},
    unmoved::{self, UnmovedSince},
};
use crate::{
    columns::{Key, Uuid},
    connection::{Ask, Link},
    error::Failure,
    schema::tenants,
    store::SqlStore,
};

/// The access version that reads are as of, if they are of any, and whether one of them has found it unmoved already: a
/// caller who stood then needs not be asked for again.
#[derive(Debug, Default)]
pub(crate) struct AsOf {
    moment: Option<Moment>,
    is_proven: AtomicBool,
}

/// A tenant, and its access version as somebody read it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) tenant: Key<kinds::Tenant>,
    pub(super) version: i64,
}

/// What a tenant's access version is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VersionOf {
    pub(super) tenant: Key<kinds::Tenant>,
}

/// Whether a tenant's access version is this.
pub(super) fn is_at(store: &SqlStore, tenant: TenantId, version: AccessVersion) -> Result<bool, StoreError> {
    let found = store.answer(VersionOf { tenant: Key(tenant) })?;
    Ok(found.first() == Some(&version.get().cast_signed()))
}

impl AsOf {
    pub(crate) fn new(tenant: TenantId, version: AccessVersion) -> Self {
        let moment = Moment {
            tenant: Key(tenant),
            version: version.get().cast_signed(),
        };
        Self {
            moment: Some(moment),
            is_proven: AtomicBool::new(false),
        }
    }

    /// What is in question yet.
    pub(super) fn in_question(&self) -> Option<Moment> {
        self.moment.filter(|_| !self.is_proven.load(Ordering::Relaxed))
    }

    /// For the query that is to answer it.
    pub(super) fn condition(&self) -> UnmovedSince {
        unmoved::since(self.in_question())
    }

    /// Asks by a statement of its own, for reads that do not ask themselves.
    pub(super) fn require(&self, link: &mut Link) -> Result<(), Failure> {
        let Some(Moment { tenant, version }) = self.in_question() else {
            return Ok(());
        };
        let current: Vec<i64> = link.rows(VersionOf { tenant }.alone())?;
        self.conclude(current.first() == Some(&version))
    }

    /// What was found under the condition; nothing may also mean that the version is another.
    pub(super) fn found<T>(&self, found: Option<T>) -> Result<Option<T>, Failure> {
        self.conclude(found.is_some())?;
        Ok(found)
    }

    /// A page that was found under the condition.
    pub(super) fn page<T>(&self, page: Page<T>) -> Result<Page<T>, Failure> {
        self.conclude(!page.items.is_empty())?;
        Ok(page)
    }

    fn conclude(&self, holds: bool) -> Result<(), Failure> {
        if self.in_question().is_none() {
            return Ok(());
        }
        if !holds {
            return Err(StoreError::Outdated.into());
        }
        self.is_proven.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl Question for VersionOf {
    type Row = i64;
    const TABLE: &'static str = "tenants";

    fn alone(&self) -> impl Ask<'_, i64> {
        tenants::table.find(self.tenant).select(tenants::access_version)
    }

    fn together(asked: &[Self], postgres: &mut PgConnection) -> QueryResult<Vec<(i64, i64)>> {
        let each = ForEach {
            names: "tenant",
            values: (values::<Uuid, _, _>(asked, |version| version.tenant),),
            query: tenants::table
                .filter(tenants::id.eq(asked::Tenant))
                .select(tenants::access_version),
        };
        each.load(postgres)
    }

    fn askers(of: &Askers) -> &AskersOf<Self> {
        &of.version
    }
}
