//! Where adapters take the time, fresh ids and fresh secrets from. Rules get them as values.

use crate::{time::Timestamp, tokens::SecretBits};

/// A clock.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// A source of bits that nobody can guess.
pub trait Entropy: Send + Sync {
    /// 128 fresh random bits. An adapter MUST take them from the operating system's generator, and may abort the
    /// process if that fails.
    fn bits(&self) -> [u8; 16];

    /// The same, for a secret.
    fn secret_bits(&self) -> SecretBits {
        SecretBits::new(self.bits())
    }
}
