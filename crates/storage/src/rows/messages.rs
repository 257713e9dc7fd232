//! Rows of `outgoing_messages`. They carry secrets, so making one needs the master key.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{
    access::Subject,
    effects::{Message, MessageKind},
    ids::{Id, MessageId, PropertyId, TenantId, UserId, kinds},
    ports::{MailFault, MessageKey, MessageStatus, StoreError},
    tokens::{Secret, SecretKind},
};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::outgoing_messages,
    seal::{MasterKey, Place, SealError},
};

/// Any of the things that act.
#[derive(Debug)]
pub(crate) enum Acting {}

/// How a subject stands in the columns of its kind and id.
pub(crate) fn actor_columns(subject: Subject) -> (&'static str, Option<Key<Acting>>) {
    match subject {
        Subject::Operator => ("operator", None),
        Subject::Application(id) => ("application", Some(Key(Id::from_uuid(id.uuid())))),
        Subject::User { user, .. } => ("user", Some(Key(Id::from_uuid(user.uuid())))),
    }
}

const TABLE: &str = "outgoing_messages";

/// The place that a message's secret is sealed for.
fn place(tenant: TenantId, message: MessageId) -> Place {
    Place {
        table: TABLE,
        tenant,
        row: message.uuid(),
        version: None,
    }
}

#[derive(Debug, Insertable)]
#[diesel(table_name = outgoing_messages, treat_none_as_default_value = false)]
pub(crate) struct MessageRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::Message>,
    kind: &'static str,
    recipient_id: Key<kinds::User>,
    property_id: Option<Key<kinds::Property>>,
    actor_kind: &'static str,
    actor_id: Option<Key<Acting>>,
    created_at: At,
    state: &'static str,
    attempts: i64,
    next_attempt_at: Option<At>,
    sealed: Option<Vec<u8>>,
}

impl MessageRow {
    /// The row of a message that waits to be sent.
    pub(crate) fn pending(message: &Message, key: &MasterKey) -> Result<Self, SealError> {
        let secret = message.secret.as_ref();
        let sealed = secret
            .map(|secret| key.seal(place(message.tenant, message.id), secret.reveal().as_bytes()))
            .transpose()?;
        let (actor_kind, actor_id) = message.actor.map_or(("nobody", None), actor_columns);
        Ok(Self {
            tenant_id: Key(message.tenant),
            id: Key(message.id),
            kind: message.kind.as_str(),
            recipient_id: Key(message.recipient),
            property_id: message.property.map(Key),
            actor_kind,
            actor_id,
            created_at: At(message.created_at),
            state: "pending",
            attempts: 0,
            next_attempt_at: Some(At(message.created_at)),
            sealed,
        })
    }
}

/// What is read of a message to write its mail.
#[derive(Queryable, Selectable)]
#[diesel(table_name = outgoing_messages)]
pub(crate) struct PostRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::Message>,
    kind: String,
    recipient_id: Key<kinds::User>,
    property_id: Option<Key<kinds::Property>>,
    actor_kind: String,
    actor_id: Option<Key<Acting>>,
    sealed: Option<Vec<u8>>,
}

/// The same, read.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) key: MessageKey,
    pub(crate) kind: MessageKind,
    pub(crate) recipient: UserId,
    pub(crate) property: Option<PropertyId>,
    /// Who caused it, if that was a user.
    pub(crate) inviter: Option<UserId>,
    pub(crate) secret: Option<Secret>,
}

impl PostRow {
    /// Reads it, and opens its secret.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`].
    pub(crate) fn open(self, key: &MasterKey) -> Result<Post, StoreError> {
        let cells = Cells::of(TABLE, self.id.0);
        let (tenant, message) = (self.tenant_id.0, self.id.0);
        let secret = self.sealed.map(|sealed| {
            let opened = cells.made("sealed", key.open(place(tenant, message), &sealed))?;
            let text = cells.made("sealed", std::str::from_utf8(&opened))?;
            let secret = cells.made("sealed", Secret::parse(text))?;
            let fits = secret.kind() == SecretKind::Onboarding && secret.tenant() == tenant;
            cells.present("sealed", fits.then_some(secret))
        });
        Ok(Post {
            key: MessageKey { tenant, message },
            kind: cells.parse("kind", &self.kind)?,
            recipient: self.recipient_id.0,
            property: self.property_id.map(|id| id.0),
            inviter: match (self.actor_kind.as_str(), self.actor_id) {
                ("user", Some(id)) => Some(Id::from_uuid(id.0.uuid())),
                _ => None,
            },
            secret: secret.transpose()?,
        })
    }
}

/// How a message stands.
#[derive(Queryable, Selectable)]
#[diesel(table_name = outgoing_messages)]
pub(crate) struct MessageStatusRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::Message>,
    kind: String,
    recipient_id: Key<kinds::User>,
    property_id: Option<Key<kinds::Property>>,
    state: String,
    attempts: i64,
    fault: Option<String>,
    created_at: At,
    next_attempt_at: Option<At>,
    settled_at: Option<At>,
}

impl Decode for MessageStatusRow {
    const TABLE: &'static str = TABLE;
    type Entity = MessageStatus;

    fn decode(self) -> Result<MessageStatus, StoreError> {
        let cells = Cells::of(TABLE, self.id.0);
        let fault = self.fault.as_deref().map(|code| {
            let fault = MailFault::from_code(code);
            cells.present("fault", fault)
        });
        Ok(MessageStatus {
            key: MessageKey {
                tenant: self.tenant_id.0,
                message: self.id.0,
            },
            kind: cells.parse("kind", &self.kind)?,
            recipient: self.recipient_id.0,
            property: self.property_id.map(|id| id.0),
            state: cells.parse("state", &self.state)?,
            attempts: cells.count("attempts", self.attempts)?,
            fault: fault.transpose()?,
            created_at: self.created_at.0,
            next_attempt_at: self.next_attempt_at.map(|at| at.0),
            settled_at: self.settled_at.map(|at| at.0),
        })
    }
}
