//! Calendar links.

use super::{Seen, Vendor};
use crate::bench::Bench;

pub(super) const ICAL: Vendor = vendor("ical", |bench, secret| read(bench, "ical", secret));
pub(super) const AIRBNB: Vendor = vendor("airbnb", |bench, secret| read(bench, "airbnb", secret));
pub(super) const VRBO: Vendor = vendor("vrbo", |bench, secret| read(bench, "vrbo", secret));
pub(super) const BOOKING: Vendor = vendor("booking_com", |bench, secret| read(bench, "booking_com", secret));

const fn vendor(slug: &'static str, read: fn(&Bench, &str) -> Result<Seen, u16>) -> Vendor {
    Vendor {
        slug,
        read,
        refusal: 404,
        limited: 429,
    }
}

/// The events; a feed is one listing, which has no id.
fn read(bench: &Bench, slug: &str, secret: &str) -> Result<Seen, u16> {
    let reply = bench.get(&format!("/{slug}/{secret}.ics"), &[]);
    if reply.status != 200 {
        return Err(reply.status);
    }
    let unfolded = reply.body.replace("\r\n ", "");
    let events = unfolded.lines().filter_map(|line| line.strip_prefix("UID:"));
    let reservations: Vec<String> = events.map(str::to_owned).collect();
    let listings = if reservations.is_empty() {
        Vec::new()
    } else {
        vec!["null".to_owned()]
    };
    Ok(Seen {
        listings,
        reservations,
    })
}
