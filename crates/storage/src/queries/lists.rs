//! One page of a list, and its total.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    dsl::AsExprOf,
    expression::IntoSql as _,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::methods::LoadQuery,
    sql_types::BigInt,
};
use innkeeper_domain::ports::{Page, PageRequest, Total};

use super::counting::Count;
use crate::{
    connection::{AnyConnection, Link},
    error::Failure,
    rows::{Decode, decode},
};

/// Some rows of a list, from one on.
///
/// SQLite looks at a LIMIT that is a parameter and nothing else, and then prepares the statement anew whenever the
/// parameter is bound, which takes longer than to run it. It does not look at sums.
#[derive(Clone, Copy, Debug, QueryId)]
pub(super) struct Part<L, M = Number, B = Number> {
    pub(super) list: L,
    pub(super) most: M,
    pub(super) before: B,
}

/// A number by its value.
pub(super) type Number = AsExprOf<i64, BigInt>;

/// Which rows: how many at most, and how many are passed over before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) most: i64,
    pub(super) before: i64,
}

impl Extent {
    /// A page, and one row more.
    pub(super) fn of(page: PageRequest) -> Self {
        Self {
            most: i64::from(page.size()) + 1,
            before: i64::try_from(page.offset()).unwrap_or(i64::MAX),
        }
    }

    /// These of a list.
    pub(super) fn on<L>(self, list: L) -> Part<L> {
        Part {
            list,
            most: self.most.into_sql::<BigInt>(),
            before: self.before.into_sql::<BigInt>(),
        }
    }
}

impl<L, M, B, DB> QueryFragment<DB> for Part<L, M, B>
where
    DB: Backend,
    L: QueryFragment<DB>,
    M: QueryFragment<DB>,
    B: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.list.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        self.most.walk_ast(out.reborrow())?;
        out.push_sql(" + 0 OFFSET ");
        self.before.walk_ast(out.reborrow())?;
        out.push_sql(" + 0");
        Ok(())
    }
}

impl<L: Query, M, B> Query for Part<L, M, B> {
    type SqlType = L::SqlType;
}

impl<L, M, B, C> RunQueryDsl<C> for Part<L, M, B> {}

/// Loads one page of `list`, and looks one row further. The total comes from `keys`, the same list without its order and
/// with one short column, and is only asked for if that does not give it away.
pub(super) fn page<'query, R, L, K>(
    link: &mut Link,
    request: PageRequest,
    list: L,
    keys: K,
) -> Result<Page<R::Entity>, Failure>
where
    R: Decode,
    Part<L>: RunQueryDsl<AnyConnection> + LoadQuery<'query, AnyConnection, R>,
    Count<K>: RunQueryDsl<AnyConnection> + LoadQuery<'query, AnyConnection, i64>,
{
    let rows = link.rows_dynamic(Extent::of(request).on(list));
    paged(
        request,
        decode::<R>(rows)?,
        || Ok(link.rows_dynamic(Count(keys))?),
    )
}

/// The page that these begin, with its total, which is only counted if they do not give it away.
pub(super) fn paged<T, E>(
    request: PageRequest,
    mut items: Vec<T>,
    count: impl FnOnce() -> Result<Vec<i64>, E>,
) -> Result<Page<T>, E> {
    let size = usize::try_from(request.size()).unwrap_or(usize::MAX);
    let is_last = items.len() <= size && (!items.is_empty() || request.offset() == 0);
    items.truncate(size);
    let on_page = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let counted = if is_last {
        request.offset().saturating_add(on_page)
    } else {
        count()?
            .first()
            .map_or(0, |count| u64::try_from(*count).unwrap_or(0))
    };
    Ok(Page {
        items,
        total: Total::counted(counted),
    })
}
