//! Streams: what is read, page by page, and where in the answers the records are.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};

use super::{
    fields::{InstantFormat, ListingFields, ReservationFields},
    path::Path,
    request::{Condition, Request},
};

/// The two streams.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Streams {
    pub(crate) listings: Stream<ListingFields>,
    pub(crate) reservations: Stream<ReservationFields>,
}

/// One stream.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stream<Fields> {
    /// What is asked for each page.
    pub(crate) request: Request,
    pub(crate) paging: Paging,
    /// The time is cut into windows that are read one after another, each with the paging above.
    pub(crate) windows: Option<Windows>,
    /// Where the records are.
    pub(crate) records: Select,
    /// Records of which one of these is true are left out.
    #[serde(default)]
    pub(crate) skip: Vec<Condition>,
    /// Each element under this path is a record of its own; `@item` leads into it. The first keeps the record's id,
    /// the others get `-2`, `-3` and so on behind it.
    pub(crate) explode: Option<Path>,
    /// A request for each record; `@detail` leads into its answer.
    pub(crate) detail: Option<Detail>,
    /// Records of another resource; `@joined` leads into those that belong to the record.
    pub(crate) join: Option<Join>,
    /// A request made once for the account; `@context` leads into its answer.
    pub(crate) context: Option<Request>,
    /// It is asked for listing by listing.
    #[serde(default)]
    pub(crate) per_listing: bool,
    /// It can be asked for what changed.
    pub(crate) incremental: Option<Incremental>,
    /// Where each field is.
    pub(crate) fields: Fields,
}

/// How pages follow one another. Every kind says by which sign the last one is known; a page that is shorter than
/// asked is no such sign, for some channels send short pages in the middle.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Paging {
    /// One answer holds all; its end rule is `single`.
    None { end: End },
    /// `${page.offset}`, counted by the records that came.
    Offset { size: u32, end: End },
    /// `${page.number}`, counted from `first`.
    Number { first: u32, size: u32, end: End },
    /// `${page.cursor}`, which the answer has at `path`.
    Cursor { path: Path, size: u32, end: End },
    /// `${page.last_id}`: the id of the last record.
    LastId { size: u32, end: End },
    /// The answer has the next page's address at `path`.
    NextUrl { path: Path, size: u32, end: End },
    /// The answer has it in a `Link` header with `rel="next"`.
    LinkHeader { size: u32, end: End },
}

impl Paging {
    /// How many records a page is asked for.
    pub(crate) const fn size(&self) -> Option<u32> {
        match self {
            Self::None { .. } => None,
            Self::Offset { size, .. }
            | Self::Number { size, .. }
            | Self::Cursor { size, .. }
            | Self::LastId { size, .. }
            | Self::NextUrl { size, .. }
            | Self::LinkHeader { size, .. } => Some(*size),
        }
    }

    /// The sign of the end.
    pub(crate) const fn end(&self) -> &End {
        match self {
            Self::None { end }
            | Self::Offset { end, .. }
            | Self::Number { end, .. }
            | Self::Cursor { end, .. }
            | Self::LastId { end, .. }
            | Self::NextUrl { end, .. }
            | Self::LinkHeader { end, .. } => end,
        }
    }
}

/// The sign by which the last page is known.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// There is one page only.
    Single,
    /// A page without records comes after the last.
    EmptyPage,
    /// The answer says how many records there are in all.
    Total(Path),
    /// The answer says how many pages there are.
    Pages(Path),
    /// The answer says whether there are more.
    More(Path),
    /// The answer names no next page.
    NoCursor,
}

/// Windows of time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Windows {
    /// The length of a window.
    pub(crate) days: u32,
    /// Where a full read begins; one of changes begins at `since`.
    #[serde(deserialize_with = "day")]
    pub(crate) from: NaiveDate,
    /// How far ahead of today the last window reaches.
    #[serde(default)]
    pub(crate) ahead_days: u32,
    /// How `${window.start}` and `${window.end}` are written.
    pub(crate) format: InstantFormat,
}

/// Where the records are in an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Select {
    /// An array; one object alone counts as an array of it, and nothing as an empty one. `$` is the answer itself.
    Array(Path),
    /// The values of an object.
    Map(Path),
    /// A JSON:API document: `relationships.NAME.data` leads on into what is `included`.
    JsonApi(Path),
}

/// A request for each record.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Detail {
    /// `${record.id}` is the record's id.
    pub(crate) request: Request,
    /// How many at once.
    pub(crate) concurrency: usize,
    /// How many records of an answer are worked on in one call; an answer with more is asked for again.
    pub(crate) chunk: usize,
}

/// Records of another resource.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Join {
    pub(crate) request: Request,
    pub(crate) by: JoinBy,
    /// `none`, or `cursor` with its path: pages are followed to the end.
    pub(crate) paging: Paging,
    /// Where the joined records are.
    pub(crate) records: Select,
    /// Where a joined record names the record that it belongs to.
    pub(crate) key: Path,
}

/// What another resource is asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JoinBy {
    /// `${record.ids}`, so many at a time.
    Records(usize),
    /// `${listing.id}` of each listing that stands in the page.
    Listings,
}

/// How changes are asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Incremental {
    /// How `${since}` is written.
    pub(crate) format: InstantFormat,
    /// How much earlier than said is asked for, so that nothing falls between two clocks.
    pub(crate) overlap_minutes: u32,
    /// What `${since}` is in a full read, for channels that insist on it; nothing otherwise.
    pub(crate) beginning: Option<String>,
    /// Changes are read once more at the end of a full read, because records move between its pages.
    #[serde(default)]
    pub(crate) look_back: bool,
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(de::Error::custom)
}
