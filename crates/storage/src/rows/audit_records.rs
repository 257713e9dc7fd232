//! Rows of `audit_records`.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{
    access::Bearer,
    effects::{AuditRecord, Author, Facts, RequestId},
    ids::{Id, kinds},
    ports::StoreError,
    record::StoredRecord,
};

use super::{
    cells::{Cells, Decode},
    messages::Acting,
};
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

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_records, treat_none_as_default_value = false)]
pub(crate) struct AuditRecordRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::AuditRecord>,
    at: At,
    actor_kind: String,
    actor_id: Option<Key<Acting>>,
    credential_id: Option<Key<kinds::Credential>>,
    token_kind: Option<String>,
    token_id: Option<Key<Token>>,
    request_id: String,
    action: String,
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
        let (token_kind, token_id) = match record.token {
            None => (None, None),
            Some(Bearer::AccessToken(id)) => (Some("access_token"), Some(Key(Id::from_uuid(id.uuid())))),
            Some(Bearer::ApiKey(id)) => (Some("api_key"), Some(Key(Id::from_uuid(id.uuid())))),
        };
        Ok(Self {
            tenant_id: Key(record.tenant),
            id: Key(record.id),
            at: At(record.at),
            actor_kind: record.actor.kind().to_owned(),
            actor_id: record.actor.id().map(|id| Key(Id::from_uuid(id))),
            credential_id: record.actor.credential().map(Key),
            token_kind: token_kind.map(str::to_owned),
            token_id,
            request_id: record.request.as_str().to_owned(),
            action: record.action.as_str().to_owned(),
            object_id: Key(Id::from_uuid(record.object)),
            property_id: record.property.map(Key),
            subject_id: record.subject.map(Key),
            before_json: json(&record.before)?,
            after_json: json(&record.after)?,
        })
    }

    /// The row word for word, for its seal.
    pub(crate) fn into_stored(self) -> StoredRecord {
        StoredRecord {
            tenant: self.tenant_id.0,
            id: self.id.0,
            at: self.at.0,
            actor_kind: self.actor_kind,
            actor: self.actor_id.map(|key| key.0.uuid()),
            credential: self.credential_id.map(|key| key.0.uuid()),
            token_kind: self.token_kind,
            token: self.token_id.map(|key| key.0.uuid()),
            request: self.request_id,
            action: self.action,
            object: self.object_id.0.uuid(),
            property: self.property_id.map(|key| key.0.uuid()),
            subject: self.subject_id.map(|key| key.0.uuid()),
            before: self.before_json,
            after: self.after_json,
        }
    }

    fn author(&self, cells: &Cells<kinds::AuditRecord>) -> Result<Author, StoreError> {
        match (self.actor_kind.as_str(), self.actor_id, self.credential_id) {
            ("operator", None, None) => Ok(Author::Operator),
            ("nobody", None, None) => Ok(Author::Nobody),
            ("application", Some(Key(id)), None) => Ok(Author::Application(Id::from_uuid(id.uuid()))),
            ("user", Some(Key(id)), Some(Key(credential))) => Ok(Author::User {
                user: Id::from_uuid(id.uuid()),
                credential,
            }),
            _ => Err(cells.corrupt("actor_kind")),
        }
    }

    fn token(&self, cells: &Cells<kinds::AuditRecord>) -> Result<Option<Bearer>, StoreError> {
        match (self.token_kind.as_deref(), self.token_id) {
            (None, None) => Ok(None),
            (Some("access_token"), Some(Key(id))) => Ok(Some(Bearer::AccessToken(Id::from_uuid(id.uuid())))),
            (Some("api_key"), Some(Key(id))) => Ok(Some(Bearer::ApiKey(Id::from_uuid(id.uuid())))),
            _ => Err(cells.corrupt("token_kind")),
        }
    }
}

impl Decode for AuditRecordRow {
    const TABLE: &'static str = "audit_records";
    type Entity = AuditRecord;

    fn decode(self) -> Result<AuditRecord, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        let request = RequestId::parse(&self.request_id);
        Ok(AuditRecord {
            tenant: self.tenant_id.0,
            id: self.id.0,
            at: self.at.0,
            actor: self.author(&cells)?,
            token: self.token(&cells)?,
            request: cells.present("request_id", request)?,
            action: cells.parse("action", &self.action)?,
            object: self.object_id.0.uuid(),
            property: self.property_id.map(|key| key.0),
            subject: self.subject_id.map(|key| key.0),
            before: facts(&cells, "before_json", self.before_json.as_deref())?,
            after: facts(&cells, "after_json", self.after_json.as_deref())?,
        })
    }
}

/// An object with the facts in their order, or nothing if there are none.
fn json(facts: &Facts) -> Result<Option<String>, serde_json::Error> {
    if facts.is_empty() {
        Ok(None)
    } else {
        serde_json::to_string(facts).map(Some)
    }
}

/// Reads them, and takes only what would be written the same way again: another spelling is not ours.
fn facts(
    cells: &Cells<kinds::AuditRecord>,
    column: &'static str,
    text: Option<&str>,
) -> Result<Facts, StoreError> {
    let Some(text) = text else {
        return Ok(Facts::NONE);
    };
    let facts: Facts = cells.made(column, serde_json::from_str(text))?;
    let again = cells.made(column, json(&facts))?;
    if again.as_deref() == Some(text) {
        Ok(facts)
    } else {
        Err(cells.corrupt(column))
    }
}
