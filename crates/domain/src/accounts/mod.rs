//! Accounts: channel connections of users, what they hold, and how they fare.

mod account;
mod amount;
mod catalogue;
mod credentials;
mod failure;
mod format;
mod health;
mod records;
mod remote;
mod slug;

pub use account::{Account, AccountState, ImportHistory, LISTING_KEY_MAX, ListingCounts, ListingStatus};
pub use amount::{Amount, NotAnAmount};
pub use catalogue::{Channel, ChannelKind, CredentialField, CredentialSet, History};
pub use credentials::{
    CredentialCode, CredentialProblem, CredentialValue, Credentials, MOST_LIST_VALUES, MOST_VALUE_BYTES,
    RawCredential, fit,
};
pub use failure::{ChannelFailure, ChannelFault, FaultSide};
pub use format::Format;
pub use health::{Health, HealthState};
pub use records::{ListingRecord, ReservationRecord, ReservationStatus};
pub use remote::{
    FaultyRecord, Fetched, Position, Records, RemoteAccount, Stream, StreamPlan, TokenKey, Urgency,
};
pub(crate) use remote::{is_key, shown};
pub use slug::{ChannelSlug, NotASlug};
