//! People, their logins and their places on properties, with the rules that move them.

mod ceiling;
mod credential;
mod full_name;
mod invite;
mod owners;
mod property_user;
mod remove_user;
mod update;
mod user;
mod withdraw;

pub use ceiling::outranks_nobody;
pub use credential::{Credential, CredentialKind, UnknownCredentialKind, primary};
pub use full_name::FullName;
pub use invite::{
    Invitation, InviteFacts, InviteFields, InviteRefusal, MAX_USERS_PER_PROPERTY, Seats, decide_invite,
};
pub use owners::{LastOwner, OwnersLeft, keep_an_owner};
pub use property_user::{PropertyUser, Sight};
pub use remove_user::{OwnedAlone, leaves_without_owner};
pub use update::{UpdateFacts, UpdateFields, UpdateRefusal, decide_update};
pub use user::{UnknownUserState, User, UserState};
pub use withdraw::{WithdrawFacts, WithdrawRefusal, Withdrawal, decide_withdraw, without_property};
