//! Whether a tenant's access version is still the one that a caller was verified at, asked in the statement that reads.

use std::sync::atomic::{AtomicBool, Ordering};

use diesel::{
    AppearsOnTable, Expression, QueryDsl, QueryResult, SelectableExpression,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool, HasSqlType, Nullable},
};
use innkeeper_domain::{
    ids::{TenantId, kinds},
    ports::{Page, StoreError},
    tokens::AccessVersion,
};

use crate::{
    columns::{Key, Uuid},
    connection::Link,
    error::Failure,
    schema::tenants,
};

/// The access version that reads are as of, if they are of any, and whether one of them has found it unmoved already: a
/// caller who stood then needs not be asked for again.
#[derive(Debug, Default)]
pub(crate) struct AsOf {
    moment: Option<Moment>,
    is_proven: AtomicBool,
}

#[derive(Clone, Copy, Debug)]
struct Moment {
    tenant: Key<kinds::Tenant>,
    version: i64,
}

/// A condition for the rows of a query: that the version is still the same. It always holds where that is not in question.
/// The text is the same either way, so that it is prepared once.
#[derive(Clone, Copy, Debug, QueryId)]
pub(super) struct Unmoved {
    is_asked: bool,
    tenant: Option<Key<kinds::Tenant>>,
    version: Option<i64>,
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

    fn in_question(&self) -> Option<Moment> {
        self.moment.filter(|_| !self.is_proven.load(Ordering::Relaxed))
    }

    /// For the query that is to answer it.
    pub(super) fn condition(&self) -> Unmoved {
        let moment = self.in_question();
        Unmoved {
            is_asked: moment.is_some(),
            tenant: moment.map(|moment| moment.tenant),
            version: moment.map(|moment| moment.version),
        }
    }

    /// Asks by a statement of its own, for reads that do not ask themselves.
    pub(super) fn require(&self, link: &mut Link) -> Result<(), Failure> {
        let Some(Moment { tenant, version }) = self.in_question() else {
            return Ok(());
        };
        let current: Vec<i64> = link.rows(tenants::table.find(tenant).select(tenants::access_version))?;
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

impl Expression for Unmoved {
    type SqlType = Bool;
}

impl<Source> AppearsOnTable<Source> for Unmoved {}

impl<Source> SelectableExpression<Source> for Unmoved {}

impl ValidGrouping<()> for Unmoved {
    type IsAggregate = is_aggregate::Never;
}

impl<DB> QueryFragment<DB> for Unmoved
where
    DB: Backend + HasSqlType<Bool> + HasSqlType<Uuid> + HasSqlType<BigInt>,
    bool: ToSql<Bool, DB>,
    Option<Key<kinds::Tenant>>: ToSql<Nullable<Uuid>, DB>,
    Option<i64>: ToSql<Nullable<BigInt>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(NOT ");
        out.push_bind_param::<Bool, _>(&self.is_asked)?;
        out.push_sql(" OR EXISTS (SELECT 1 FROM tenants WHERE tenants.id = ");
        out.push_bind_param::<Nullable<Uuid>, _>(&self.tenant)?;
        out.push_sql(" AND tenants.access_version = ");
        out.push_bind_param::<Nullable<BigInt>, _>(&self.version)?;
        out.push_sql("))");
        Ok(())
    }
}
