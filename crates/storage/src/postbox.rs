//! Outgoing messages, as senders and the operator look at them.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl, dsl::sql,
    sql_types::Bool,
};
use innkeeper_domain::{
    access::Role,
    effects::{Contents, MailProperty, MessageState, OpenLink},
    ids::{OnboardingTokenId, TenantId, UserId, kinds},
    people::{User, UserState},
    ports::{MessageKey, MessageStatus, Postbox, StoreError},
    time::Timestamp,
    tokens::LinkPurpose,
    values::Title,
};

use crate::{
    columns::{At, Key, keys},
    connection::Link,
    error::Failure,
    rows::{Cells, MessageStatusRow, Post, PostRow, UserRow, decode, selected},
    schema::{onboarding_tokens, outgoing_messages, properties, property_users, users},
    store::SqlStore,
};

const DELETED: &str = UserState::Deleted.as_str();

/// As it stands in the condition of an index, which a value bound later would not be recognised in.
const IS_PENDING: &str = "state = 'pending'";

impl Postbox for SqlStore {
    fn due_messages(&self, now: Timestamp, limit: u32) -> Result<Vec<MessageKey>, StoreError> {
        let found: Vec<(Key<kinds::Tenant>, Key<kinds::Message>)> = self.read(|link| {
            let due = outgoing_messages::table
                .filter(sql::<Bool>(IS_PENDING))
                .filter(outgoing_messages::next_attempt_at.le(Some(At(now))))
                .order((outgoing_messages::next_attempt_at, outgoing_messages::id))
                .limit(i64::from(limit))
                .select((outgoing_messages::tenant_id, outgoing_messages::id));
            Ok(link.rows(due)?)
        })?;
        Ok(found
            .into_iter()
            .map(|(tenant, message)| MessageKey {
                tenant: tenant.0,
                message: message.0,
            })
            .collect())
    }

    fn contents(&self, key: MessageKey) -> Result<Option<Contents>, StoreError> {
        self.read(|link| {
            let one = outgoing_messages::table.find((Key(key.tenant), Key(key.message)));
            let mut found: Vec<PostRow> = link.rows(one.select(selected::<PostRow>()))?;
            let Some(row) = found.pop() else {
                return Ok(None);
            };
            let post = row.open(self.master_key())?;
            contents(link, post).map(Some)
        })
    }

    fn take_over(&self, now: Timestamp) -> Result<u32, StoreError> {
        let taken = self.write("mail.take_over", |link| {
            // Those whose lease has passed are due in any case.
            let held = outgoing_messages::table
                .filter(sql::<Bool>(IS_PENDING))
                .filter(outgoing_messages::next_attempt_at.gt(Some(At(now))))
                .filter(outgoing_messages::claim_id.is_not_null());
            let free = (
                outgoing_messages::next_attempt_at.eq(Some(At(now))),
                outgoing_messages::claim_id.eq(None::<Key<kinds::Claim>>),
                outgoing_messages::lease_until.eq(None::<At>),
            );
            Ok(link.execute(diesel::update(held).set(free))?)
        })?;
        Ok(u32::try_from(taken).unwrap_or(u32::MAX))
    }

    fn messages(
        &self,
        tenant: TenantId,
        state: MessageState,
        limit: u32,
    ) -> Result<Vec<MessageStatus>, StoreError> {
        let of_tenant = || {
            outgoing_messages::table
                .filter(outgoing_messages::tenant_id.eq(Key(tenant)))
                .limit(i64::from(limit))
                .select(selected::<MessageStatusRow>())
        };
        self.read(|link| match state {
            MessageState::Pending => {
                let pending = of_tenant()
                    .filter(sql::<Bool>(IS_PENDING))
                    // Any; but the index that holds nothing else is found by it.
                    .filter(outgoing_messages::next_attempt_at.ge(Some(At(Timestamp::from_micros(i64::MIN)))))
                    .order((outgoing_messages::next_attempt_at, outgoing_messages::id));
                decode(link.rows::<_, MessageStatusRow>(pending))
            }
            MessageState::Sent | MessageState::Logged | MessageState::Failed | MessageState::Cancelled => {
                let settled = of_tenant()
                    .filter(outgoing_messages::settled_at.is_not_null())
                    .filter(outgoing_messages::state.eq(state.as_str()))
                    .order((outgoing_messages::settled_at.desc(), outgoing_messages::id.desc()));
                decode(link.rows::<_, MessageStatusRow>(settled))
            }
        })
    }
}

