//! Walking a chain from its beginning, and naming the first link that does not hold.

use subtle::ConstantTimeEq;

use super::{
    chain::{ChainKey, Head, Seal, link},
    encoding::StoredRecord,
};
use crate::ids::{AuditRecordId, TenantId};

/// The first thing that is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There are later seals, but not this one.
    #[error("seal {position} is missing")]
    SealMissing {
        /// Its number.
        position: u64,
    },
    /// The seal was not made with the key, or not in this place.
    #[error("seal {position}, of record {record}, is forged or out of its place")]
    SealForged {
        /// Its number.
        position: u64,
        /// The record that it names.
        record: AuditRecordId,
    },
    /// The record is gone.
    #[error("record {record}, sealed at position {position}, is missing")]
    RecordMissing {
        /// The number of its seal.
        position: u64,
        /// The record.
        record: AuditRecordId,
    },
    /// The record is not what was sealed.
    #[error("record {record}, sealed at position {position}, was changed")]
    RecordChanged {
        /// The number of its seal.
        position: u64,
        /// The record.
        record: AuditRecordId,
    },
    /// The chain ends before a place that it is known to have reached.
    #[error("the chain ends at position {end}, but it had reached {expected}: its tail was cut off")]
    TailCut {
        /// Where it ends.
        end: u64,
        /// Where it had been.
        expected: u64,
    },
    /// The chain holds in itself, but is another one than it was.
    #[error("at position {position} the chain has another hash than it had")]
    OtherChain {
        /// Where it was compared.
        position: u64,
    },
}

/// A walk along the chain of one tenant. It holds no more than its place, however long the chain is.
#[derive(Debug)]
pub struct Walk<'k> {
    key: &'k ChainKey,
    tenant: TenantId,
    at: Head,
    /// Heads that the chain is known to have had, and that were not met yet.
    known: Vec<Head>,
}

impl<'k> Walk<'k> {
    /// A walk from the beginning, along a chain that is known to have had these heads.
    pub fn new(key: &'k ChainKey, tenant: TenantId, known: impl IntoIterator<Item = Head>) -> Self {
        Self {
            key,
            tenant,
            at: Head::START,
            known: known.into_iter().filter(|head| head.position > 0).collect(),
        }
    }

    /// Where it stands.
    pub const fn at(&self) -> Head {
        self.at
    }

    /// Goes one seal on, with the record that it names, if that is there.
    ///
    /// # Errors
    ///
    /// [`Fault`]; then the walk is over.
    pub fn step(&mut self, seal: &Seal, record: Option<&StoredRecord>) -> Result<(), Fault> {
        let next = link(self.key, self.tenant, &self.at, seal.record, &seal.record_hash);
        let (position, sealed) = (next.position, seal.record);
        if seal.position != position {
            return Err(Fault::SealMissing { position });
        }
        if !same(&next.hash, &seal.chain_hash) {
            return Err(Fault::SealForged {
                position,
                record: sealed,
            });
        }
        let Some(record) = record else {
            return Err(Fault::RecordMissing {
                position,
                record: sealed,
            });
        };
        if !same(&record.hash(), &seal.record_hash) {
            return Err(Fault::RecordChanged {
                position,
                record: sealed,
            });
        }
        self.at = next;
        let met = |head: &Head| head.position == position;
        if self
            .known
            .iter()
            .filter(|head| met(head))
            .any(|head| !same(&head.hash, &next.hash))
        {
            return Err(Fault::OtherChain { position });
        }
        self.known.retain(|head| !met(head));
        Ok(())
    }

    /// Ends the walk, and returns where the chain ends.
    ///
    /// # Errors
    ///
    /// [`Fault::TailCut`] if it does not reach a place that it is known to have reached.
    pub fn end(self) -> Result<Head, Fault> {
        match self.known.iter().map(|head| head.position).max() {
            Some(expected) => Err(Fault::TailCut {
                end: self.at.position,
                expected,
            }),
            None => Ok(self.at),
        }
    }
}

fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.ct_eq(b).into()
}
