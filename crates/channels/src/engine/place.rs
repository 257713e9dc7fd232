//! Where reading goes on: what a page leaves behind for the next, and by which sign the last one is known.

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, Position},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::convert::spelled;
use crate::manifest::{
    path::Path,
    stream::{End, Paging},
};

/// No stream has more pages than this: a reader that comes here goes in circles.
const MOST_PAGES: u32 = 100_000;

/// A place in a stream. What is nothing is not written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Place {
    /// Pages read so far.
    pub(crate) pages: u32,
    /// Records passed over, for those who count; of links, links.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) offset: u64,
    /// Pages of the window read so far, for those who number them.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) number: u64,
    /// The cursor, the last id, or the address of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
    /// The window of time in hand, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) window: Option<(i64, i64)>,
    /// When reading began, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) began: Option<i64>,
    /// Records of the page in hand that were worked on before.
    #[serde(skip_serializing_if = "is_none_done")]
    pub(crate) done: usize,
    /// What the ids of the page before come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<u64>,
    /// Whether only what changed while reading is looked at.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) back: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_none_done(number: &usize) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Place {
    /// The place that a position tells of.
    pub(crate) fn of(position: Option<&Position>, now: Timestamp) -> Result<Self, ChannelFailure> {
        let place = match position {
            None => Self {
                began: Some(now.as_micros()),
                ..Self::default()
            },
            // Only ever what this engine wrote.
            Some(Position(text)) => serde_json::from_str(text).map_err(|_error| ChannelFault::Internal)?,
        };
        if place.pages > MOST_PAGES {
            Err(ChannelFault::BadResponse.into())
        } else {
            Ok(place)
        }
    }

    pub(crate) fn position(&self) -> Result<Position, ChannelFailure> {
        let text = serde_json::to_string(self).map_err(|_error| ChannelFault::Internal)?;
        Ok(Position(text))
    }

    /// When reading began.
    pub(crate) fn began(&self) -> Timestamp {
        Timestamp::from_micros(self.began.unwrap_or_default())
    }

    /// The first page of another window, or of another look.
    pub(crate) fn anew(&self) -> Self {
        Self {
            pages: self.pages,
            began: self.began,
            back: self.back,
            ..Self::default()
        }
    }
}

/// What a page was, for those who look for the next one.
pub(crate) struct Turned<'a> {
    pub(crate) document: &'a Value,
    /// The address in its `Link` header.
    pub(crate) link: Option<&'a str>,
    /// How many records it had.
    pub(crate) records: usize,
    /// The id of the last of them.
    pub(crate) last_id: Option<&'a str>,
    /// What their ids come to.
    pub(crate) ids: u64,
}

/// The place of the next page, if there is one.
pub(crate) fn next(
    paging: &Paging,
    place: &Place,
    page: &Turned<'_>,
) -> Result<Option<Place>, ChannelFailure> {
    let broken = || ChannelFailure::from(ChannelFault::BadResponse);
    let read = u64::try_from(page.records).unwrap_or(u64::MAX);
    // Without a body there is no page, whatever the end rule.
    let is_nothing = page.document.is_null();
    let after = Place {
        pages: place.pages + 1,
        before: Some(page.ids).filter(|_| page.records > 0),
        done: 0,
        ..place.clone()
    };
    let by_cursor = |cursor: Option<String>| {
        let after = cursor.map(|cursor| Place {
            cursor: Some(cursor),
            ..after.clone()
        });
        // Whoever answers with the cursor that was asked for goes in circles.
        if after.as_ref().is_some_and(|after| after.cursor == place.cursor) {
            Err(broken())
        } else {
            Ok(after)
        }
    };
    let text = |path: &Path| {
        path.first(page.document)
            .and_then(|value| spelled(value).ok())
            .map(String::from)
    };
    let named = |path| text(path).filter(|text| !text.is_empty());
    let more = |seen: u64, pages: u64| more(paging.end(), page, seen, pages);
    let next = match paging {
        Paging::None { .. } => None,
        _ if is_nothing => None,
        Paging::Offset { .. } => {
            let offset = place.offset + read;
            more(offset, 0)?.then_some(Place { offset, ..after })
        }
        Paging::Number { size, .. } => {
            let number = place.number + 1;
            more(number * u64::from(*size), number)?.then_some(Place { number, ..after })
        }
        Paging::LastId { .. } if more(0, 0)? => by_cursor(Some(page.last_id.ok_or_else(broken)?.to_owned()))?,
        Paging::Cursor { path, .. } | Paging::NextUrl { path, .. } => match named(path) {
            // A cursor beside "no more" is not followed.
            Some(cursor) if more(0, 0)? => by_cursor(Some(cursor))?,
            _ => None,
        },
        Paging::LinkHeader { .. } => by_cursor(page.link.map(str::to_owned))?,
        Paging::LastId { .. } => None,
    };
    // At the end as well: it stands in the place of the last page.
    if page.records > 0 && place.before == Some(page.ids) {
        return Err(broken());
    }
    Ok(next)
}

/// How many records a numbered page should have at least: a full page before others, the rest of the total at the end.
pub(crate) fn expected(paging: &Paging, place: &Place, is_followed: bool, document: &Value) -> u64 {
    let Paging::Number { size, end, .. } = paging else {
        return 0;
    };
    let size = u64::from(*size);
    match end {
        _ if is_followed => size,
        End::Total(path) => {
            let total = path
                .first(document)
                .and_then(|total| spelled(total).ok()?.parse::<u64>().ok());
            total.unwrap_or(0).saturating_sub(place.number * size).min(size)
        }
        _ => 0,
    }
}

/// Whether the end rule says that there is more after `seen` records or `pages` pages.
fn more(end: &End, page: &Turned<'_>, seen: u64, pages: u64) -> Result<bool, ChannelFailure> {
    let broken = || ChannelFailure::from(ChannelFault::BadResponse);
    let value = |path: &Path| {
        path.first(page.document)
            .and_then(|value| spelled(value).ok())
            .ok_or_else(broken)
    };
    let number = |path| value(path)?.parse::<u64>().map_err(|_error| broken());
    Ok(match end {
        End::EmptyPage => page.records > 0,
        End::Total(path) if page.records > 0 || seen >= number(path)? => seen < number(path)?,
        // Fewer than there are, says the channel itself.
        End::Total(_) => return Err(broken()),
        End::Single => false,
        End::NoCursor => true,
        End::Pages(path) => pages < number(path)?,
        End::More(path) => matches!(&*value(path)?, "true" | "1"),
    })
}

#[cfg(test)]
mod tests;
