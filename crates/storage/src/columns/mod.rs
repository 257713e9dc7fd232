//! How values stand in columns: read strictly, or not at all.

mod ids;
mod time;

pub use ids::Uuid;
pub use time::Micros;
