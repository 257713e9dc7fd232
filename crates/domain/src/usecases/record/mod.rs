//! The record of who did what: reading it, sealing it, walking its seals, and writing down what was refused.

mod read;
mod refused;
mod seal;
mod verify;

pub use read::{history_of_property, list_audit_records};
pub use refused::record_refusals;
pub use seal::{SEAL_BATCH, SEAL_LEASE, Sealed, seal_records};
pub use verify::{Unsealed, VERIFY_GRACE, Verified, verify_record};
