//! Rows of `outgoing_messages`. They carry secrets, so making one needs the master key.

use diesel::Insertable;
use innkeeper_domain::{
    access::Subject,
    effects::Message,
    ids::{Id, kinds},
};

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

#[derive(Debug, Insertable)]
#[diesel(table_name = outgoing_messages, treat_none_as_default_value = false)]
pub(crate) struct MessageRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::Message>,
    kind: &'static str,
    recipient_id: Key<kinds::User>,
    property_id: Key<kinds::Property>,
    actor_kind: &'static str,
    actor_id: Option<Key<Acting>>,
    created_at: At,
    state: &'static str,
    attempts: i64,
    next_attempt_at: Option<At>,
    sealed: Option<Vec<u8>>,
}

impl MessageRow {
    /// The place that a message's secret is sealed for.
    fn place(message: &Message) -> Place {
        Place {
            table: "outgoing_messages",
            tenant: message.tenant,
            row: message.id.uuid(),
            version: None,
        }
    }

    /// The row of a message that waits to be sent.
    pub(crate) fn pending(message: &Message, key: &MasterKey) -> Result<Self, SealError> {
        let secret = message.secret.as_ref();
        let sealed = secret
            .map(|secret| key.seal(Self::place(message), secret.reveal().as_bytes()))
            .transpose()?;
        let (actor_kind, actor_id) = actor_columns(message.actor);
        Ok(Self {
            tenant_id: Key(message.tenant),
            id: Key(message.id),
            kind: message.kind.as_str(),
            recipient_id: Key(message.recipient),
            property_id: Key(message.property),
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
