//! Runs of an account. What one has done is kept with it when it ends; until then its checkpoint knows.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl};
use innkeeper_domain::{
    ids::{AccountId, RunId, TenantId},
    imports::{Checkpoint, FailedItem, Run},
    ports::{Page, PageRequest},
};

use super::lists;
use crate::{
    columns::Key,
    connection::Link,
    error::Failure,
    repos::failed_items,
    rows::{CheckpointRow, Decode, FailedItemsRow, RunRow, selected},
    schema::{sync_checkpoints, sync_runs},
};

type ViewRows = (RunRow, Option<CheckpointRow>);

macro_rules! views {
    ($tenant:expr, $account:expr) => {{
        let checkpoint = sync_checkpoints::tenant_id
            .eq(sync_runs::tenant_id)
            .and(sync_checkpoints::run_id.eq(sync_runs::id));
        sync_runs::table
            .left_join(sync_checkpoints::table.on(checkpoint))
            .filter(sync_runs::tenant_id.eq(Key($tenant)))
            .filter(sync_runs::account_id.eq(Key($account)))
    }};
}

fn view((mut run, checkpoint): (Run, Option<Checkpoint>)) -> Run {
    if let Some(checkpoint) = checkpoint.filter(|_| !run.state.is_terminal()) {
        run.counts = checkpoint.counts;
    }
    run
}

/// The newest first.
pub(super) fn list(
    link: &mut Link,
    tenant: TenantId,
    account: AccountId,
    page: PageRequest,
) -> Result<Page<Run>, Failure> {
    let list = views!(tenant, account)
        .order(sync_runs::id.desc())
        .select((selected::<RunRow>(), selected::<Option<CheckpointRow>>()));
    let keys = sync_runs::table
        .filter(sync_runs::tenant_id.eq(Key(tenant)))
        .filter(sync_runs::account_id.eq(Key(account)))
        .select(sync_runs::id);
    Ok(lists::page::<ViewRows, _, _>(link, page, list, keys)?.map(view))
}

pub(super) fn one(
    link: &mut Link,
    tenant: TenantId,
    account: AccountId,
    id: RunId,
) -> Result<Option<(Run, Vec<FailedItem>)>, Failure> {
    let query = views!(tenant, account).filter(sync_runs::id.eq(Key(id))).select((
        selected::<RunRow>(),
        selected::<Option<CheckpointRow>>(),
        selected::<FailedItemsRow>(),
    ));
    let found: Vec<(RunRow, Option<CheckpointRow>, FailedItemsRow)> = link.rows(query)?;
    let Some((run, checkpoint, failed)) = found.into_iter().next() else {
        return Ok(None);
    };
    let run = view((run, checkpoint).decode()?);
    let mut failed = failed.read(id)?;
    if !run.state.is_terminal() && run.counts.listings_failed > 0 {
        failed = failed_items(link, tenant, id, failed)?;
    }
    Ok(Some((run, failed)))
}
