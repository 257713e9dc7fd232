//! One page of a stream: asked for, taken apart, completed from elsewhere.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, TryStreamExt, stream};
use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault},
    time::Timestamp,
};
use serde_json::Value;
use url::Url;

use super::{
    convert,
    join::Joined,
    place::{self, Place, Turned},
    scene::Scene,
    select,
    session::{CallError, Good, Session},
    vars::Vars,
};
use crate::manifest::{
    fields::Text,
    stream::{Incremental, JoinBy, Paging, Stream, Windows},
};

/// What a page is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) place: &'a Place,
    pub(crate) since: Option<Timestamp>,
    pub(crate) listing: Option<&'a str>,
    /// The link to call, where the account is a list of links.
    pub(crate) link: Option<&'a str>,
}

/// A page, whole.
pub(crate) struct Page {
    document: Value,
    /// The records as they are in the answer, or resolved.
    records: Vec<Value>,
    /// The index of the first record to work on, and the one behind the last.
    part: (usize, usize),
    details: Vec<Option<Value>>,
    joined: Joined,
    context: Option<Arc<Value>>,
}

/// The texts that the holes of a request are filled with.
struct Texts {
    since: Option<String>,
    window: Option<(String, String)>,
}

impl Session {
    /// Asks for a page of a stream. `ids` and `listings` say where its records have their id and their listing's.
    pub(crate) async fn page<F>(
        &self,
        stream: &Stream<F>,
        asked: Asked<'_>,
        ids: &Text,
        listings: Option<&Text>,
    ) -> Result<(Page, Option<Place>), CallError> {
        let place = asked.place;
        let texts = texts(stream.incremental.as_ref(), stream.windows.as_ref(), asked)?;
        let mut vars = self.vars();
        vars.size = stream.paging.size();
        vars.offset = Some(place.offset);
        vars.since = texts.since.as_deref();
        vars.window = texts
            .window
            .as_ref()
            .map(|(start, end)| (start.as_str(), end.as_str()));
        vars.listing = asked.listing;
        if let Paging::Number { first, .. } = stream.paging {
            vars.number = Some(u64::from(first) + place.number);
        }
        let at = match (&stream.paging, &place.cursor, asked.link) {
            (Paging::NextUrl { .. } | Paging::LinkHeader { .. }, Some(next), _) => {
                Some(self.next_url(stream, &vars, next)?)
            }
            (_, _, Some(link)) => Some(self.link_target(&stream.request, link)?),
            _ => None,
        };
        match stream.paging {
            Paging::LastId { .. } => vars.last_id = place.cursor.as_deref(),
            _ => vars.cursor = place.cursor.as_deref(),
        }
        let mut good = self.call(&stream.request, &vars, at.clone()).await?;
        let mut records = select::take(&stream.records, &mut good.document)?;
        let mut next = turn(stream, place, &good, &records, ids)?;
        // A short page may be one that was cut short; numbers would pass over what it lacks.
        let expected = place::expected(&stream.paging, place, next.is_some(), &good.document);
        if expected > u64::try_from(records.len()).unwrap_or(u64::MAX) {
            let mut again = self.call(&stream.request, &vars, at).await?;
            let more = select::take(&stream.records, &mut again.document)?;
            if more.len() > records.len() {
                next = turn(stream, place, &again, &more, ids)?;
                (good, records) = (again, more);
            }
        }
        let mut page = Page {
            part: (0, records.len()),
            details: Vec::new(),
            joined: Joined::default(),
            context: None,
            document: good.document,
            records,
        };
        if let Some(request) = &stream.context {
            page.context = Some(self.context(request, &vars).await?);
        }
        let next = self
            .complete(stream, &mut page, &vars, place, next, (ids, listings))
            .await?;
        Ok((page, next.or_else(|| windows(stream.windows.as_ref(), place))))
    }

    /// The address of the next page: only ever where the first one was, for it is called with the account's secrets.
    fn next_url<F>(&self, stream: &Stream<F>, vars: &Vars<'_>, next: &str) -> Result<Url, CallError> {
        let (first, _) = self.address(&stream.request, vars)?;
        let url = first
            .join(next)
            .map_err(|_error| CallError::from(ChannelFault::BadResponse))?;
        if url.origin() == first.origin() {
            Ok(url)
        } else {
            Err(ChannelFault::BadResponse.into())
        }
    }

    /// Adds what stands elsewhere: details and joined records.
    async fn complete<F>(
        &self,
        stream: &Stream<F>,
        page: &mut Page,
        vars: &Vars<'_>,
        place: &Place,
        next: Option<Place>,
        (ids, listings): (&Text, Option<&Text>),
    ) -> Result<Option<Place>, CallError> {
        let mut next = next;
        if let Some(detail) = &stream.detail {
            let end = (place.done + detail.chunk).min(page.records.len());
            page.part = (place.done.min(end), end);
            if end < page.records.len() {
                next = Some(Place {
                    done: end,
                    pages: place.pages + 1,
                    ..place.clone()
                });
            }
            let part = page.records.get(page.part.0..end).unwrap_or_default();
            let wanted: Vec<_> = part
                .iter()
                .map(|record| {
                    let scene = Scene::of(record, &page.document);
                    let is_skipped = stream.skip.iter().any(|condition| scene.holds(condition));
                    convert::id(ids, &scene).ok().flatten().filter(|_| !is_skipped)
                })
                .collect();
            let calls = wanted.into_iter().map(|id| async move {
                let Some(id) = id else { return Ok(None) };
                let vars = Vars {
                    record: Some(&id),
                    ..vars.clone()
                };
                let good = self.call(&detail.request, &vars, None).await?;
                Ok::<_, CallError>(Some(good.document))
            });
            page.details = stream::iter(calls)
                .buffered(detail.concurrency.max(1))
                .try_collect()
                .await?;
        }
        if let Some(join) = &stream.join {
            let part = page.records.get(page.part.0..page.part.1).unwrap_or_default();
            let read = |source: &Text| -> Vec<String> {
                let ids = part.iter().filter_map(|record| {
                    convert::id(source, &Scene::of(record, &page.document))
                        .ok()
                        .flatten()
                });
                let mut ids: Vec<_> = ids.collect();
                ids.sort_unstable();
                ids.dedup();
                ids
            };
            let keys = match join.by {
                JoinBy::Records(_) => read(ids),
                JoinBy::Listings => listings.map(read).unwrap_or_default(),
            };
            page.joined = self.join(join, &keys, vars, vars.since.is_none()).await?;
        }
        Ok(next)
    }

