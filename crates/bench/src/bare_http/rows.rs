//! What is read.

use diesel::{
    prelude::Queryable,
    sql_types::{BigInt, Nullable, Text},
};

use super::key::{Key, KeyColumn};

/// A member with its user.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Member {
    pub(super) id: Key,
    pub(super) property: Key,
    pub(super) user: Key,
    pub(super) role: String,
    pub(super) overrides: Option<String>,
    pub(super) invited_at: i64,
    pub(super) updated_at: i64,
    pub(super) invited_by: Option<Key>,
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: Option<String>,
    pub(super) state: String,
}

pub(super) type MemberColumns = (
    KeyColumn,
    KeyColumn,
    KeyColumn,
    Text,
    Nullable<Text>,
    BigInt,
    BigInt,
    Nullable<KeyColumn>,
    Text,
    Text,
    Nullable<Text>,
    Text,
);

/// An account of a user.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Account {
    pub(super) id: Key,
    pub(super) user: Key,
    pub(super) channel: String,
    pub(super) channel_id: String,
    pub(super) channel_display_id: Option<String>,
    pub(super) label: String,
    pub(super) email: Option<String>,
    pub(super) enabled: i64,
    pub(super) listings: i64,
    pub(super) synced_at: i64,
}

pub(super) type AccountColumns = (
    KeyColumn,
    KeyColumn,
    Text,
    Text,
    Nullable<Text>,
    Text,
    Nullable<Text>,
    BigInt,
    BigInt,
    BigInt,
);
