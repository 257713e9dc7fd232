//! What a seal is over: every word of a record as it is stored.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    ids::{AuditRecordId, TenantId},
    time::Timestamp,
};

/// The hash of one record.
pub type RecordHash = [u8; 32];

/// A record as it is stored, word for word, whether or not it can be read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: AuditRecordId,
    /// When.
    pub at: Timestamp,
    /// What kind of author.
    pub actor_kind: String,
    /// Which.
    pub actor: Option<Uuid>,
    /// Through which credential.
    pub credential: Option<Uuid>,
    /// What kind of token.
    pub token_kind: Option<String>,
    /// Which.
    pub token: Option<Uuid>,
    /// In which request.
    pub request: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: Uuid,
    /// The property concerned.
    pub property: Option<Uuid>,
    /// The user concerned.
    pub subject: Option<Uuid>,
    /// What was before, as JSON.
    pub before: Option<String>,
    /// What is after, as JSON.
    pub after: Option<String>,
}

/// The version of the encoding below. Another one would be another hash of everything, so it never changes.
const FORM: &[u8] = b"innkeeper.record.1";

impl StoredRecord {
    /// SHA-256 over all fields in their order. Each begins with whether it is there, and with its length in 64 bits, so
    /// that no two records have one encoding.
    pub fn hash(&self) -> RecordHash {
        let mut hash = Sha256::new_with_prefix(FORM);
        let mut put = |field: Option<&[u8]>| match field {
            None => hash.update([0]),
            Some(bytes) => {
                hash.update([1]);
                hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
                hash.update(bytes);
            }
        };
        let Self {
            tenant,
            id,
            at,
            actor_kind,
            actor,
            credential,
            token_kind,
            token,
            request,
            action,
            object,
            property,
            subject,
            before,
            after,
        } = self;
        put(Some(tenant.uuid().as_bytes()));
        put(Some(id.uuid().as_bytes()));
        put(Some(&at.as_micros().to_be_bytes()));
        put(Some(actor_kind.as_bytes()));
        put(actor.as_ref().map(|id| id.as_bytes().as_slice()));
        put(credential.as_ref().map(|id| id.as_bytes().as_slice()));
        put(token_kind.as_ref().map(String::as_bytes));
        put(token.as_ref().map(|id| id.as_bytes().as_slice()));
        put(Some(request.as_bytes()));
        put(Some(action.as_bytes()));
        put(Some(object.as_bytes()));
        put(property.as_ref().map(|id| id.as_bytes().as_slice()));
        put(subject.as_ref().map(|id| id.as_bytes().as_slice()));
        put(before.as_ref().map(String::as_bytes));
        put(after.as_ref().map(String::as_bytes));
        hash.finalize().into()
    }
}
