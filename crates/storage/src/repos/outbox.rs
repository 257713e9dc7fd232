//! Outgoing messages.

use diesel::{ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, RunQueryDsl};
use innkeeper_domain::{
    effects::{MailCounts, Message, MessageState, Settlement},
    ids::{ClaimId, Id, PropertyId, TenantId, UserId, kinds},
    people::UserState,
    ports::{MailFault, MailQuery, MessageKey, Outbox, StoreError},
    time::Timestamp,
};

use super::{ROWS_PER_INSERT, number};
use crate::{
    columns::{At, Key, keys},
    inserts::insert_rows,
    locking::ForUpdateIfFree,
    rows::{Acting, MessageRow},
    schema::{outgoing_messages, property_users, users, whose_place},
    session::SqlSession,
};

type Counts = (Option<i64>, Option<i64>, Option<i64>, Option<i64>);

const INVITED: &str = UserState::Invited.as_str();
const PENDING: &str = MessageState::Pending.as_str();

impl Outbox for SqlSession<'_> {
    fn add(&mut self, messages: &[Message]) -> Result<(), StoreError> {
        for some in messages.chunks(ROWS_PER_INSERT) {
            let key = self.master_key;
            let rows = some.iter().map(|message| MessageRow::pending(message, key));
            insert_rows!(&mut *self, outgoing_messages::table, rows)?;
        }
        Ok(())
    }

    fn count(&mut self, query: &MailQuery) -> Result<MailCounts, StoreError> {
        let recent = || {
            outgoing_messages::table
                .filter(outgoing_messages::tenant_id.eq(Key(query.tenant)))
                .filter(outgoing_messages::created_at.ge(At(query.since)))
        };
        let to_recipient = || recent().filter(outgoing_messages::recipient_id.eq(Key(query.recipient)));
        // An actor that is no user has no id among those of users, so nothing is counted.
        let actor: Option<Key<Acting>> = query.actor.map(|user| Key(Id::from_uuid(user.uuid())));
        let by_actor = recent()
            .filter(outgoing_messages::actor_kind.eq("user"))
            .filter(outgoing_messages::actor_id.eq(actor))
            .count();
        let pending = property_users::table
            .inner_join(users::table.on(whose_place()))
            .filter(property_users::tenant_id.eq(Key(query.tenant)))
            .filter(property_users::property_id.nullable().eq(query.property.map(Key)))
            .filter(property_users::withdrawn_at.is_null())
            .filter(users::state.eq(INVITED))
            .count();
        let on_property = to_recipient()
            .filter(outgoing_messages::property_id.eq(query.property.map(Key)))
            .count();
        let counts = self.values::<_, Counts>(diesel::select((
            by_actor.single_value(),
            pending.single_value(),
            on_property.single_value(),
            to_recipient().count().single_value(),
        )))?;
        let (by_actor, pending, on_property, to_recipient) = counts.into_iter().next().unwrap_or_default();
        Ok(MailCounts {
            by_actor: by_actor.map_or(0, number),
            pending_on_property: pending.map_or(0, number),
            to_recipient_on_property: on_property.map_or(0, number),
            to_recipient: to_recipient.map_or(0, number),
        })
    }

    fn cancel(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        recipients: &[UserId],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if recipients.is_empty() {
            return Ok(());
        }
        let pending = outgoing_messages::table
            .filter(outgoing_messages::tenant_id.eq(Key(tenant)))
            .filter(outgoing_messages::property_id.eq(Some(Key(property))))
            .filter(outgoing_messages::recipient_id.eq_any(keys(recipients)))
            .filter(outgoing_messages::state.eq(PENDING));
        self.execute(diesel::update(pending).set(Over::cancelled(at)))
    }

    fn cancel_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        let pending = outgoing_messages::table
            .filter(outgoing_messages::tenant_id.eq(Key(tenant)))
            .filter(outgoing_messages::recipient_id.eq(Key(user)))
            .filter(outgoing_messages::state.eq(PENDING));
        self.execute(diesel::update(pending).set(Over::cancelled(at)))
    }

    fn take(
        &mut self,
        key: MessageKey,
        claim: ClaimId,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<u32>, StoreError> {
        let one = || outgoing_messages::table.find((Key(key.tenant), Key(key.message)));
        let due = one()
            .filter(outgoing_messages::state.eq(PENDING))
            .filter(outgoing_messages::next_attempt_at.le(Some(At(now))));
        let attempts: Vec<i64> = self.values(ForUpdateIfFree(due.select(outgoing_messages::attempts)))?;
        let Some(before) = attempts.first() else {
            return Ok(None);
        };
        let attempt = before.saturating_add(1);
        let taken = (
            outgoing_messages::attempts.eq(attempt),
            outgoing_messages::claim_id.eq(Some(Key(claim))),
            outgoing_messages::lease_until.eq(Some(At(lease_until))),
            // When nobody settles it, it is due again.
            outgoing_messages::next_attempt_at.eq(Some(At(lease_until))),
        );
        self.execute_on_one("outgoing_messages", diesel::update(one()).set(taken))?;
        Ok(Some(u32::try_from(attempt).unwrap_or(u32::MAX)))
    }

    fn settle(
        &mut self,
        key: MessageKey,
        claim: ClaimId,
        settlement: Settlement,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let mine = outgoing_messages::table
            .find((Key(key.tenant), Key(key.message)))
            .filter(outgoing_messages::claim_id.eq(Some(Key(claim))));
        let fault = settlement.fault().map(MailFault::as_str);
        let fault = outgoing_messages::fault.eq(fault);
        let changed = self.call(|link| match settlement {
            Settlement::Again { at, .. } => {
                let pending = (
                    outgoing_messages::next_attempt_at.eq(Some(At(at))),
                    outgoing_messages::claim_id.eq(None::<Key<kinds::Claim>>),
                    outgoing_messages::lease_until.eq(None::<At>),
                );
                Ok(link.execute(diesel::update(mine).set((pending, fault)))?)
            }
            Settlement::Sent | Settlement::Logged | Settlement::Cancelled | Settlement::Failed(_) => {
                let over = Over::become_so(settlement.state(), at);
                Ok(link.execute(diesel::update(mine).set((over, fault)))?)
            }
        })?;
        Ok(changed == 1)
    }
}

/// What a message loses when it is settled.
#[derive(diesel::AsChangeset)]
#[diesel(table_name = outgoing_messages, treat_none_as_null = true)]
struct Over {
    state: &'static str,
    next_attempt_at: Option<At>,
    sealed: Option<Vec<u8>>,
    claim_id: Option<Key<kinds::Claim>>,
    lease_until: Option<At>,
    settled_at: Option<At>,
}

impl Over {
    fn cancelled(at: Timestamp) -> Self {
        Self::become_so(MessageState::Cancelled, at)
    }

    fn become_so(state: MessageState, at: Timestamp) -> Self {
        Self {
            state: state.as_str(),
            next_attempt_at: None,
            sealed: None,
            claim_id: None,
            lease_until: None,
            settled_at: Some(At(at)),
        }
    }
}
