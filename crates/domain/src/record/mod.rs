//! The record of who did what, once it is written: its seals, what it tells of the past, and attempts that were refused.

mod attempts;
mod chain;
mod encoding;
mod history;
mod hmac;
mod walk;

pub use attempts::{Attempt, AttemptTarget, Attempts, MOST_ATTEMPTS, Merged};
pub use chain::{ChainKey, Head, NotAHead, Seal, extend};
pub use encoding::{RecordHash, StoredRecord};
pub use history::{PastPlace, places_after};
pub use walk::{Fault, Walk};
