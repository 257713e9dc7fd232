//! One page of a list, and its total.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    query_dsl::methods::LoadQuery,
    serialize::ToSql,
    sql_types::{BigInt, HasSqlType},
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
pub(super) struct Part<L> {
    list: L,
    limit: i64,
    offset: i64,
}

impl Part<()> {
    /// A page, and one row more.
    fn of(page: PageRequest) -> Self {
        Self {
            list: (),
            limit: i64::from(page.size()) + 1,
            offset: i64::try_from(page.offset()).unwrap_or(i64::MAX),
        }
    }

    /// That of a list.
    pub(super) fn on<L>(self, list: L) -> Part<L> {
        let Self { limit, offset, .. } = self;
        Part { list, limit, offset }
    }
}

impl<L, DB> QueryFragment<DB> for Part<L>
where
    DB: Backend + HasSqlType<BigInt>,
    L: QueryFragment<DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.list.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(" + 0 OFFSET ");
        out.push_bind_param::<BigInt, _>(&self.offset)?;
        out.push_sql(" + 0");
        Ok(())
    }
}

impl<L: Query> Query for Part<L> {
    type SqlType = L::SqlType;
}

impl<L, C> RunQueryDsl<C> for Part<L> {}

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
    page_by::<R>(
        link,
        request,
        |link, part| link.rows_dynamic(part.on(list)),
        |link| link.rows_dynamic(Count(keys)),
    )
}

/// The same by two queries that may be put together for the one database that is there.
pub(super) fn page_by<R: Decode>(
    link: &mut Link,
    request: PageRequest,
    list: impl FnOnce(&mut Link, Part<()>) -> QueryResult<Vec<R>>,
    count: impl FnOnce(&mut Link) -> QueryResult<Vec<i64>>,
) -> Result<Page<R::Entity>, Failure> {
    let mut items = decode(list(link, Part::of(request)))?;
    let size = usize::try_from(request.size()).unwrap_or(usize::MAX);
    let is_last = items.len() <= size && (!items.is_empty() || request.offset() == 0);
    items.truncate(size);
    let on_page = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let counted = if is_last {
        request.offset().saturating_add(on_page)
    } else {
        count(link)?
            .first()
            .map_or(0, |count| u64::try_from(*count).unwrap_or(0))
    };
    Ok(Page {
        items,
        total: Total::counted(counted),
    })
}
