//! Outgoing messages and the record.

use innkeeper_domain::{
    access::Subject,
    effects::{AuditRecord, MailCounts, Message, MessageState, Settlement},
    ids::{ClaimId, PropertyId, TenantId, UserId},
    people::UserState,
    ports::{AuditLog, MailQuery, MessageKey, Outbox, StoreError},
    time::Timestamp,
};

use super::{Posted, State};

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
            (Some(Subject::User { user, .. }), Some(actor)) => user == actor,
            _ => false,
        };
        let pending = self.property_users.iter().filter(|place| {
            Some(place.property) == query.property
                && self
                    .user(place.user)
                    .is_some_and(|user| user.state == UserState::Invited)
        });
        Ok(MailCounts {
            by_actor: self.mails(query, by_actor),
            pending_on_property: u32::try_from(pending.count()).unwrap(),
            to_recipient_on_property: self.mails(query, |mail| {
                mail.recipient == query.recipient
                    && mail.property.is_some()
                    && mail.property == query.property
            }),
            to_recipient: self.mails(query, |mail| mail.recipient == query.recipient),
        })
    }

    fn cancel(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        recipients: &[UserId],
        _at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("outbox.cancel")?;
        for (mail, cancelled) in &mut self.messages {
            if (mail.tenant, mail.property) == (tenant, Some(property))
                && recipients.contains(&mail.recipient)
            {
                *cancelled = true;
                mail.secret = None;
            }
        }
        Ok(())
    }

    fn cancel_of_user(&mut self, tenant: TenantId, user: UserId, _at: Timestamp) -> Result<(), StoreError> {
        self.write("outbox.cancel_of_user")?;
        for (mail, cancelled) in &mut self.messages {
            if (mail.tenant, mail.recipient) == (tenant, user) {
                *cancelled = true;
                mail.secret = None;
            }
        }
        Ok(())
    }

    fn take(
        &mut self,
        key: MessageKey,
        claim: ClaimId,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        self.write("outbox.take")?;
        if !self.is_waiting(key) {
            return Ok(None);
        }
        let place = self
            .posted
            .iter()
            .position(|posted| posted.message == key.message);
        let place = place.unwrap_or_else(|| {
            self.posted.push(Posted {
                message: key.message,
                attempts: 0,
                claim: None,
                due_at: now,
                settlement: None,
            });
            self.posted.len() - 1
        });
        let posted = &mut self.posted[place];
        let is_over = posted
            .settlement
            .is_some_and(|settlement| settlement.state() != MessageState::Pending);
        if is_over || now < posted.due_at {
            return Ok(None);
        }
        posted.attempts += 1;
        (posted.claim, posted.due_at) = (Some(claim), lease_until);
        Ok(Some(posted.attempts))
    }

    fn settle(
        &mut self,
        key: MessageKey,
        claim: ClaimId,
        settlement: Settlement,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write("outbox.settle")?;
        let is_waiting = self.is_waiting(key);
        let mut all = self.posted.iter_mut();
        let Some(posted) =
            all.find(|posted| is_waiting && posted.message == key.message && posted.claim == Some(claim))
        else {
            return Ok(false);
        };
        posted.claim = None;
        posted.settlement = Some(settlement);
        posted.due_at = match settlement {
            Settlement::Again { at, .. } => at,
            Settlement::Sent | Settlement::Logged | Settlement::Cancelled | Settlement::Failed(_) => at,
        };
        if settlement.state() != MessageState::Pending {
            let mut mails = self.messages.iter_mut();
            if let Some((mail, _)) = mails.find(|(mail, _)| mail.id == key.message) {
                mail.secret = None;
            }
        }
        Ok(true)
    }
}

impl State {
    fn is_waiting(&self, key: MessageKey) -> bool {
        let mut all = self.messages.iter();
        all.any(|(mail, cancelled)| (mail.tenant, mail.id) == (key.tenant, key.message) && !cancelled)
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
