//! Outgoing messages and the record.

use innkeeper_domain::{
    access::Subject,
    effects::{AuditRecord, MailCounts, Message},
    ids::{PropertyId, TenantId, UserId},
    people::UserState,
    ports::{AuditLog, MailQuery, Outbox, StoreError},
};

use super::State;

impl State {
    fn mails(&self, query: &MailQuery, fits: impl Fn(&Message) -> bool) -> u32 {
        let recent =
            |mail: &&(Message, bool)| mail.0.tenant == query.tenant && mail.0.created_at >= query.since;
        let counted = self.messages.iter().filter(recent).filter(|(mail, _)| fits(mail));
        u32::try_from(counted.count()).unwrap()
    }
}

impl Outbox for State {
    fn add(&mut self, messages: &[Message]) -> Result<(), StoreError> {
        self.write("outbox.add")?;
        self.messages
            .extend(messages.iter().cloned().map(|message| (message, false)));
        Ok(())
    }

    fn count(&mut self, query: &MailQuery) -> Result<MailCounts, StoreError> {
        self.call("outbox.count")?;
        let by_actor = |mail: &Message| match (mail.actor, query.actor) {
            (Subject::User { user, .. }, Some(actor)) => user == actor,
            _ => false,
        };
        let pending = self.property_users.iter().filter(|place| {
            place.property == query.property
                && self
                    .user(place.user)
                    .is_some_and(|user| user.state == UserState::Invited)
        });
        Ok(MailCounts {
            by_actor: self.mails(query, by_actor),
            pending_on_property: u32::try_from(pending.count()).unwrap(),
            to_recipient_on_property: self.mails(query, |mail| {
                mail.recipient == query.recipient && mail.property == query.property
            }),
            to_recipient: self.mails(query, |mail| mail.recipient == query.recipient),
        })
    }

    fn cancel(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        recipients: &[UserId],
    ) -> Result<(), StoreError> {
        self.write("outbox.cancel")?;
        for (mail, cancelled) in &mut self.messages {
            if (mail.tenant, mail.property) == (tenant, property) && recipients.contains(&mail.recipient) {
                *cancelled = true;
                mail.secret = None;
            }
        }
        Ok(())
    }

    fn cancel_of_user(&mut self, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
        self.write("outbox.cancel_of_user")?;
        for (mail, cancelled) in &mut self.messages {
            if (mail.tenant, mail.recipient) == (tenant, user) {
                *cancelled = true;
                mail.secret = None;
            }
        }
        Ok(())
    }
}

impl AuditLog for State {
    fn add(&mut self, records: &[AuditRecord]) -> Result<(), StoreError> {
        self.call("audit.add")?;
        let taken = |new: &AuditRecord| self.audit.iter().any(|row| row.id == new.id);
        self.unless_taken(records.iter().any(taken))?;
        self.audit.extend(records.iter().cloned());
        Ok(())
    }
}
