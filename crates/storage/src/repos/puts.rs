//! What imports write, as rows. Nothing is copied that can be lent.

use innkeeper_domain::{
    accounts::Amount,
    ids::{RunId, TenantId},
    imports::{Checkpoint, Item, ItemState, StoredListing, StoredReservation},
    values::{Country, Currency, ZoneName},
};

use crate::{
    columns::{At, Key},
    rows::day_number,
    upsert::{CheckpointPut, ItemPut, ListingPut, ReservationPut},
};

pub(super) fn listing_put(listing: &StoredListing) -> ListingPut<'_> {
    let record = &listing.record;
    ListingPut {
        tenant_id: Key(listing.tenant),
        account_id: Key(listing.account),
        channel_listing_id: &record.channel_listing_id,
        id: Key(listing.id),
        title: record.title.as_deref(),
        address: record.address.as_deref(),
        city: record.city.as_deref(),
        country: record.country.map(Country::as_str),
        timezone: record.timezone.as_ref().map(ZoneName::as_str),
        currency: record.currency.map(Currency::as_str),
        capacity: record.capacity.map(i64::from),
        enabled: record.enabled,
        changed_at: record.changed_at.map(At),
        content_hash: &listing.hash.0,
        seen_at: At(listing.seen_at),
        synced_at: listing.synced_at.map(At),
        missing: 0,
        updated_at: At(listing.updated_at),
    }
}

pub(super) fn reservation_put(reservation: &StoredReservation) -> ReservationPut<'_> {
    let record = &reservation.record;
    ReservationPut {
        tenant_id: Key(reservation.tenant),
        account_id: Key(reservation.account),
        channel_reservation_id: &record.channel_reservation_id,
        id: Key(reservation.id),
        listing_id: reservation.listing.map(Key),
        channel_listing_id: record.channel_listing_id.as_deref(),
        status: record.status.as_str(),
        check_in: record.check_in.map(day_number),
        check_out: record.check_out.map(day_number),
        adults: record.adults.map(i64::from),
        children: record.children.map(i64::from),
        total: record.total.as_ref().map(Amount::as_str),
        currency: record.currency.map(Currency::as_str),
        booked_at: record.booked_at.map(At),
        changed_at: record.updated_at.map(At),
        source: record.source.as_deref(),
        confirmation_code: record.confirmation_code.as_deref(),
        content_hash: &reservation.hash.0,
        seen_at: At(reservation.seen_at),
        updated_at: At(reservation.updated_at),
    }
}

pub(super) fn item_put(tenant: TenantId, run: RunId, item: &Item) -> ItemPut<'static> {
    ItemPut {
        tenant_id: Key(tenant),
        run_id: Key(run),
        listing_id: Key(item.listing),
        state: item.state.as_str(),
        fault: match item.state {
            ItemState::Failed(fault) => Some(fault.as_str()),
            ItemState::ToDo | ItemState::Done | ItemState::Skipped => None,
        },
    }
}

pub(super) fn checkpoint_put(checkpoint: &Checkpoint) -> CheckpointPut<'_> {
    let counts = &checkpoint.counts;
    CheckpointPut {
        tenant_id: Key(checkpoint.tenant),
        run_id: Key(checkpoint.run),
        stream: checkpoint.stream.as_str(),
        listing_id: checkpoint.listing.as_ref().map(|listing| Key(listing.id)),
        channel_listing_id: checkpoint
            .listing
            .as_ref()
            .map(|listing| listing.channel_listing_id.as_str()),
        position: checkpoint.position.as_ref().map(|position| position.0.as_str()),
        since: checkpoint.since.map(At),
        began_at: checkpoint.began_at.map(At),
        reservations_began_at: checkpoint.reservations_began_at.map(At),
        listings_ready_at: checkpoint.listings_ready_at.map(At),
        sweep_stopped: checkpoint.sweep_stopped,
        is_over: checkpoint.is_over,
        listings: i64::from(counts.listings),
        listings_done: i64::from(counts.listings_done),
        listings_skipped: i64::from(counts.listings_skipped),
        listings_failed: i64::from(counts.listings_failed),
        listings_new: i64::from(counts.listings_new),
        reservations: i64::from(counts.reservations),
        reservations_failed: i64::from(counts.reservations_failed),
    }
}
