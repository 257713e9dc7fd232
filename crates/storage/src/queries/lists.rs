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
    let part = Part {
        list,
        limit: i64::from(request.size()) + 1,
        offset: i64::try_from(request.offset()).unwrap_or(i64::MAX),
    };
    let mut items = decode(link.rows_dynamic::<_, R>(part))?;
    let size = usize::try_from(request.size()).unwrap_or(usize::MAX);
    let is_last = items.len() <= size && (!items.is_empty() || request.offset() == 0);
    items.truncate(size);
    let on_page = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let counted = if is_last {
        request.offset().saturating_add(on_page)
    } else {
        let counts: Vec<i64> = link.rows_dynamic(Count(keys))?;
        counts
            .first()
            .map_or(0, |count| u64::try_from(*count).unwrap_or(0))
    };
    Ok(Page {
        items,
        total: Total::counted(counted),
    })
}
