//! Outgoing messages.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};
use innkeeper_domain::{
    effects::{MailCounts, Message},
    ids::{Id, PropertyId, TenantId, UserId},
    people::UserState,
    ports::{MailQuery, Outbox, StoreError},
};

use super::ROWS_PER_INSERT;
use crate::{
    columns::{At, Key, keys},
    rows::{Acting, MessageRow},
    schema::{outgoing_messages, property_users, users},
    session::SqlSession,
};

type Counts = (Option<i64>, Option<i64>, Option<i64>, Option<i64>);

const INVITED: &str = UserState::Invited.as_str();

impl Outbox for SqlSession<'_> {
    fn add(&mut self, messages: &[Message]) -> Result<(), StoreError> {
        for some in messages.chunks(ROWS_PER_INSERT) {
            let key = self.master_key;
            self.call(|link| {
                let rows: Result<Vec<_>, _> = some
                    .iter()
                    .map(|message| MessageRow::pending(message, key))
                    .collect();
                let rows = rows.map_err(StoreError::failed)?;
                let inserted = link.execute_either(
                    |sqlite| {
                        diesel::insert_into(outgoing_messages::table)
                            .values(&rows)
                            .execute(sqlite)
                    },
                    |postgres| {
                        diesel::insert_into(outgoing_messages::table)
                            .values(&rows)
                            .execute(postgres)
                    },
                );
                Ok(inserted.map(drop)?)
            })?;
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
            .inner_join(
                users::table.on(users::tenant_id
                    .eq(property_users::tenant_id)
                    .and(users::id.eq(property_users::user_id))),
            )
            .filter(property_users::tenant_id.eq(Key(query.tenant)))
            .filter(property_users::property_id.eq(Key(query.property)))
            .filter(property_users::withdrawn_at.is_null())
            .filter(users::state.eq(INVITED))
            .count();
        let on_property = to_recipient()
            .filter(outgoing_messages::property_id.eq(Key(query.property)))
            .count();
        let counts = self.values::<_, Counts>(diesel::select((
            by_actor.single_value(),
            pending.single_value(),
            on_property.single_value(),
            to_recipient().count().single_value(),
        )))?;
        let number = |count: Option<i64>| count.map_or(0, |count| u32::try_from(count).unwrap_or(u32::MAX));
        let (by_actor, pending, on_property, to_recipient) = counts.into_iter().next().unwrap_or_default();
        Ok(MailCounts {
            by_actor: number(by_actor),
            pending_on_property: number(pending),
            to_recipient_on_property: number(on_property),
            to_recipient: number(to_recipient),
        })
    }

    fn cancel(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        recipients: &[UserId],
    ) -> Result<(), StoreError> {
        if recipients.is_empty() {
            return Ok(());
        }
        let pending = outgoing_messages::table
            .filter(outgoing_messages::tenant_id.eq(Key(tenant)))
            .filter(outgoing_messages::property_id.eq(Key(property)))
            .filter(outgoing_messages::recipient_id.eq_any(keys(recipients)))
            .filter(outgoing_messages::state.eq("pending"));
        self.execute(diesel::update(pending).set(cancelled()))
    }

    fn cancel_of_user(&mut self, tenant: TenantId, user: UserId) -> Result<(), StoreError> {
        let pending = outgoing_messages::table
            .filter(outgoing_messages::tenant_id.eq(Key(tenant)))
            .filter(outgoing_messages::recipient_id.eq(Key(user)))
            .filter(outgoing_messages::state.eq("pending"));
        self.execute(diesel::update(pending).set(cancelled()))
    }
}

#[derive(diesel::AsChangeset)]
#[diesel(table_name = outgoing_messages, treat_none_as_null = true)]
struct Cancelled {
    state: &'static str,
    next_attempt_at: Option<At>,
    sealed: Option<Vec<u8>>,
}

fn cancelled() -> Cancelled {
    Cancelled {
        state: "cancelled",
        next_attempt_at: None,
        sealed: None,
    }
}
