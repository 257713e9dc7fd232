//! The tables as diesel sees them; the migrations decide. A test compares the two.

mod imports;
mod people;
mod record;

use diesel::{
    BoolExpressionMethods, ExpressionMethods,
    dsl::{And, Eq},
};

pub(crate) use imports::{
    account_credentials, accounts, channel_budgets, channel_tokens, clock_floor, listings, reservations,
    stream_cursors, sync_checkpoints, sync_items, sync_runs, sync_slots, workers,
};
pub(crate) use people::{
    access_tokens, api_keys, applications, audit_records, credentials, link_requests, onboarding_tokens,
    outgoing_messages, passwords, properties, property_users, tenants, users,
};
pub(crate) use record::{audit_sealers, audit_seals};

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
    link_requests,
    passwords,
    outgoing_messages,
    audit_records,
    audit_seals,
    audit_sealers,
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

/// Which user a property user is about: what `users` is joined to `property_users` by.
pub(crate) fn whose_place()
-> And<Eq<users::tenant_id, property_users::tenant_id>, Eq<users::id, property_users::user_id>> {
    users::tenant_id
        .eq(property_users::tenant_id)
        .and(users::id.eq(property_users::user_id))
}
