//! Secrets that have to be stored in a form that can be opened again, such as the link in a mail not sent yet.
//!
//! Each secret is encrypted with a key of its own, and that key with the master key, which is kept outside of the
//! database. A sealed secret opens only in the place it was sealed for. The bytes are:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | the version of this form, 1 |
//! | 8 | which master key: the first bytes of its SHA-256 |
//! | 24 + 48 | nonce, and the secret's key with its tag, under the master key |
//! | 24 + n + 16 | nonce, and the secret with its tag, under the secret's key |

use std::fmt;

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use innkeeper_domain::ids::TenantId;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
/// What SHA-256 works on at a time.
const HASH_BLOCK_BYTES: usize = 64;

/// The key that seals all others. It is wiped when dropped and never shows itself.
#[derive(Clone)]
pub struct MasterKey {
    key: Zeroizing<[u8; KEY_BYTES]>,
    id: [u8; KEY_ID_BYTES],
}

/// Where a secret is stored. It cannot be opened anywhere else, so that nobody can move it to another row.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The tenant of the row.
    pub tenant: TenantId,
    /// The id of the row.
    pub row: Uuid,
    /// The version of what is in the row, where there are several one after the other.
    pub version: Option<u64>,
}

/// Why a secret cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The operating system gave no random bits.
    #[error("no random bits")]
    NoRandomness,
    /// The bytes are not a sealed secret of a form that is known.
    #[error("not a sealed secret")]
    Malformed,
    /// It was sealed under another master key.
    #[error("sealed under another master key")]
    OtherKey,
    /// It was changed, or sealed for another place.
    #[error("changed, or sealed for another place")]
    Forged,
}

impl MasterKey {
    /// A key of 256 random bits.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let key = Zeroizing::new(bytes);
        let mut id = [0; KEY_ID_BYTES];
        for (to, from) in id.iter_mut().zip(Sha256::digest(key.as_slice())) {
            *to = from;
        }
        Self { key, id }
    }

    /// Seals a secret for a place.
    ///
    /// # Errors
    ///
    /// [`SealError::NoRandomness`].
    pub fn seal(&self, place: Place, secret: &[u8]) -> Result<Vec<u8>, SealError> {
        let data_key: Zeroizing<[u8; KEY_BYTES]> = Zeroizing::new(random()?);
        let mut sealed = vec![VERSION];
        sealed.extend(self.id);
        let context = place.context(&sealed);
        for (key, content) in [(&self.key, data_key.as_slice()), (&data_key, secret)] {
            let nonce: [u8; NONCE_BYTES] = random()?;
            sealed.extend(nonce);
            let payload = Payload {
                msg: content,
                aad: &context,
            };
            let hidden = cipher(key).encrypt(&XNonce::from(nonce), payload);
            sealed.extend(hidden.ok().ok_or(SealError::Malformed)?);
        }
        Ok(sealed)
    }

    /// A key for another use, which tells nothing about this one: HMAC-SHA-256 over the name of that use.
    pub fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        let keyed = |pad: u8| {
            let mut block = Zeroizing::new([pad; HASH_BLOCK_BYTES]);
            for (byte, key) in block.iter_mut().zip(self.key.iter()) {
                *byte ^= key;
            }
            Sha256::new_with_prefix(block.as_slice())
        };
        let inner = keyed(0x36).chain_update(label.as_bytes()).finalize();
        Zeroizing::new(keyed(0x5c).chain_update(inner).finalize().into())
    }

    /// Opens what was sealed for the same place.
    ///
    /// # Errors
    ///
    /// [`SealError`] says what is wrong with it.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (head, rest) = sealed
            .split_at_checked(1 + KEY_ID_BYTES)
            .ok_or(SealError::Malformed)?;
        match head.split_first() {
            Some((&VERSION, id)) if id == self.id => {}
            Some((&VERSION, _)) => return Err(SealError::OtherKey),
            _ => return Err(SealError::Malformed),
        }
        let (wrapped, hidden) = rest
            .split_at_checked(NONCE_BYTES + KEY_BYTES + TAG_BYTES)
            .ok_or(SealError::Malformed)?;
        let context = place.context(head);
        let data_key = unwrap(&self.key, &context, wrapped)?;
        let data_key: [u8; KEY_BYTES] = data_key.as_slice().try_into().ok().ok_or(SealError::Malformed)?;
        unwrap(&Zeroizing::new(data_key), &context, hidden)
    }
}

