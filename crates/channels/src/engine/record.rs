//! Records as channels tell them, to records as we know them.

use chrono_tz::Tz;
use innkeeper_domain::{
    accounts::{FaultyRecord, ListingRecord, ReservationRecord},
    values::{Country, Currency, ZoneName},
};

use super::{
    convert::{self, Wrong},
    countries,
    scene::{Fact, Scene},
};
use crate::manifest::fields::{Code, ListingFields, ReservationFields, Short, Text};

/// Names the field of a value that is not what it must be.
fn named<T>(field: &'static str, value: Result<T, Wrong>) -> Result<T, &'static str> {
    value.map_err(|Wrong| field)
}

fn optional<S, T>(
    source: Option<&Short<S>>,
    read: impl Fn(&S) -> Result<Option<T>, Wrong>,
) -> Result<Option<T>, Wrong> {
    source.map_or(Ok(None), |source| read(&source.0))
}

/// A code that is not in its list is not known, which is no reason to lose the record.
fn code<T>(source: Option<&Short<Code>>, scene: &Scene<'_>, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let source = &source?.0;
    if let Some(constant) = &source.constant {
        return read(constant);
    }
    let value = source.path.as_ref().and_then(|paths| scene.first(paths))?;
    read(&convert::spelled(value).ok()?)
}

fn currency(text: &str) -> Option<Currency> {
    text.to_ascii_uppercase().parse().ok()
}

fn zone(text: &str) -> Option<Tz> {
    text.parse().ok()
}

/// The channel's id of a record. The first of several stays has it as it is, for most reservations have one stay.
fn own_id(source: &Text, scene: &Scene<'_>) -> Option<String> {
    let id = convert::id(source, scene).ok().flatten()?;
    Some(if scene.nth == 0 {
        id
    } else {
        format!("{id}-{}", scene.nth + 1)
    })
}

/// Reads a listing.
pub(crate) fn listing(fields: &ListingFields, scene: &Scene<'_>) -> Result<ListingRecord, FaultyRecord> {
    let id = own_id(&fields.id.0, scene);
    let fault = |field: &str| FaultyRecord {
        channel_id: id.clone(),
        field: field.to_owned(),
    };
    let text = |source: Option<&_>| optional(source, |source| convert::text(source, scene));
    let country = |text: &str| -> Option<Country> { countries::country(text) };
    let read = || -> Result<ListingRecord, &'static str> {
        let name = code(fields.timezone.as_ref(), scene, zone);
        Ok(ListingRecord {
            channel_listing_id: id.clone().ok_or("id")?,
            title: named("title", text(fields.title.as_ref()))?,
            address: named("address", text(fields.address.as_ref()))?,
            city: named("city", text(fields.city.as_ref()))?,
            country: code(fields.country.as_ref(), scene, country),
            timezone: name.and_then(|zone| zone.name().parse::<ZoneName>().ok()),
            currency: code(fields.currency.as_ref(), scene, currency),
            capacity: named(
                "capacity",
                optional(fields.capacity.as_ref(), |it| convert::count(it, scene)),
            )?,
            enabled: named(
                "enabled",
                optional(fields.enabled.as_ref(), |it| convert::flag(it, scene)),
            )?
            .unwrap_or(true),
            changed_at: named(
                "changed_at",
                optional(fields.changed_at.as_ref(), |it| convert::instant(it, scene, name)),
            )?,
        })
    };
    read().map_err(fault)
}

/// Reads a reservation; `fact` knows of its listing.
pub(crate) fn reservation(
    fields: &ReservationFields,
    scene: &Scene<'_>,
    fact: impl Fn(&str) -> Option<Fact>,
) -> Result<ReservationRecord, FaultyRecord> {
    let id = own_id(&fields.id.0, scene);
    let fault = |field: &str| FaultyRecord {
        channel_id: id.clone(),
        field: field.to_owned(),
    };
    let text = |source: Option<&_>| optional(source, |source| convert::text(source, scene));
    let count = |source: Option<&_>| optional(source, |source| convert::count(source, scene));
    let read = || -> Result<ReservationRecord, &'static str> {
        let listing = named("listing_id", convert::id(&fields.listing_id.0, scene))?;
        let fact = listing.as_deref().and_then(fact).unwrap_or_default();
        let instant = |source: Option<&_>| optional(source, |it| convert::instant(it, scene, fact.zone));
        let of_listing = fields.currency.as_ref().is_some_and(|source| source.0.of_listing);
        Ok(ReservationRecord {
            channel_reservation_id: id.clone().ok_or("id")?,
            channel_listing_id: listing,
            status: convert::status(&fields.status.0, scene),
            check_in: named("check_in", convert::date(&fields.check_in.0, scene, fact.zone))?,
            check_out: named("check_out", convert::date(&fields.check_out.0, scene, fact.zone))?,
            adults: named("adults", count(fields.adults.as_ref()))?,
            children: named("children", count(fields.children.as_ref()))?,
            total: named(
                "total",
                optional(fields.total.as_ref(), |it| convert::amount(it, scene)),
            )?,
            currency: code(fields.currency.as_ref(), scene, currency)
                .or_else(|| fact.currency.filter(|_| of_listing)),
            booked_at: named("booked_at", instant(fields.booked_at.as_ref()))?,
            updated_at: named("updated_at", instant(fields.updated_at.as_ref()))?,
            source: named("source", text(fields.source.as_ref()))?,
            confirmation_code: named("confirmation_code", text(fields.confirmation_code.as_ref()))?,
        })
    };
    read().map_err(fault)
}

/// Whether reservations need to know anything of their listings.
pub(crate) fn needs_facts(fields: &ReservationFields) -> bool {
    use crate::manifest::fields::{DateFormat, InstantFormat};
    let instants = [&fields.booked_at, &fields.updated_at];
    let dates = [&fields.check_in, &fields.check_out];
    fields.currency.as_ref().is_some_and(|source| source.0.of_listing)
        || instants
            .into_iter()
            .flatten()
            .any(|source| source.0.format == InstantFormat::Local)
        || dates.into_iter().any(|source| {
            source.0.zone.is_none() && matches!(source.0.format, DateFormat::Instant | DateFormat::Unix)
        })
}
