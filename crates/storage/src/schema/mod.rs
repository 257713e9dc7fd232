//! The tables as diesel sees them; the migrations decide. A test compares the two.

mod imports;
mod people;

pub(crate) use imports::{
    account_credentials, accounts, channel_budgets, channel_tokens, clock_floor, listings, reservations,
    stream_cursors, sync_checkpoints, sync_items, sync_runs, sync_slots, workers,
};
pub(crate) use people::{
    access_tokens, api_keys, applications, audit_records, credentials, onboarding_tokens, outgoing_messages,
    properties, property_users, tenants, users,
};

diesel::allow_tables_to_appear_in_same_query!(
    tenants,
    applications,
    users,
    credentials,
    properties,
    property_users,
    api_keys,
    access_tokens,
    onboarding_tokens,
    outgoing_messages,
    audit_records,
    accounts,
    account_credentials,
    sync_slots,
    sync_runs,
    sync_checkpoints,
    sync_items,
    stream_cursors,
    listings,
    reservations,
    channel_tokens,
    channel_budgets,
    workers,
    clock_floor,
);
