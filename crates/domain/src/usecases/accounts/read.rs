//! Reading accounts, what they hold, and what their imports did.

use crate::{
    access::{Act, Actor, Denied, UserTarget, acts, admit, authorize},
    ids::{AccountId, RunId, UserId},
    imports::{FailedItem, Run, StoredListing, StoredReservation},
    ports::{AccountView, ListingFilter, Page, PageRequest, Queries, ReservationFilter},
    usecases::ReadError,
};

/// Reads one account.
///
/// # Errors
///
/// [`ReadError`].
pub fn get_account(
    queries: &dyn Queries,
    actor: &Actor,
    user: UserId,
    account: AccountId,
) -> Result<AccountView, ReadError> {
    visible::<acts::ReadAccounts>(queries, actor, user, account)
}

/// The account, if the actor may do `A` on those of the user.
fn visible<A: Act<On = UserTarget>>(
    queries: &dyn Queries,
    actor: &Actor,
    user: UserId,
    account: AccountId,
) -> Result<AccountView, ReadError> {
    admit::<A>(actor)?;
    let found = queries.account(actor.tenant(), user, account)?;
    let exists = found.is_some();
    authorize::<A>(actor, &UserTarget { user, exists })?;
    Ok(found.ok_or(Denied::NotVisible)?)
}

/// Lists the accounts of a user.
///
/// # Errors
///
/// [`ReadError`].
pub fn list_accounts(
    queries: &dyn Queries,
    actor: &Actor,
    user: UserId,
    page: PageRequest,
) -> Result<Page<AccountView>, ReadError> {
    admit::<acts::ReadAccounts>(actor)?;
    let exists = queries.user(actor.tenant(), user)?.is_some();
    authorize::<acts::ReadAccounts>(actor, &UserTarget { user, exists })?;
    Ok(queries.accounts(actor.tenant(), user, page)?)
}

/// Lists the listings of an account.
///
/// # Errors
///
/// [`ReadError`].
pub fn list_listings(
    queries: &dyn Queries,
    actor: &Actor,
    (user, account): (UserId, AccountId),
    filter: &ListingFilter,
    page: PageRequest,
) -> Result<Page<StoredListing>, ReadError> {
    visible::<acts::ReadListings>(queries, actor, user, account)?;
    Ok(queries.listings(actor.tenant(), account, filter, page)?)
}

/// Lists the reservations of an account.
///
/// # Errors
///
/// [`ReadError`].
pub fn list_reservations(
    queries: &dyn Queries,
    actor: &Actor,
    (user, account): (UserId, AccountId),
    filter: &ReservationFilter,
    page: PageRequest,
) -> Result<Page<StoredReservation>, ReadError> {
    visible::<acts::ReadReservations>(queries, actor, user, account)?;
    Ok(queries.reservations(actor.tenant(), account, filter, page)?)
}

/// Lists the runs of an account.
///
/// # Errors
///
/// [`ReadError`].
pub fn list_runs(
    queries: &dyn Queries,
    actor: &Actor,
    (user, account): (UserId, AccountId),
    page: PageRequest,
) -> Result<Page<Run>, ReadError> {
    visible::<acts::ReadAccounts>(queries, actor, user, account)?;
    Ok(queries.runs(actor.tenant(), account, page)?)
}

/// Reads one run, with the listings that it could not import.
///
/// # Errors
///
/// [`ReadError`].
pub fn get_run(
    queries: &dyn Queries,
    actor: &Actor,
    (user, account): (UserId, AccountId),
    run: RunId,
) -> Result<(Run, Vec<FailedItem>), ReadError> {
    visible::<acts::ReadAccounts>(queries, actor, user, account)?;
    let found = queries.run(actor.tenant(), account, run)?;
    Ok(found.ok_or(Denied::NotVisible)?)
}
