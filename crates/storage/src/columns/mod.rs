//! How values stand in columns: read strictly, or not at all.

mod ids;
mod time;

pub(crate) use ids::keys;
pub(crate) use ids::{Key, Uuid};
pub(crate) use time::{At, Micros};
