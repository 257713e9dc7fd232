//! What a stream reads of its pages: every path into them, wherever the manifest says it.

use super::{
    Manifest,
    fields::{
        Code, Date, Decimal, Flag, Instant, ListingFields, ReservationFields, Short, Status, StatusRule,
        Text, Whole,
    },
    limits::Calls,
    path::{Path, Paths, Root, Step},
    request::Condition,
    stream::{End, Paging, Select, Stream},
    wanted::Wanted,
};

/// Something that names paths.
trait Reads {
    fn each_path(&self, visit: &mut dyn FnMut(&Path));
}

impl Reads for Path {
    fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
        visit(self);
    }
}

impl<T: Reads> Reads for Vec<T> {
    fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
        for one in self {
            one.each_path(visit);
        }
    }
}

impl<T: Reads> Reads for Option<T> {
    fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
        if let Some(one) = self {
            one.each_path(visit);
        }
    }
}

impl<T: Reads> Reads for Short<T> {
    fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
        self.0.each_path(visit);
    }
}

impl Reads for Paths {
    fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
        self.0.each_path(visit);
    }
}

/// The parts that name paths, and behind them those that do not: whoever adds one has to say which it is.
macro_rules! reads {
    ($($name:ident { $($part:ident),+; $($plain:ident),* })+) => {$(
        impl Reads for $name {
            fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
                let Self { $($part,)+ $($plain: _,)* } = self;
                $($part.each_path(visit);)+
            }
        }
    )+};
}

reads! {
    Condition { path; set, is, is_not, contains }
    Text { path, join; with, constant, of_listing, table }
    Whole { path, sum, count; }
    Flag { path, when; constant }
    Decimal { path, sum; scale }
    Code { path; of_listing, constant }
    Date { path, zone; format, plus_days }
    Instant { path; format }
    Status { path, rules; table }
    StatusRule { when; then }
    ListingFields { id, title, address, city, country, timezone, currency, capacity, enabled, changed_at; }
    ReservationFields {
        id, listing_id, status, check_in, check_out, adults, children, total, currency, booked_at, updated_at, source,
        confirmation_code;
    }
}

impl Reads for End {
    fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
        match self {
            Self::Total(path) | Self::Pages(path) | Self::More(path) => visit(path),
            Self::Single | Self::EmptyPage | Self::NoCursor => {}
        }
    }
}

impl Reads for Paging {
    fn each_path(&self, visit: &mut dyn FnMut(&Path)) {
        self.end().each_path(visit);
        match self {
            Self::Cursor { path, .. } | Self::NextUrl { path, .. } => visit(path),
            Self::None { .. }
            | Self::Offset { .. }
            | Self::Number { .. }
            | Self::LastId { .. }
            | Self::LinkHeader { .. } => {}
        }
    }
}

/// Says at the request of each stream what is read of its answers.
pub(super) fn narrow(manifest: &mut Manifest) {
    let rules = manifest.errors.iter().filter(|rule| rule.on.covers(Calls::Api));
    let mut refusals = Vec::new();
    for rule in rules {
        rule.body.each_path(&mut |path| refusals.push(path.clone()));
    }
    if let Some(streams) = &mut manifest.streams {
        streams.listings.request.wanted = of_page(&streams.listings, &refusals);
        streams.reservations.request.wanted = of_page(&streams.reservations, &refusals);
    }
}

fn of_page<F: Reads>(stream: &Stream<F>, refusals: &[Path]) -> Wanted {
    let to_records = match &stream.records {
        // An object alone is a record itself.
        Select::Array(path) => vec![path.clone(), path.then(&[Step::Each])],
        Select::Map(path) => vec![path.then(&[Step::Each])],
        // Relations lead anywhere.
        Select::JsonApi(_) => return Wanted::Whole,
    };
    let of_records = |path: &Path| {
        to_records
            .iter()
            .map(|record| record.then(&path.steps))
            .collect::<Vec<_>>()
    };
    let mut paths = refusals.to_vec();
    stream.paging.each_path(&mut |path| paths.push(path.clone()));
    stream
        .explode
        .each_path(&mut |path| paths.extend(of_records(path)));
    let mut visit = |path: &Path| match path.root {
        Root::Record => paths.extend(of_records(path)),
        Root::Page => paths.push(path.clone()),
        // Items are within what is exploded, which is wanted whole; the others are answers of their own.
        Root::Item | Root::Detail | Root::Joined | Root::Context => {}
    };
    stream.fields.each_path(&mut visit);
    stream.skip.each_path(&mut visit);
    Wanted::by(&paths)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{
        engine::sparse,
        manifest::{request::Request, stream::Streams},
    };

    /// What is kept of a page of one of a channel's streams.
    fn kept(slug: &str, request: fn(Streams) -> Request, page: &Value) -> Value {
        let mut manifests = crate::catalogue::manifests().unwrap().into_iter();
        let manifest = manifests
            .find(|it| it.channel.slug.get_ref().as_str() == slug)
            .unwrap();
        let wanted = request(manifest.streams.unwrap()).wanted;
        sparse::parse(page.to_string().as_bytes(), &wanted).unwrap()
    }

    #[test]
    fn of_a_page_only_what_a_manifest_names_is_kept() {
        let record = json!({"id": 1, "listingMapId": 2, "arrivalDate": "a", "departureDate": "d", "adults": 1,
            "children": 3, "infants": 4, "totalPrice": 1.5, "currency": "EUR", "status": "new",
            "reservationDate": "r", "updatedOn": "u", "latestActivityOn": "l", "channelName": "c",
            "confirmationCode": "k", "channelReservationId": "x"});
        let mut told = record.clone();
        told["guestName"] = json!("Ana");
        told["numberOfGuests"] = json!(2);
        told["reservationFees"] = json!([{"id": 1}]);
        let page = json!({"status": "success", "limit": 100, "result": [told]});
        assert_eq!(
            kept("hostaway", |it| it.reservations.request, &page),
            json!({"result": [record]})
        );
    }

    #[test]
    fn what_paging_and_refusals_look_at_is_kept() {
        let page = json!({"success": false, "count": 0, "data": [], "total": 7});
        let expected = json!({"success": false, "data": [], "total": 7});
        assert_eq!(kept("cloudbeds", |it| it.reservations.request, &page), expected);
    }

    #[test]
    fn where_relations_may_lead_anywhere_all_is_kept() {
        let page = json!({"data": [], "included": [{"type": "a", "id": "1", "attributes": {"b": 1}}]});
        assert_eq!(kept("uplisting", |it| it.listings.request, &page), page);
    }
}
