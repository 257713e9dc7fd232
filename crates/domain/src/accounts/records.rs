//! What channels tell about listings and reservations, in one form for all of them. Unknown is `None`.

use chrono::NaiveDate;

use super::Amount;
use crate::{
    time::Timestamp,
    values::{Country, Currency, ZoneName},
};

/// A listing, as a channel tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingRecord {
    /// The channel's id of it.
    pub channel_listing_id: String,
    /// Its title.
    pub title: Option<String>,
    /// Street and number.
    pub address: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The country.
    pub country: Option<Country>,
    /// The time zone.
    pub timezone: Option<ZoneName>,
    /// The currency of its prices.
    pub currency: Option<Currency>,
    /// How many guests it takes.
    pub capacity: Option<u32>,
    /// Whether it is active at the channel; a channel that does not tell has only active ones.
    pub enabled: bool,
    /// When the channel last changed it, if it says so: of two tellings the later counts.
    pub changed_at: Option<Timestamp>,
}

/// What became of a reservation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReservationStatus {
    /// A question, not a booking.
    Inquiry,
    /// Asked for, and not confirmed.
    Pending,
    /// Confirmed.
    Confirmed,
    /// The guests are there.
    CheckedIn,
    /// The guests have left.
    CheckedOut,
    /// Cancelled.
    Cancelled,
    /// Refused.
    Declined,
    /// Ended unanswered or unpaid.
    Expired,
    /// The guests never came.
    NoShow,
    /// No reservation: the owner holds the dates.
    Blocked,
    /// Something that the channel has no known word for.
    Unknown,
}

impl ReservationStatus {
    /// Every status.
    pub const ALL: [Self; 11] = [
        Self::Inquiry,
        Self::Pending,
        Self::Confirmed,
        Self::CheckedIn,
        Self::CheckedOut,
        Self::Cancelled,
        Self::Declined,
        Self::Expired,
        Self::NoShow,
        Self::Blocked,
        Self::Unknown,
    ];

    /// The status as it is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inquiry => "inquiry",
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::CheckedIn => "checked_in",
            Self::CheckedOut => "checked_out",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::NoShow => "no_show",
            Self::Blocked => "blocked",
            Self::Unknown => "unknown",
        }
    }

    /// The status with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// A reservation, as a channel tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservationRecord {
    /// The channel's id of it; of one with several rooms, each room is one.
    pub channel_reservation_id: String,
    /// The channel's id of the listing.
    pub channel_listing_id: Option<String>,
    /// What became of it.
    pub status: ReservationStatus,
    /// The first night.
    pub check_in: Option<NaiveDate>,
    /// The day of departure.
    pub check_out: Option<NaiveDate>,
    /// Adults.
    pub adults: Option<u32>,
    /// Children and infants.
    pub children: Option<u32>,
    /// The price of the stay.
    pub total: Option<Amount>,
    /// The currency of the price.
    pub currency: Option<Currency>,
    /// When it was booked.
    pub booked_at: Option<Timestamp>,
    /// When the channel last changed it: of two tellings the later counts.
    pub updated_at: Option<Timestamp>,
    /// Where it was booked, in the channel's words.
    pub source: Option<String>,
    /// What the guest calls it by.
    pub confirmation_code: Option<String>,
}
