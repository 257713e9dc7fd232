//! Readers of the channels, each by its vendor's own sign-in and paging.

mod apaleo;
mod beds24;
mod calendar;
mod channex;
mod cloudbeds;
mod guesty;
mod hospitable;
mod hostaway;
mod hostfully;
mod lodgify;
mod mews;
mod ownerrez;
mod rentals_united;
mod smoobu;
mod uplisting;

pub(crate) use hostaway::sign_in as hostaway_token;
pub(crate) use smoobu::signed as smoobu_signed;

use crate::bench::Bench;

/// The ids that a reader saw, in the order it saw them, repeated ones too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) listings: Vec<String>,
    pub(crate) reservations: Vec<String>,
}

/// A channel and how it is read.
#[derive(Clone, Copy)]
pub(crate) struct Vendor {
    pub(crate) slug: &'static str,
    /// All that an account holds; the status of a refusal.
    pub(crate) read: fn(&Bench, &str) -> Result<Seen, u16>,
    /// The status of the refusal of a bad secret.
    pub(crate) refusal: u16,
    /// The status of the refusal of one request too many.
    pub(crate) limited: u16,
}

/// All channels.
pub(crate) const ALL: &[Vendor] = &[
    hostaway::VENDOR,
    guesty::VENDOR,
    lodgify::VENDOR,
    smoobu::VENDOR,
    ownerrez::VENDOR,
    hospitable::VENDOR,
    hostfully::VENDOR,
    uplisting::VENDOR,
    beds24::VENDOR,
    apaleo::VENDOR,
    mews::VENDOR,
    cloudbeds::VENDOR,
    channex::VENDOR,
    rentals_united::VENDOR,
    calendar::ICAL,
    calendar::AIRBNB,
    calendar::VRBO,
    calendar::BOOKING,
];
