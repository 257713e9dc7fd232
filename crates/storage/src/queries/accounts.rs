//! Accounts with what is under way.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl};
use innkeeper_domain::{
    accounts::Account,
    ids::{AccountId, TenantId, UserId},
    imports::Checkpoint,
    ports::{AccountView, Page, PageRequest},
    sync::{Lane, Slot},
};

use super::{as_of::AsOf, lists};
use crate::{
    columns::Key,
    connection::Link,
    error::Failure,
    rows::{AccountRow, CheckpointRow, SlotRow, decode, selected},
    schema::{accounts, sync_checkpoints, sync_slots},
};

const MAIN: &str = Lane::Main.as_str();

type ViewRows = (AccountRow, (Option<SlotRow>, Option<CheckpointRow>));
type View = (Account, (Option<Slot>, Option<Checkpoint>));

/// Accounts of a user that are not deleted, each with its slot and the checkpoint of the started run.
macro_rules! views {
    ($as_of:expr, $tenant:expr, $user:expr) => {{
        let slot = sync_slots::tenant_id
            .eq(accounts::tenant_id)
            .and(sync_slots::account_id.eq(accounts::id))
            .and(sync_slots::lane.eq(MAIN));
        let checkpoint = sync_checkpoints::tenant_id
            .eq(accounts::tenant_id)
            .and(sync_checkpoints::run_id.nullable().eq(sync_slots::started_run_id));
        accounts::table
            .left_join(sync_slots::table.on(slot))
            .left_join(sync_checkpoints::table.on(checkpoint))
            .filter(accounts::tenant_id.eq(Key($tenant)))
            .filter(accounts::user_id.eq(Key($user)))
            .filter(accounts::deleted_at.is_null())
            .filter($as_of.condition())
            .select((
                selected::<AccountRow>(),
                (selected::<Option<SlotRow>>(), selected::<Option<CheckpointRow>>()),
            ))
    }};
}

fn view((account, (slot, checkpoint)): View) -> AccountView {
    AccountView {
        account,
        slot,
        checkpoint,
    }
}

pub(super) fn one(
    link: &mut Link,
    as_of: &AsOf,
    tenant: TenantId,
    user: UserId,
    id: AccountId,
) -> Result<Option<AccountView>, Failure> {
    let query = views!(as_of, tenant, user).filter(accounts::id.eq(Key(id)));
    let found = decode(link.rows::<_, ViewRows>(query))?.pop();
    Ok(as_of.found(found)?.map(view))
}

/// The newest first.
pub(super) fn list(
    link: &mut Link,
    as_of: &AsOf,
    tenant: TenantId,
    user: UserId,
    page: PageRequest,
) -> Result<Page<AccountView>, Failure> {
    let list = views!(as_of, tenant, user).order((accounts::created_at.desc(), accounts::id.desc()));
    let keys = accounts::table
        .filter(accounts::tenant_id.eq(Key(tenant)))
        .filter(accounts::user_id.eq(Key(user)))
        .filter(accounts::deleted_at.is_null())
        .select(accounts::id);
    let found = lists::page::<ViewRows, _, _>(link, page, list, keys)?;
    Ok(as_of.page(found)?.map(view))
}
