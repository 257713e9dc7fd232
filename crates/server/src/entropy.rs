//! Random bits.

use innkeeper_domain::ports::Entropy;
use zeroize::Zeroizing;

use crate::config::KeyBytes;

/// The generator of the operating system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OsEntropy;

/// A fresh key.
pub(crate) fn key() -> KeyBytes {
    KeyBytes::new(key_bytes())
}

/// The bytes of a fresh key.
pub(crate) fn key_bytes() -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    fill(bytes.as_mut_slice());
    bytes
}

/// Bits for a supply of ids.
pub(crate) fn word() -> u64 {
    let mut bytes = [0; 8];
    fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

impl Entropy for OsEntropy {
    fn bits(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        fill(&mut bytes);
        bytes
    }
}

/// Without random bits no secret is safe, so nothing may go on.
fn fill(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        tracing::error!(%error, "the operating system has no random bits");
        std::process::abort();
    }
}
