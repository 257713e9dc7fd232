//! Fetching: one page of listings or reservations, as records.

use std::{collections::HashSet, sync::Arc, time::Duration};

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, FaultyRecord, Fetched, ListingRecord, Records, Stream as Kind},
    ports::FetchRequest,
    time::Timestamp,
};

use super::{
    Connector, Engine,
    page::{Asked, first_window},
    place::Place,
    record,
    session::{CallError, Session},
};
use crate::manifest::{
    request::Host,
    stream::{Stream, Streams},
};

/// The records of a page, those that could not be read, and where the next page is.
type Read<R> = (Vec<R>, Vec<FaultyRecord>, Option<Place>);

/// Fetches one page.
pub(crate) async fn fetch(
    engine: &Arc<Engine>,
    connector: &Arc<Connector>,
    request: &FetchRequest,
) -> Result<Fetched, ChannelFailure> {
    let streams = connector
        .manifest
        .streams
        .as_ref()
        .ok_or(ChannelFault::Unsupported)?;
    let session = Session::new(
        engine,
        connector,
        request.tenant,
        &request.credentials,
        request.urgency,
    );
    let began_at = engine.clock.now();
    let place = Place::of(request.position.as_ref(), began_at)?;
    let (records, faulty, next) = match request.stream {
        Kind::Listings => {
            let (records, faulty, next) = session.listings(streams, &place, request.since).await?;
            (Records::Listings(records), faulty, next)
        }
        Kind::Reservations => {
            if record::needs_facts(&streams.reservations.fields)
                && let Some(at) = engine.facts.missing(session.key, began_at)
            {
                session.listings(streams, &at, None).await?;
                // The page is still to be read; that something was done shows in the place.
                let next = Place {
                    pages: place.pages + 1,
                    ..place
                };
                (Records::Reservations(Vec::new()), Vec::new(), Some(next))
            } else {
                let (records, faulty, next) = session.reservations(streams, &place, request).await?;
                (Records::Reservations(records), faulty, next)
            }
        }
    };
    let next = next.map(|place| place.position()).transpose()?;
    Ok(Fetched {
        records,
        faulty,
        next,
        began_at,
    })
}

/// The place with its window, and the moment from which on changes are wanted.
fn begin<F>(stream: &Stream<F>, place: &Place, since: Option<Timestamp>) -> (Place, Option<Timestamp>) {
    let mut place = place.clone();
    let since = stream.incremental.as_ref().and_then(|incremental| {
        let since = if place.back { Some(place.began()) } else { since };
        let overlap = Duration::from_secs(60 * u64::from(incremental.overlap_minutes));
        since.map(|since| since - overlap)
    });
    if let (Some(windows), None) = (&stream.windows, place.window) {
        place.window = Some(first_window(windows, &place, since));
    }
    (place, since)
}

/// At the end of a full read in which records may have moved: one more look at what changed meanwhile.
fn look_back<F>(stream: &Stream<F>, place: &Place, since: Option<Timestamp>) -> Option<Place> {
    let wanted = stream
        .incremental
        .as_ref()
        .is_some_and(|incremental| incremental.look_back);
    let is_long = place.pages > 0;
    (wanted && is_long && since.is_none() && !place.back).then(|| Place {
        back: true,
        ..place.anew()
    })
}

impl Session {
    /// The links of an account that is a list of links.
    fn links<F>(&self, stream: &Stream<F>) -> Option<Vec<&str>> {
        match self.connector.manifest.hosts.get(&stream.request.host)? {
            Host::Link(link) => Some(self.credentials.list(link.key.get_ref())),
            Host::Fixed(_) | Host::Field { .. } => None,
        }
    }

    async fn listings(
        &self,
        streams: &Streams,
        place: &Place,
        since: Option<Timestamp>,
    ) -> Result<Read<ListingRecord>, CallError> {
        let stream = &streams.listings;
        let (mut records, mut faulty, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        let (place, since_read) = begin(stream, place, since);
        let links = self.links(stream);
        let index = usize::try_from(place.offset).unwrap_or(usize::MAX);
        let link = links.as_ref().and_then(|links| links.get(index).copied());
        let name = link.map(|link| self.link_name(link));
        let asked = Asked {
            place: &place,
            since: since_read,
            listing: name.as_deref(),
            link,
        };
        let id = &stream.fields.id.0;
        let (page, next) = self.page(stream, asked, id, None).await?;
        page.each(
            stream,
            name.as_deref(),
            id,
            &mut |scene| match record::listing(&stream.fields, scene) {
                Ok(record) if seen.insert(record.channel_listing_id.clone()) => records.push(record),
                Ok(_) => {}
                Err(fault) => faulty.push(fault),
            },
        );
        let next = match &links {
            Some(links) => (index + 1 < links.len()).then(|| Place {
                offset: place.offset + 1,
                pages: place.pages + 1,
                ..place.anew()
            }),
            None => next.or_else(|| look_back(stream, &place, since)),
        };
        let is_full = since.is_none() && !place.back;
        if is_full {
            self.engine.facts.learn(
                self.key,
                &records,
                next.as_ref().filter(|next| !next.back),
                self.now(),
            );
        }
        Ok((records, faulty, next))
    }

    async fn reservations(
        &self,
        streams: &Streams,
        place: &Place,
        request: &FetchRequest,
    ) -> Result<Read<innkeeper_domain::accounts::ReservationRecord>, CallError> {
        let stream = &streams.reservations;
        let (mut records, mut faulty, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        let listing = request.listing.as_deref().filter(|_| stream.per_listing);
        if stream.per_listing && listing.is_none() {
            return Err(ChannelFault::Internal.into());
        }
        let (place, since) = begin(stream, place, request.since);
        let link = match self.links(stream) {
            None => None,
            Some(links) => {
                let found = links
                    .into_iter()
                    .find(|link| Some(self.link_name(link).as_str()) == listing);
                // A link that the account does not have any more.
                let Some(link) = found else {
                    return Ok((records, faulty, None));
                };
                Some(link)
            }
        };
        let asked = Asked {
            place: &place,
            since,
            listing,
            link,
        };
        let (id, of) = (&stream.fields.id.0, &stream.fields.listing_id.0);
        let (page, next) = self.page(stream, asked, id, Some(of)).await?;
        let fact = |listing: &str| self.engine.facts.get(self.key, listing);
        page.each(
            stream,
            listing,
            id,
            &mut |scene| match record::reservation(&stream.fields, scene, fact) {
                Ok(record) if seen.insert(record.channel_reservation_id.clone()) => records.push(record),
                Ok(_) => {}
                Err(fault) => faulty.push(fault),
            },
        );
        let next = next.or_else(|| look_back(stream, &place, request.since));
        Ok((records, faulty, next))
    }
}
