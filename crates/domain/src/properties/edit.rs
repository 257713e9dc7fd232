//! Making and changing a property.

use super::Property;
use crate::{
    ids::{PropertyId, TenantId},
    time::Timestamp,
    values::{Country, Currency, Email, Title, ZoneName},
};

/// The fields of a new property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyFields {
    /// Its title.
    pub title: Title,
    /// Its currency.
    pub currency: Currency,
    /// Its time zone.
    pub timezone: Option<ZoneName>,
    /// Its country.
    pub country: Option<Country>,
    /// Its address.
    pub email: Option<Email>,
}

/// What to change; `None` leaves a field as it is, and the inner `None` clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PropertyChanges {
    /// A new title.
    pub title: Option<Title>,
    /// A new currency.
    pub currency: Option<Currency>,
    /// A new time zone, or none.
    pub timezone: Option<Option<ZoneName>>,
    /// A new country, or none.
    pub country: Option<Option<Country>>,
    /// A new address, or none.
    pub email: Option<Option<Email>>,
}

impl PropertyFields {
    /// The property made of these fields.
    pub fn into_property(self, tenant: TenantId, id: PropertyId, now: Timestamp) -> Property {
        let Self {
            title,
            currency,
            timezone,
            country,
            email,
        } = self;
        Property {
            tenant,
            id,
            title,
            currency,
            timezone,
            country,
            email,
            created_at: now,
            updated_at: now,
        }
    }
}

impl Property {
    /// The property with the changes made, or `None` if they change nothing.
    pub fn changed(&self, changes: PropertyChanges, now: Timestamp) -> Option<Self> {
        let mut after = self.clone();
        after.title = changes.title.unwrap_or(after.title);
        after.currency = changes.currency.unwrap_or(after.currency);
        after.timezone = changes.timezone.unwrap_or(after.timezone);
        after.country = changes.country.unwrap_or(after.country);
        after.email = changes.email.unwrap_or(after.email);
        if after == *self {
            return None;
        }
        after.updated_at = now;
        Some(after)
    }
}
