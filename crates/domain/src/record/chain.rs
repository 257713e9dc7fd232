//! The chain of seals: each is over its record and over the seal before, under a key that is not in the database.

use std::{fmt, str::FromStr};

use zeroize::Zeroizing;

use super::{
    encoding::{RecordHash, StoredRecord},
    hmac::hmac,
};
use crate::{
    ids::{AuditRecordId, TenantId},
    time::Timestamp,
};

/// The key of the chain. Whoever can write the database but has not this key can make no seal that holds. It is wiped when
/// dropped and never shows itself.
#[derive(Clone)]
pub struct ChainKey(Zeroizing<[u8; 32]>);

impl ChainKey {
    /// The key with these bytes.
    pub const fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainKey(..)")
    }
}

/// Where a chain ends: what an operator keeps elsewhere, so that a tail that was cut off is missed. Written as
/// `POSITION:HASH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many seals there are; the last one has this number.
    pub position: u64,
    /// The chain's hash there.
    pub hash: [u8; 32],
}

impl Head {
    /// Before the first seal.
    pub const START: Self = Self {
        position: 0,
        hash: [0; 32],
    };
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.position)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A text that is not `POSITION:HASH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not POSITION:HASH, as `innkeeper audit verify` prints it")]
pub struct NotAHead;

impl FromStr for Head {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (position, digits) = text.split_once(':').ok_or(NotAHead)?;
        let plain = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !plain || !position.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(NotAHead);
        }
        let mut hash = [0; 32];
        for (place, byte) in hash.iter_mut().enumerate() {
            let pair = digits.get(2 * place..2 * place + 2).ok_or(NotAHead)?;
            *byte = u8::from_str_radix(pair, 16).ok().ok_or(NotAHead)?;
        }
        let position = position.parse().ok().ok_or(NotAHead)?;
        Ok(Self { position, hash })
    }
}

/// One link of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Its number, from 1 without a gap: the order of record.
    pub position: u64,
    /// The record that it seals.
    pub record: AuditRecordId,
    /// The hash of that.
    pub record_hash: RecordHash,
    /// The chain's hash from here on.
    pub chain_hash: [u8; 32],
    /// When it was made, by the store's clock.
    pub sealed_at: Timestamp,
}

/// Ends the name of the use, so that the key makes codes for nothing else.
const USE: &[u8] = b"innkeeper.seal.1";

/// The chain's hash after one more record.
pub(super) fn link(
    key: &ChainKey,
    tenant: TenantId,
    before: &Head,
    record: AuditRecordId,
    record_hash: &RecordHash,
) -> Head {
    let position = before.position.saturating_add(1);
    let (tenant, record) = (tenant.uuid(), record.uuid());
    let parts: [&[u8]; 6] = [
        USE,
        tenant.as_bytes(),
        &before.hash,
        &position.to_be_bytes(),
        record.as_bytes(),
        record_hash,
    ];
    Head {
        position,
        hash: hmac(&key.0, &parts),
    }
}

/// Seals records in the order given, from the head on. Returns the seals, and where the chain ends then.
pub fn extend(
    key: &ChainKey,
    tenant: TenantId,
    head: Head,
    records: &[StoredRecord],
    sealed_at: Timestamp,
) -> (Vec<Seal>, Head) {
    let mut end = head;
    let seals = records.iter().map(|record| {
        let record_hash = record.hash();
        end = link(key, tenant, &end, record.id, &record_hash);
        Seal {
            position: end.position,
            record: record.id,
            record_hash,
            chain_hash: end.hash,
            sealed_at,
        }
    });
    let seals = seals.collect();
    (seals, end)
}
