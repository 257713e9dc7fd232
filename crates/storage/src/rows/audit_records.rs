//! Rows of `audit_records`.

use diesel::Insertable;
use innkeeper_domain::{
    access::{Bearer, Subject},
    effects::{AuditRecord, Facts},
    ids::{Id, kinds},
};
use serde::{Serialize, Serializer};

use super::messages::{Acting, actor_columns};
use crate::{
    columns::{At, Key},
    schema::audit_records,
};

/// A token of either kind.
#[derive(Debug)]
pub(crate) enum Token {}

/// Anything that can be changed.
#[derive(Debug)]
pub(crate) enum Thing {}

#[derive(Debug, Insertable)]
#[diesel(table_name = audit_records, treat_none_as_default_value = false)]
pub(crate) struct AuditRecordRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::AuditRecord>,
    at: At,
    actor_kind: &'static str,
    actor_id: Option<Key<Acting>>,
    credential_id: Option<Key<kinds::Credential>>,
    token_kind: Option<String>,
    token_id: Option<Key<Token>>,
    request_id: String,
    action: &'static str,
    object_id: Key<Thing>,
    property_id: Option<Key<kinds::Property>>,
    subject_id: Option<Key<kinds::User>>,
    before_json: Option<String>,
    after_json: Option<String>,
}

impl AuditRecordRow {
    /// The row of a record.
    ///
    /// # Errors
    ///
    /// [`serde_json::Error`] cannot happen with facts as they are now.
    pub(crate) fn of(record: &AuditRecord) -> Result<Self, serde_json::Error> {
        let (actor_kind, actor_id) = actor_columns(record.actor);
        let credential_id = match record.actor {
            Subject::User { credential, .. } => Some(Key(credential)),
            Subject::Application(_) | Subject::Operator => None,
        };
        let (token_kind, token_id) = match record.token {
            None => (None, None),
            Some(Bearer::AccessToken(id)) => (
                Some("access_token".to_owned()),
                Some(Key(Id::from_uuid(id.uuid()))),
            ),
            Some(Bearer::ApiKey(id)) => (Some("api_key".to_owned()), Some(Key(Id::from_uuid(id.uuid())))),
        };
        Ok(Self {
            tenant_id: Key(record.tenant),
            id: Key(record.id),
            at: At(record.at),
            actor_kind,
            actor_id,
            credential_id,
            token_kind,
            token_id,
            request_id: record.request.as_str().to_owned(),
            action: record.action.as_str(),
            object_id: Key(Id::from_uuid(record.object)),
            property_id: record.property.map(Key),
            subject_id: record.subject.map(Key),
            before_json: json(&record.before)?,
            after_json: json(&record.after)?,
        })
    }
}

/// An object with the facts in their order, or nothing if there are none.
fn json(facts: &Facts) -> Result<Option<String>, serde_json::Error> {
    struct Object<'f>(&'f Facts);

    impl Serialize for Object<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(name, fact)| (name, fact)))
        }
    }

    if facts.is_empty() {
        Ok(None)
    } else {
        serde_json::to_string(&Object(facts)).map(Some)
    }
}
