//! Links, passwords and mails, for those who come in and those who wait for them.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl};
use innkeeper_domain::{
    effects::MessageKind,
    ids::{LinkRequestId, OnboardingTokenId, PropertyId, TenantId, UserId, kinds},
    onboarding::{InvitedTo, LastMail, LinkFacts, SignInFacts, StoredLink},
    people::{CredentialKind, User, UserState},
    ports::{MessageStatus, StoreError},
    tokens::LinkPurpose,
    values::{EmailKey, Title},
};

use crate::{
    columns::{At, Key},
    connection::Link,
    error::Failure,
    rows::{Cells, Decode, MessageStatusRow, PasswordLoginRow, StoredLinkRow, UserRow, decode, selected},
    schema::{
        credentials, link_requests, onboarding_tokens, outgoing_messages, passwords, properties,
        property_users, users,
    },
};

diesel::alias! {
    const INVITERS: Alias<Inviters> = users as inviters;
}

/// The most places that the page of a link tells of.
const MOST_PLACES: i64 = 20;

const ACTIVE: &str = UserState::Active.as_str();
const DELETED: &str = UserState::Deleted.as_str();

/// The columns of a place that waits, which are there or not.
struct PlaceRow {
    property: Option<Key<kinds::Property>>,
    title: Option<String>,
    inviter: Option<Key<kinds::User>>,
    inviter_email: Option<String>,
}

impl Decode for PlaceRow {
    const TABLE: &'static str = "properties";
    type Entity = Option<InvitedTo>;

    fn decode(self) -> Result<Option<InvitedTo>, StoreError> {
        let (Some(id), Some(title)) = (self.property, self.title) else {
            return Ok(None);
        };
        let property = Cells::of(Self::TABLE, id.0).made("title", Title::parse(&title))?;
        let inviter = match (self.inviter, self.inviter_email) {
            (Some(id), Some(email)) => Some(Cells::of("users", id.0).email("email", &email)?),
            _ => None,
        };
        Ok(Some(InvitedTo { property, inviter }))
    }
}

type LinkColumns = (
    StoredLinkRow,
    UserRow,
    Option<Key<kinds::Property>>,
    Option<String>,
    Option<Key<kinds::User>>,
    Option<String>,
);

pub(super) fn link(
    link: &mut Link,
    tenant: TenantId,
    id: OnboardingTokenId,
) -> Result<Option<LinkFacts>, Failure> {
    let inviters = INVITERS;
    let person = users::tenant_id
        .eq(onboarding_tokens::tenant_id)
        .and(users::id.eq(onboarding_tokens::user_id));
    let place = property_users::tenant_id
        .eq(onboarding_tokens::tenant_id)
        .and(property_users::user_id.eq(onboarding_tokens::user_id))
        .and(property_users::withdrawn_at.is_null())
        .and(property_users::sees_property);
    let house = properties::tenant_id
        .eq(property_users::tenant_id)
        .and(properties::id.eq(property_users::property_id))
        .and(properties::deleted_at.is_null());
    let inviter = inviters
        .field(users::tenant_id)
        .eq(property_users::tenant_id)
        .and(
            inviters
                .field(users::id)
                .nullable()
                .eq(property_users::invited_by),
        )
        .and(inviters.field(users::state).eq(ACTIVE));
    let query = onboarding_tokens::table
        .inner_join(users::table.on(person))
        .left_join(property_users::table.on(place))
        .left_join(properties::table.on(house))
        .left_join(inviters.on(inviter))
        .filter(onboarding_tokens::tenant_id.eq(Key(tenant)))
        .filter(onboarding_tokens::id.eq(Key(id)))
        .filter(users::state.ne(DELETED))
        .order((
            property_users::invited_at.nullable().desc(),
            property_users::id.nullable().desc(),
        ))
        .limit(MOST_PLACES)
        .select((
            selected::<StoredLinkRow>(),
            selected::<UserRow>(),
            properties::id.nullable(),
            properties::title.nullable(),
            inviters.field(users::id).nullable(),
            inviters.field(users::email).nullable(),
        ));
    let rows = link.rows::<_, LinkColumns>(query).map(|rows| {
        let grouped = |(stored, user, property, title, inviter, inviter_email): LinkColumns| {
            let place = PlaceRow {
                property,
                title,
                inviter,
                inviter_email,
            };
            ((stored, user), place)
        };
        rows.into_iter().map(grouped).collect()
    });
    let found: Vec<((StoredLink, User), Option<InvitedTo>)> = decode(rows)?;
    let mut facts: Option<LinkFacts> = None;
    for ((stored, user), place) in found {
        let facts = facts.get_or_insert(LinkFacts {
            link: stored,
            user,
            places: Vec::new(),
        });
        facts.places.extend(place);
    }
    Ok(facts)
}

