//! The channels, each as its vendor documents it.

mod apaleo;
mod beds24;
mod calendar;
mod channex;
mod cloudbeds;
mod guesty;
mod hospitable;
mod hostaway;
mod hostfully;
mod links;
mod lodgify;
mod mews;
mod moments;
mod ownerrez;
mod rentals_united;
mod smoobu;
mod sorting;
mod uplisting;
mod uuids;

use std::sync::Arc;

use crate::{
    answer::Answer,
    call::Call,
    limits::Limit,
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Stay, StayStatus, Unit},
};

/// A vendor's API.
pub(crate) trait Channel: Sync {
    /// The first segment of its paths.
    fn slug(&self) -> &'static str;

    /// What its reservations can be; the data hold nothing else.
    fn statuses(&self) -> &'static [StayStatus];

    /// The documented limits on requests.
    fn limits(&self) -> &'static [Limit];

    /// The credential that a request carries, as a text that tells credentials apart, whether it is good or not.
    fn credential(&self, call: &Call<'_>) -> Option<String>;

    /// The account that a request belongs to. It must change nothing: faults ask too.
    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>>;

    /// Answers a request.
    fn answer(&self, call: &Call<'_>) -> Answer;

    /// The refusal of a bad or expired credential. A token that expires is dead after it.
    fn unauthorized(&self, call: &Call<'_>) -> Answer;

    /// The refusal of one request too many, with the seconds to wait in the vendor's own form.
    fn rate_limited(&self, call: &Call<'_>, wait: u64) -> Answer;

    /// The listings that its answers tell of, by place.
    fn listings(&self, account: &Account) -> Vec<u32> {
        account.units()
    }

    /// A listing as its answers reveal it.
    fn listing_truth(&self, unit: &Unit) -> ListingTruth;

    /// A reservation as its answers reveal it; more than one where the vendor tells one in several parts.
    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth>;

    /// What a request lists, apart from its place in the list: the next page of it has the same text.
    fn list_name(&self, call: &Call<'_>) -> String {
        call.path.to_owned()
    }
}

/// All channels.
static ALL: &[&dyn Channel] = &[
    &hostaway::Hostaway,
    &guesty::Guesty,
    &lodgify::Lodgify,
    &smoobu::Smoobu,
    &ownerrez::Ownerrez,
    &hospitable::Hospitable,
    &hostfully::Hostfully,
    &uplisting::Uplisting,
    &beds24::Beds24,
    &apaleo::Apaleo,
    &mews::Mews,
    &cloudbeds::Cloudbeds,
    &channex::Channex,
    &rentals_united::RentalsUnited,
    &calendar::Calendar::Plain,
    &calendar::Calendar::Airbnb,
    &calendar::Calendar::Vrbo,
    &calendar::Calendar::Booking,
];

/// The channel with a slug.
pub(crate) fn find(slug: &str) -> Option<&'static dyn Channel> {
    ALL.iter().find(|channel| channel.slug() == slug).copied()
}

/// The slugs of all channels.
pub(crate) fn slugs() -> Vec<&'static str> {
    ALL.iter().map(|channel| channel.slug()).collect()
}
