//! Reservations of an account.

use diesel::{ExpressionMethods, QueryDsl};
use innkeeper_domain::{
    accounts::ReservationStatus,
    ids::{AccountId, TenantId},
    imports::StoredReservation,
    ports::{Page, PageRequest, ReservationFilter},
};

use super::lists;
use crate::{
    columns::{At, Key, keys as ids},
    connection::{Link, MultiBackend},
    error::Failure,
    rows::{ReservationRow, day_number, selected},
    schema::reservations,
};

/// By id, which is by when they were first imported; of those that changed, by when they did.
pub(super) fn list(
    link: &mut Link,
    tenant: TenantId,
    account: AccountId,
    filter: &ReservationFilter,
    page: PageRequest,
) -> Result<Page<StoredReservation>, Failure> {
    let mut list = reservations::table
        .filter(reservations::tenant_id.eq(Key(tenant)))
        .filter(reservations::account_id.eq(Key(account)))
        .select(selected::<ReservationRow>())
        .into_boxed::<MultiBackend>();
    let mut keys = reservations::table
        .filter(reservations::tenant_id.eq(Key(tenant)))
        .filter(reservations::account_id.eq(Key(account)))
        .select(reservations::id)
        .into_boxed::<MultiBackend>();
    if let Some(since) = filter.updated_since {
        list = list.filter(reservations::updated_at.ge(At(since)));
        keys = keys.filter(reservations::updated_at.ge(At(since)));
    }
    if let Some(listings) = &filter.listings {
        let these = || ids(listings).map(Some);
        list = list.filter(reservations::listing_id.eq_any(these()));
        keys = keys.filter(reservations::listing_id.eq_any(these()));
    }
    if let Some(statuses) = &filter.statuses {
        let these = || statuses.iter().copied().map(ReservationStatus::as_str);
        list = list.filter(reservations::status.eq_any(these()));
        keys = keys.filter(reservations::status.eq_any(these()));
    }
    if let Some(from) = filter.check_in_from.map(day_number) {
        list = list.filter(reservations::check_in.ge(Some(from)));
        keys = keys.filter(reservations::check_in.ge(Some(from)));
    }
    if let Some(to) = filter.check_in_to.map(day_number) {
        list = list.filter(reservations::check_in.le(Some(to)));
        keys = keys.filter(reservations::check_in.le(Some(to)));
    }
    list = match filter.updated_since {
        None => list.order(reservations::id),
        Some(_) => list.order((reservations::updated_at, reservations::id)),
    };
    lists::page::<ReservationRow, _, _>(link, page, list, keys)
}