type SignInColumns = (
    UserRow,
    Option<Key<kinds::Credential>>,
    Option<String>,
    Option<String>,
);

pub(super) fn sign_in_facts(
    link: &mut Link,
    tenant: TenantId,
    email: &EmailKey,
) -> Result<Option<SignInFacts>, Failure> {
    let credential = credentials::tenant_id
        .eq(users::tenant_id)
        .and(credentials::user_id.eq(users::id))
        .and(credentials::kind.eq(CredentialKind::Password.as_str()))
        .and(credentials::removed_at.is_null());
    let password = passwords::tenant_id
        .eq(credentials::tenant_id)
        .and(passwords::credential_id.eq(credentials::id));
    let query = users::table
        .left_join(credentials::table.on(credential))
        .left_join(passwords::table.on(password))
        .filter(users::tenant_id.eq(Key(tenant)))
        .filter(users::email_key.eq(email.as_str().to_owned()))
        .order((credentials::created_at.nullable(), credentials::id.nullable()))
        .limit(1)
        .select((
            selected::<UserRow>(),
            credentials::id.nullable(),
            credentials::permission.nullable(),
            passwords::hash.nullable(),
        ));
    let rows = link.rows::<_, SignInColumns>(query).map(|rows| {
        let grouped = |(user, id, permission, hash): SignInColumns| {
            (user, PasswordLoginRow::joined(id, permission, hash))
        };
        rows.into_iter().map(grouped).collect()
    });
    Ok(decode(rows)?
        .pop()
        .map(|(user, login)| SignInFacts { user, login }))
}

/// The mail and its link are of the same instant; no other link of the person is meant.
pub(super) fn last_mail(
    link: &mut Link,
    tenant: TenantId,
    property: PropertyId,
    recipient: UserId,
) -> Result<Option<LastMail>, Failure> {
    let kinds = [
        MessageKind::Invitation,
        MessageKind::InvitationResent,
        MessageKind::AccessAdded,
    ];
    let open = onboarding_tokens::tenant_id
        .eq(outgoing_messages::tenant_id)
        .and(onboarding_tokens::user_id.eq(outgoing_messages::recipient_id))
        .and(onboarding_tokens::created_at.eq(outgoing_messages::created_at))
        .and(onboarding_tokens::settled_at.is_null())
        .and(onboarding_tokens::purpose.eq(LinkPurpose::Onboarding.as_str()));
    let query = outgoing_messages::table
        .left_join(onboarding_tokens::table.on(open))
        .filter(outgoing_messages::tenant_id.eq(Key(tenant)))
        .filter(outgoing_messages::recipient_id.eq(Key(recipient)))
        .filter(outgoing_messages::property_id.eq(Some(Key(property))))
        .filter(outgoing_messages::kind.eq_any(kinds.map(MessageKind::as_str)))
        .order((outgoing_messages::created_at.desc(), outgoing_messages::id.desc()))
        .limit(1)
        .select((
            selected::<MessageStatusRow>(),
            onboarding_tokens::expires_at.nullable(),
        ));
    let rows = link.rows::<_, (MessageStatusRow, Option<At>)>(query)?;
    let Some((status, link_ends_at)) = rows.into_iter().next() else {
        return Ok(None);
    };
    let status: MessageStatus = status.decode()?;
    Ok(Some(LastMail {
        state: status.state,
        fault: status.fault,
        attempts: status.attempts,
        settled_at: status.settled_at,
        link_ends_at: link_ends_at.map(|at| at.0),
    }))
}

pub(super) fn link_requests(link: &mut Link, limit: u32) -> Result<Vec<(TenantId, LinkRequestId)>, Failure> {
    let query = link_requests::table
        .order((link_requests::requested_at, link_requests::id))
        .limit(i64::from(limit))
        .select((link_requests::tenant_id, link_requests::id));
    let rows = link.rows::<_, (Key<kinds::Tenant>, Key<kinds::LinkRequest>)>(query)?;
    Ok(rows.into_iter().map(|(tenant, id)| (tenant.0, id.0)).collect())
}
