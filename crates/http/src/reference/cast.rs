//! Who and what all examples are about.

use innkeeper_domain::ids::{
    AccountId, ApiKeyId, ApplicationId, CredentialId, Id, ListingId, PropertyId, PropertyUserId,
    ReservationId, RunId, UserId,
};
use uuid::{Uuid, uuid};

const fn id<K>(uuid: Uuid) -> Id<K> {
    Id::from_uuid(uuid)
}

/// The application that asks for tokens.
pub(crate) const APPLICATION: ApplicationId = id(uuid!("0192f0bd-0a1b-7c2d-8e3f-405162738495"));
/// Ada, who owns the property.
pub(crate) const ADA: UserId = id(uuid!("0192f0be-5a6b-7c63-9d2e-e1f203142536"));
/// Grace, who works on it and connects an account.
pub(crate) const GRACE: UserId = id(uuid!("0192f0bf-93a4-7b52-a1c3-d4e5f6071829"));
/// Her login.
pub(crate) const CREDENTIAL: CredentialId = id(uuid!("0192f0bf-93a5-7c11-8d2e-6f7081920a3b"));
/// Her key.
pub(crate) const API_KEY: ApiKeyId = id(uuid!("0192f0c2-5b1e-7d40-9a6c-1b2c3d4e5f60"));
/// The property.
pub(crate) const PROPERTY: PropertyId = id(uuid!("0192f0c0-11d2-7a41-8e2f-5b6c7d8e9f01"));
/// Her place on it.
pub(crate) const PLACE: PropertyUserId = id(uuid!("0192f0c1-7a7e-7c3d-9b1e-3f5a2c4d6e8f"));
/// Her account of a channel.
pub(crate) const ACCOUNT: AccountId = id(uuid!("0192f0c3-0a2b-7f63-b1d4-7c8d9e0f1a2b"));
/// Its first import.
pub(crate) const FIRST_RUN: RunId = id(uuid!("0192f0c3-0a2b-7f64-8c3e-2d3e4f506172"));
/// The import that she asked for.
pub(crate) const REFRESH: RunId = id(uuid!("0192f0d4-6e7f-7a18-9b2c-3e4f50617283"));
/// A listing.
pub(crate) const LISTING: ListingId = id(uuid!("0192f0c3-4d5e-7081-a2b3-4c5d6e7f8091"));
/// A reservation.
pub(crate) const RESERVATION: ReservationId = id(uuid!("0192f0c3-5f60-7192-b3c4-5d6e7f8091a2"));
