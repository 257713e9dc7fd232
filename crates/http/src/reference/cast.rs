//! Who and what the examples are about: the same as in the examples of property users.

use innkeeper_domain::ids::{
    AccountId, ApiKeyId, CredentialId, Id, ListingId, PropertyId, ReservationId, RunId, UserId,
};
use uuid::{Uuid, uuid};

const fn id<K>(uuid: Uuid) -> Id<K> {
    Id::from_uuid(uuid)
}

/// Grace, whose account it is.
pub(super) const USER: UserId = id(uuid!("0192f0bf-93a4-7b52-a1c3-d4e5f6071829"));
/// Her login.
pub(super) const CREDENTIAL: CredentialId = id(uuid!("0192f0bf-93a5-7c11-8d2e-6f7081920a3b"));
/// Her key.
pub(super) const API_KEY: ApiKeyId = id(uuid!("0192f0c2-5b1e-7d40-9a6c-1b2c3d4e5f60"));
/// The property that she works on.
pub(super) const PROPERTY: PropertyId = id(uuid!("0192f0c0-11d2-7a41-8e2f-5b6c7d8e9f01"));
/// Her account of a channel.
pub(super) const ACCOUNT: AccountId = id(uuid!("0192f0c3-0a2b-7f63-b1d4-7c8d9e0f1a2b"));
/// Its first import.
pub(super) const FIRST_RUN: RunId = id(uuid!("0192f0c3-0a2b-7f64-8c3e-2d3e4f506172"));
/// The import that she asked for.
pub(super) const REFRESH: RunId = id(uuid!("0192f0d4-6e7f-7a18-9b2c-3e4f50617283"));
/// A listing.
pub(super) const LISTING: ListingId = id(uuid!("0192f0c3-4d5e-7081-a2b3-4c5d6e7f8091"));
/// A reservation.
pub(super) const RESERVATION: ReservationId = id(uuid!("0192f0c3-5f60-7192-b3c4-5d6e7f8091a2"));
