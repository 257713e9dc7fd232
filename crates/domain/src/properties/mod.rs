//! Properties: just what property users need of them.

use crate::{
    ids::{PropertyId, TenantId},
    time::Timestamp,
    values::{Country, Currency, Email, Title, ZoneName},
};

mod edit;

pub use edit::{PropertyChanges, PropertyFields};

/// A hotel, flat or house that people manage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: PropertyId,
    /// What it is called.
    pub title: Title,
    /// The currency it is run in.
    pub currency: Currency,
    /// The zone of its clocks.
    pub timezone: Option<ZoneName>,
    /// The country it lies in.
    pub country: Option<Country>,
    /// An address for guests or partners.
    pub email: Option<Email>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
