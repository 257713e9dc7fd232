//! All tables.

/// What is about tenants, people and properties.
pub(crate) const PEOPLE: usize = 11;

/// What is no data of any tenant, and so has no tenant in its keys.
pub(crate) const GLOBAL: [&str; 4] = ["tenants", "channel_budgets", "workers", "clock_floor"];

pub(crate) const TABLES: [&str; 28] = [
    "tenants",
    "applications",
    "users",
    "credentials",
    "properties",
    "property_users",
    "api_keys",
    "access_tokens",
    "onboarding_tokens",
    "outgoing_messages",
    "audit_records",
    "accounts",
    "account_credentials",
    "sync_slots",
    "sync_runs",
    "sync_checkpoints",
    "sync_items",
    "stream_cursors",
    "listings",
    "reservations",
    "channel_tokens",
    "channel_budgets",
    "workers",
    "clock_floor",
    "passwords",
    "link_requests",
    "audit_seals",
    "audit_sealers",
];
