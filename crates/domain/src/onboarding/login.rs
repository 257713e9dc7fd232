//! Coming in with a password.

use crate::{
    access::Permission,
    ids::CredentialId,
    people::{User, UserState},
};

use super::PasswordHash;

/// How long a session lives, in seconds: half a day.
pub const SESSION_SECONDS: u64 = 12 * 3_600;

/// The password credential of a person that was not removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordLogin {
    /// The credential.
    pub credential: CredentialId,
    /// Its permission now.
    pub permission: Permission,
    /// The hash of the password.
    pub hash: PasswordHash,
}

/// A person, and the password they may come in with.
#[derive(Clone, Debug)]
pub struct SignInFacts {
    /// The person.
    pub user: User,
    /// Their password credential, if they have one.
    pub login: Option<PasswordLogin>,
}

/// Who may come in if they show the right password.
#[derive(Clone, Debug)]
pub struct Login {
    /// The person.
    pub user: User,
    /// Their password credential.
    pub login: PasswordLogin,
}

/// Nobody came in. Whether the person is unknown, invited, disabled or without a password, or the password is wrong,
/// is told to nobody (C-39, D-24).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wrong e-mail address or password")]
pub struct WrongLogin;

/// Who may come in with a password: only a person who is active and has one (C-39).
pub fn login_of(facts: Option<SignInFacts>) -> Option<Login> {
    let SignInFacts { user, login } = facts?;
    let login = login.filter(|_| user.state == UserState::Active)?;
    Some(Login { user, login })
}
