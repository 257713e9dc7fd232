//! One page of a list, and its total.

use diesel::{
    RunQueryDsl,
    query_dsl::methods::{LimitDsl, LoadQuery, OffsetDsl},
};
use innkeeper_domain::ports::{Page, PageRequest, Total};

use super::counting::{Count, MOST};
use crate::{
    connection::{AnyConnection, Link},
    error::Failure,
    rows::{Decode, decode},
};

/// Loads one page of `list`. The total comes from `keys`, the same list without its order and with one short column,
/// and is only asked for if the page does not give it away.
pub(super) fn page<'query, R, L, P, K, C>(
    link: &mut Link,
    request: PageRequest,
    list: L,
    keys: K,
) -> Result<Page<R::Entity>, Failure>
where
    R: Decode,
    L: LimitDsl,
    L::Output: OffsetDsl<Output = P>,
    P: RunQueryDsl<AnyConnection> + LoadQuery<'query, AnyConnection, R>,
    K: LimitDsl<Output = C>,
    Count<C>: RunQueryDsl<AnyConnection> + LoadQuery<'query, AnyConnection, i64>,
{
    let offset = i64::try_from(request.offset()).unwrap_or(i64::MAX);
    let rows = link.rows::<_, R>(list.limit(i64::from(request.size())).offset(offset));
    let items = decode(rows)?;
    let on_page = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let is_last = on_page < u64::from(request.size()) && (on_page > 0 || request.offset() == 0);
    let counted = if is_last {
        request.offset().saturating_add(on_page)
    } else {
        let counts: Vec<i64> = link.rows(Count(keys.limit(MOST)))?;
        counts
            .first()
            .map_or(0, |count| u64::try_from(*count).unwrap_or(0))
    };
    Ok(Page {
        items,
        total: Total::counted(counted),
    })
}
