//! Accounts with what is under way.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl,
    SelectableHelper,
};
use innkeeper_domain::{
    accounts::Account,
    ids::{AccountId, TenantId, UserId},
    imports::Checkpoint,
    ports::{AccountView, Page, PageRequest},
    sync::{Lane, Slot},
};

use super::lists;
use crate::{
    columns::Key,
    connection::Link,
    error::Failure,
    rows::{AccountRow, CheckpointRow, SlotRow, decode},
    schema::{accounts, sync_checkpoints, sync_slots},
};

const MAIN: &str = Lane::Main.as_str();

type ViewRows = (AccountRow, (Option<SlotRow>, Option<CheckpointRow>));
type View = (Account, (Option<Slot>, Option<Checkpoint>));

/// Accounts of a user that are not deleted, each with its slot and the checkpoint of the started run.
macro_rules! views {
    ($tenant:expr, $user:expr) => {{
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
            .select((
                AccountRow::as_select(),
                (
                    Option::<SlotRow>::as_select(),
                    Option::<CheckpointRow>::as_select(),
                ),
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
    tenant: TenantId,
    user: UserId,
    id: AccountId,
) -> Result<Option<AccountView>, Failure> {
    let query = views!(tenant, user).filter(accounts::id.eq(Key(id)));
    Ok(decode(link.rows::<_, ViewRows>(query))?.pop().map(view))
}

/// The newest first.
pub(super) fn list(
    link: &mut Link,
    tenant: TenantId,
    user: UserId,
    page: PageRequest,
) -> Result<Page<AccountView>, Failure> {
    let list = views!(tenant, user).order((accounts::created_at.desc(), accounts::id.desc()));
    let keys = accounts::table
        .filter(accounts::tenant_id.eq(Key(tenant)))
        .filter(accounts::user_id.eq(Key(user)))
        .filter(accounts::deleted_at.is_null())
        .select(accounts::id);
    Ok(lists::page::<ViewRows, _, _, _, _>(link, page, list, keys)?.map(view))
}