/// Reads what is around a message, as it stands now.
fn contents(link: &mut Link, post: Post) -> Result<Contents, Failure> {
    let tenant = post.key.tenant;
    let people: Vec<UserId> = [Some(post.recipient), post.inviter]
        .into_iter()
        .flatten()
        .collect();
    let people: Vec<User> = decode(
        link.rows::<_, UserRow>(
            users::table
                .filter(users::tenant_id.eq(Key(tenant)))
                .filter(users::id.eq_any(keys(&people)))
                .filter(users::state.ne(DELETED))
                .select(selected::<UserRow>()),
        ),
    )?;
    let person = |id: UserId| people.iter().find(|user| user.id == id).cloned();
    let property = match post.property {
        Some(_) => Some(property(link, &post)?),
        None => None,
    };
    let open = match &post.secret {
        Some(secret) => open_link(link, &post, secret.record())?,
        None => None,
    };
    let (property, role) = property.unzip();
    Ok(Contents {
        tenant,
        message: post.key.message,
        kind: post.kind,
        recipient: person(post.recipient),
        inviter: post.inviter.and_then(person),
        property,
        role: role.flatten(),
        link: open,
        secret: post.secret,
    })
}

/// The property that a message is about, whatever became of it, and the recipient's role there.
fn property(link: &mut Link, post: &Post) -> Result<(MailProperty, Option<Role>), Failure> {
    let cells = Cells::of("outgoing_messages", post.key.message);
    let id = cells.present("property_id", post.property)?;
    let place = property_users::tenant_id
        .eq(properties::tenant_id)
        .and(property_users::property_id.eq(properties::id))
        .and(property_users::user_id.eq(Key(post.recipient)))
        .and(property_users::withdrawn_at.is_null());
    let found: Vec<(String, Option<At>, Option<String>)> = link.rows(
        properties::table
            .left_join(property_users::table.on(place))
            .filter(properties::tenant_id.eq(Key(post.key.tenant)))
            .filter(properties::id.eq(Key(id)))
            .select((
                properties::title,
                properties::deleted_at,
                property_users::role.nullable(),
            )),
    )?;
    let (title, deleted_at, role) = cells.present("property_id", found.into_iter().next())?;
    let its = Cells::of("properties", id);
    let property = MailProperty {
        title: its.made("title", Title::parse(&title))?,
        is_deleted: deleted_at.is_some(),
    };
    let role = its.maybe("role", role.as_deref())?;
    Ok((property, role))
}

type LinkColumns = (Key<kinds::User>, Option<String>, At, String);

/// What the link of a message stands for, unless it was used or cancelled.
fn open_link(link: &mut Link, post: &Post, id: OnboardingTokenId) -> Result<Option<OpenLink>, Failure> {
    let found: Vec<LinkColumns> = link.rows(
        onboarding_tokens::table
            .find((Key(post.key.tenant), Key(id)))
            .filter(onboarding_tokens::state.eq("open"))
            .select((
                onboarding_tokens::user_id,
                onboarding_tokens::email_key,
                onboarding_tokens::expires_at,
                onboarding_tokens::purpose,
            )),
    )?;
    let Some((user, email, expires_at, purpose)) = found.into_iter().next() else {
        return Ok(None);
    };
    let cells = Cells::of("onboarding_tokens", id);
    let email = cells.email("email_key", &cells.present("email_key", email)?)?;
    let purpose = LinkPurpose::ALL
        .into_iter()
        .find(|known| known.as_str() == purpose);
    Ok(Some(OpenLink {
        purpose: cells.present("purpose", purpose)?,
        user: user.0,
        email: email.key().clone(),
        expires_at: expires_at.0,
    }))
}