    /// The answer to a request made once for the account, kept for a while.
    async fn context(
        &self,
        request: &crate::manifest::request::Request,
        vars: &Vars<'_>,
    ) -> Result<Arc<Value>, CallError> {
        let key = (self.key, request.path.pattern());
        if let Some(known) = self.engine.contexts.get(&key, self.now()) {
            return Ok(known);
        }
        let document = Arc::new(self.call(request, vars, None).await?.document);
        self.engine.contexts.put(key, Arc::clone(&document), self.now());
        Ok(document)
    }
}

impl Page {
    /// Shows `visit` each record with its surroundings, exploded where the stream says so.
    pub(crate) fn each<'p, F>(
        &'p self,
        stream: &Stream<F>,
        listing: Option<&'p str>,
        ids: &Text,
        visit: &mut dyn FnMut(&Scene<'p>),
    ) {
        let (start, end) = self.part;
        let part = self.records.get(start..end).unwrap_or_default();
        for (index, record) in part.iter().enumerate() {
            let mut scene = Scene {
                detail: self.details.get(index).and_then(Option::as_ref),
                context: self.context.as_deref(),
                listing,
                ..Scene::of(record, &self.document)
            };
            if stream.join.is_some() {
                let id = convert::id(ids, &scene).ok().flatten();
                scene.joined = id.and_then(|id| self.joined.get(&id));
            }
            if stream.skip.iter().any(|condition| scene.holds(condition)) {
                continue;
            }
            match &stream.explode {
                None => visit(&scene),
                Some(path) => {
                    for (nth, item) in select::exploded(path, record).into_iter().enumerate() {
                        visit(&Scene {
                            item: Some(item),
                            nth,
                            ..scene
                        });
                    }
                }
            }
        }
    }
}

fn turn<F>(
    stream: &Stream<F>,
    place: &Place,
    good: &Good,
    records: &[Value],
    ids: &Text,
) -> Result<Option<Place>, ChannelFailure> {
    let read = records.iter().filter_map(|record| {
        convert::id(ids, &Scene::of(record, &good.document))
            .ok()
            .flatten()
    });
    let found: Vec<String> = read.collect();
    let page = Turned {
        document: &good.document,
        link: good.link.as_deref(),
        records: records.len(),
        last_id: found.last().map(String::as_str),
        ids: select::fingerprint(found.iter().map(String::as_str)),
    };
    place::next(&stream.paging, place, &page)
}

fn texts(
    incremental: Option<&Incremental>,
    windows: Option<&Windows>,
    asked: Asked<'_>,
) -> Result<Texts, ChannelFailure> {
    let window = match (windows, asked.place.window) {
        (Some(windows), Some((start, end))) => {
            let write = |at| convert::write_instant(Timestamp::from_micros(at), windows.format);
            Some((
                write(start).ok_or(ChannelFault::Internal)?,
                write(end).ok_or(ChannelFault::Internal)?,
            ))
        }
        _ => None,
    };
    let since = match (incremental, asked.since) {
        (Some(incremental), Some(since)) => convert::write_instant(since, incremental.format),
        (Some(incremental), None) => incremental.beginning.clone(),
        (None, _) => None,
    };
    Ok(Texts { since, window })
}

/// The window after the one in hand: up to now, or as far ahead as the stream reaches.
fn windows(windows: Option<&Windows>, place: &Place) -> Option<Place> {
    let windows = windows?;
    let (_, end) = place.window?;
    let last = window_end(windows, place);
    (end < last).then(|| Place {
        window: Some(window_from(windows, end, last)),
        ..place.anew()
    })
}

fn window_end(windows: &Windows, place: &Place) -> i64 {
    let ahead = Duration::from_hours(24 * u64::from(windows.ahead_days));
    (place.began() + ahead).as_micros()
}

fn window_from(windows: &Windows, start: i64, last: i64) -> (i64, i64) {
    let span = Duration::from_hours(24 * u64::from(windows.days.max(1)));
    (
        start,
        (Timestamp::from_micros(start) + span).as_micros().min(last),
    )
}

/// The first window of a stream: from its beginning, or from `since`.
pub(crate) fn first_window(windows: &Windows, place: &Place, since: Option<Timestamp>) -> (i64, i64) {
    let beginning = windows
        .from
        .and_time(chrono::NaiveTime::MIN)
        .and_utc()
        .timestamp_micros();
    let start = since.map_or(beginning, Timestamp::as_micros);
    window_from(windows, start, window_end(windows, place))
}
