//! What either form can do. Requests are parsed, and answers written, in one place for all.

use super::{
    key::{Hash, Key},
    refused::Refused,
    rows::{Account, Member},
};

pub(super) type Answer<T> = Result<T, Refused>;

/// An invitation.
#[derive(Clone, Debug)]
pub(super) struct Invitation {
    pub(super) id: Key,
    pub(super) property: Key,
    pub(super) user: Key,
    pub(super) role: String,
    pub(super) at: i64,
}

/// A change of a member.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) id: Key,
    pub(super) overrides: Option<String>,
    pub(super) at: i64,
}

/// A token that is asked for.
#[derive(Clone, Debug)]
pub(super) struct Minting {
    pub(super) client: Key,
    pub(super) secret: Hash,
    pub(super) user: Key,
    pub(super) token: Hash,
}

/// One form of the bare server. `caller` is the hash of the token of whoever asks.
pub(super) trait Side: 'static {
    async fn get(&self, caller: Hash, member: Key) -> Answer<Member>;
    async fn list(&self, caller: Hash, property: Key) -> Answer<Vec<Member>>;
    async fn accounts(&self, caller: Hash, user: Key) -> Answer<Vec<Account>>;
    /// Tells who invited.
    async fn invite(&self, caller: Hash, invitation: Invitation) -> Answer<Key>;
    async fn update(&self, caller: Hash, change: Change) -> Answer<Member>;
    async fn withdraw(&self, caller: Hash, member: Key) -> Answer<()>;
    async fn mint(&self, minting: Minting) -> Answer<()>;
}
