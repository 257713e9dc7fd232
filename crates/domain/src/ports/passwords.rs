//! What is done with passwords. It is slow on purpose, so it never happens inside a transaction.

use crate::onboarding::{Password, PasswordHash};

/// A password that could not be hashed: a fault of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the password could not be hashed")]
pub struct NotHashed;

/// Hashes, compares and judges passwords.
pub trait Passwords: Send + Sync {
    /// Hashes a password with 128 fresh random bits as its salt. An adapter MUST use a function that is slow and
    /// hungry for memory, and MUST NOT keep the password.
    ///
    /// # Errors
    ///
    /// [`NotHashed`].
    fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<PasswordHash, NotHashed>;

    /// Whether the password is the one that was hashed. Without a hash it never is, and an adapter MUST do the same
    /// work as with one (D-24).
    fn verify(&self, password: &Password, hash: Option<&PasswordHash>) -> bool;

    /// What makes the password too easy to guess, as a predicate; `about` are words that its person would think of
    /// first: their name and address, and the names of their properties.
    fn weakness(&self, password: &Password, about: &[String]) -> Option<&'static str>;
}
