//! The repositories, each on the session of one transaction.

mod accounts;
mod applications;
mod audit;
mod credentials;
mod imports;
mod link_requests;
mod onboarding_tokens;
mod outbox;
mod passwords;
mod properties;
mod property_users;
mod puts;
mod runs;
mod slots;
mod tenants;
mod tokens;
mod users;

pub(crate) use runs::failed_items;

/// The most rows that one INSERT carries: 16 columns at most, and SQLite binds at most 32,766 values.
pub(crate) const ROWS_PER_INSERT: usize = 1_000;

/// The most ids that one statement names, well below what either database binds.
const IDS_PER_STATEMENT: usize = 1_000;

/// A count, as the domain has it.
fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
