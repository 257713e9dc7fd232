//! One decision of Innkeeper beside others that decide too: crates that interpret policies, and a mask written by hand.
//!
//! All sides answer the same question about the same grants: may whoever holds them do what takes this policy? They are
//! held against each other on random cases first, and measured in turns. `scripts/bench decide` starts it;
//! `docs/performance.md` tells what it found.

pub mod agreement;
pub mod cases;
pub mod chance;
pub mod places;
pub mod report;
pub mod sides;
pub mod timing;