impl Place {
    fn context(self, head: &[u8]) -> Vec<u8> {
        let mut context = head.to_vec();
        context.extend(self.tenant.uuid().as_bytes());
        context.extend(self.row.as_bytes());
        if let Some(version) = self.version {
            context.extend(version.to_be_bytes());
        }
        context.extend(self.table.as_bytes());
        context
    }
}

fn unwrap(
    key: &Zeroizing<[u8; KEY_BYTES]>,
    context: &[u8],
    bytes: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, hidden) = bytes
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(SealError::Malformed)?;
    let opened = cipher(key).decrypt(
        &XNonce::from(*nonce),
        Payload {
            msg: hidden,
            aad: context,
        },
    );
    opened.map(Zeroizing::new).ok().ok_or(SealError::Forged)
}

fn cipher(key: &Zeroizing<[u8; KEY_BYTES]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&**key).into())
}

fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok().ok_or(SealError::NoRandomness)?;
    Ok(bytes)
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: u128) -> Place {
        let tenant = TenantId::from_uuid(Uuid::from_u128(7));
        Place {
            table: "outgoing_messages",
            tenant,
            row: Uuid::from_u128(row),
            version: Some(1),
        }
    }

    #[test]
    fn what_is_sealed_opens_again_in_its_place_and_nowhere_else() {
        let key = MasterKey::from_bytes([1; 32]);
        for secret in [&b""[..], b"inno_secret", &[0; 5_000]] {
            let sealed = key.seal(place(1), secret).unwrap();
            assert_eq!(key.open(place(1), &sealed).unwrap().as_slice(), secret);
            assert_eq!(key.open(place(2), &sealed), Err(SealError::Forged));
            let elsewhere = Place {
                table: "accounts",
                ..place(1)
            };
            assert_eq!(key.open(elsewhere, &sealed), Err(SealError::Forged));
            let stranger = Place {
                tenant: TenantId::from_uuid(Uuid::from_u128(8)),
                ..place(1)
            };
            assert_eq!(key.open(stranger, &sealed), Err(SealError::Forged));
            for version in [None, Some(0), Some(2)] {
                let other = Place { version, ..place(1) };
                assert_eq!(key.open(other, &sealed), Err(SealError::Forged));
            }
            assert_eq!(
                MasterKey::from_bytes([2; 32]).open(place(1), &sealed),
                Err(SealError::OtherKey)
            );
        }
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let key = MasterKey::from_bytes([1; 32]);
        let sealed = key.seal(place(1), b"secret").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(place(1), &changed).is_err(), "byte {at}");
            assert!(key.open(place(1), &sealed[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn the_same_secret_never_looks_the_same() {
        let key = MasterKey::from_bytes([1; 32]);
        let (first, second) = (
            key.seal(place(1), b"secret").unwrap(),
            key.seal(place(1), b"secret").unwrap(),
        );
        assert_ne!(first[9..], second[9..]);
        assert!(!first.windows(6).any(|window| window == b"secret"));
        assert_eq!(format!("{key:?}"), "MasterKey(..)");
    }

    /// The numbers are those of RFC 4231, test case 2, and of the same with a key of 32 bytes.
    #[test]
    fn keys_for_other_uses_are_hmacs() {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(b"Jefe");
        let derived = MasterKey::from_bytes(bytes).derive("what do ya want for nothing?");
        let hex = derived
            .iter()
            .fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        assert_eq!(
            hex,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let key = MasterKey::from_bytes([1; 32]);
        assert_ne!(key.derive("one"), key.derive("other"));
        assert_ne!(key.derive("one"), MasterKey::from_bytes([2; 32]).derive("one"));
    }
}
