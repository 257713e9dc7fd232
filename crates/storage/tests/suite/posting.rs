//! What is read of outgoing messages: to send them, to list them, to purge them.

use std::time::Duration;

use innkeeper_domain::{
    access::{Permission, Role, Subject},
    effects::{Contents, MAIL_LEASE, MailProperty, Message, MessageKind, MessageState, OpenLink, Settlement},
    ids::ClaimId,
    people::{User, UserState},
    ports::{MailFault, MessageKey, MessageStatus, Postbox, StoreError, Upkeep},
    properties::Property,
    time::Timestamp,
    tokens::{LinkPurpose, OnboardingToken, Secret},
};
use innkeeper_storage::SqlStore;
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    corrupt_rows::damage,
    street::street,
    world::{NOW, World, keep, world},
};

on_each_backend!(
    a_mail_is_made_of_what_is_so_now,
    sending_costs_few_statements,
    what_cannot_be_read_is_told_and_not_guessed,
    messages_are_listed_by_state,
    what_was_settled_long_ago_is_purged,
);

/// A message with a link, and all that its mail is made of.
pub(crate) struct Posting {
    pub(crate) message: Message,
    pub(crate) recipient: User,
    pub(crate) property: Property,
    pub(crate) token: OnboardingToken,
    pub(crate) secret: Secret,
}

impl Posting {
    pub(crate) fn stored(world: &World, email: &str) -> Self {
        let property = world.stored_property("Casa Azul");
        let recipient = world.user(email, UserState::Invited);
        world.keep(|repos| repos.users().insert(&recipient));
        world.stored_property_user(&property, recipient.id, Role::User);
        let (token, secret) = world.onboarding_token(&recipient);
        world.keep(|repos| repos.onboarding_tokens().insert(&token));
        let mut message = world.message(&property, recipient.id);
        message.secret = Some(secret.clone());
        world.keep(|repos| repos.outbox().add(std::slice::from_ref(&message)));
        Self {
            message,
            recipient,
            property,
            token,
            secret,
        }
    }

    pub(crate) fn key(&self) -> MessageKey {
        key_of(&self.message)
    }
}

pub(crate) fn after(seconds: u64) -> Timestamp {
    NOW + Duration::from_secs(seconds)
}

pub(crate) fn key_of(message: &Message) -> MessageKey {
    MessageKey {
        tenant: message.tenant,
        message: message.id,
    }
}

pub(crate) fn take(store: &SqlStore, key: MessageKey, claim: ClaimId, now: Timestamp) -> Option<u32> {
    keep(store, |repos| {
        repos.outbox().take(key, claim, now, now + MAIL_LEASE)
    })
    .unwrap()
}

pub(crate) fn settle(
    store: &SqlStore,
    key: MessageKey,
    claim: ClaimId,
    settlement: Settlement,
    at: Timestamp,
) -> bool {
    keep(store, |repos| repos.outbox().settle(key, claim, settlement, at)).unwrap()
}

/// What a mail is made of, without its secret.
pub(crate) fn read(world: &World, posting: &Posting) -> Contents {
    world.store.contents(posting.key()).unwrap().unwrap()
}

fn a_mail_is_made_of_what_is_so_now(backend: Backend) {
    let world = world(backend);
    let mut posting = Posting::stored(&world, "new@one.example");
    let (tenant, user) = (world.tenant, posting.recipient.id);
    let found = read(&world, &posting);
    assert_eq!((found.tenant, found.message), (tenant, posting.message.id));
    assert_eq!(
        (found.kind, found.role),
        (MessageKind::Invitation, Some(Role::User))
    );
    assert_eq!(found.recipient.as_ref(), Some(&posting.recipient));
    assert_eq!(found.inviter, None, "the operator has no address");
    assert_eq!(found.secret.unwrap().reveal(), posting.secret.reveal());
    let property = MailProperty {
        title: posting.property.title.clone(),
        is_deleted: false,
    };
    assert_eq!(found.property, Some(property));
    let link = OpenLink {
        purpose: LinkPurpose::Onboarding,
        user,
        email: posting.recipient.email.key().clone(),
        expires_at: posting.token.expires_at,
    };
    assert_eq!(found.link, Some(link));

    // By a user, about no property, with no link.
    let ana = world.stored_user("ana@one.example");
    let mut other = world.message(&posting.property, user);
    (other.property, other.kind) = (None, MessageKind::InvitationResent);
    other.actor = Some(Subject::User {
        user: ana.id,
        credential: world.id(),
        permission: Permission::Edit,
    });
    world.keep(|repos| repos.outbox().add(std::slice::from_ref(&other)));
    let found = world.store.contents(key_of(&other)).unwrap().unwrap();
    assert_eq!(found.inviter, Some(ana));
    assert!(
        found.property.is_none() && found.role.is_none() && found.secret.is_none() && found.link.is_none()
    );

    world.keep(|repos| {
        repos.onboarding_tokens().cancel_of_user(tenant, user, NOW)?;
        repos.properties().delete(tenant, posting.property.id, NOW)?;
        let place = repos.property_users().of_user(tenant, user)?;
        let ids: Vec<_> = place.iter().map(|place| place.id).collect();
        repos.property_users().withdraw(tenant, &ids, NOW)
    });
    let found = read(&world, &posting);
    let property = found.property.unwrap();
    assert_eq!(
        (property.title.as_str(), property.is_deleted),
        ("Casa Azul", true)
    );
    assert_eq!((found.role, found.link), (None, None));
    assert!(found.recipient.is_some());

    world.keep(|repos| repos.users().erase(tenant, user, NOW));
    assert!(read(&world, &posting).recipient.is_none());

    posting.message.id = world.id();
    assert!(world.store.contents(posting.key()).unwrap().is_none());
}

fn sending_costs_few_statements(backend: Backend) {
    let world = world(backend);
    let posting = Posting::stored(&world, "new@one.example");
    let cost = |what: &str, statements: u64, call: &dyn Fn()| {
        let before = world.store.statements();
        call();
        assert_eq!(world.store.statements() - before, statements, "{what}");
    };
    let claim = world.id();
    cost("looking", 1, &|| drop(world.store.due_messages(NOW, 20).unwrap()));
    cost("taking", 2, &|| {
        take(&world.store, posting.key(), claim, NOW).unwrap();
    });
    cost("being slower", 1, &|| {
        assert_eq!(take(&world.store, posting.key(), claim, NOW), None);
    });
    cost("reading", 4, &|| drop(read(&world, &posting)));
    cost("settling", 1, &|| {
        settle(&world.store, posting.key(), claim, Settlement::Sent, NOW);
    });
    cost("listing", 1, &|| {
        drop(
            world
                .store
                .messages(world.tenant, MessageState::Sent, 10)
                .unwrap(),
        );
    });
}

fn what_cannot_be_read_is_told_and_not_guessed(backend: Backend) {
    let sealed = match backend {
        Backend::Sqlite => "x'01020304'",
        Backend::Postgres => "'\\x01020304'::bytea",
    };
    let cases = [
        ("outgoing_messages", "kind", "'parcel'"),
        ("outgoing_messages", "sealed", sealed),
        ("onboarding_tokens", "purpose", "'fun'"),
        ("onboarding_tokens", "email_key", "'nobody'"),
        ("users", "locale", "'tlh'"),
        ("users", "email", "'nobody'"),
        ("properties", "title", "''"),
        ("property_users", "role", "'boss'"),
    ];
    for (table, column, value) in cases {
        let world = world(backend);
        let posting = Posting::stored(&world, "new@one.example");
        damage(&world, world.tenant, table, column, value);
        // It can be taken all the same, so it is in nobody's way.
        assert_eq!(world.store.due_messages(NOW, 1).unwrap(), [posting.key()]);
        assert_eq!(take(&world.store, posting.key(), world.id(), NOW), Some(1));
        match world.store.contents(posting.key()) {
            Err(StoreError::Corrupt {
                table: told, what, ..
            }) => {
                let told_of = if column == "role" { "properties" } else { table };
                assert_eq!(told, told_of, "{column}");
                assert!(what.contains(column), "{column}: {what}");
            }
            other => panic!("{table}.{column}: {other:?}"),
        }
    }
    let world = world(backend);
    let posting = Posting::stored(&world, "new@one.example");
    for (column, value) in [("state", "'gone'"), ("fault", "'bad luck'"), ("attempts", "-1")] {
        damage(&world, world.tenant, "outgoing_messages", column, value);
        let listed = world.store.messages(world.tenant, MessageState::Pending, 10);
        // In no state that is known, it is in no list.
        if column == "state" {
            assert_eq!(listed.unwrap(), []);
            damage(&world, world.tenant, "outgoing_messages", column, "'pending'");
        } else {
            assert!(matches!(listed, Err(StoreError::Corrupt { .. })), "{column}");
        }
    }
    drop(posting);
}

fn messages_are_listed_by_state(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    let messages = [0; 4].map(|_| world.message(&property, world.id()));
    world.keep(|repos| repos.outbox().add(&messages));
    for (message, at) in messages[..3].iter().zip([after(7), after(9), after(8)]) {
        let claim = world.id();
        take(&world.store, key_of(message), claim, after(1)).unwrap();
        let failed = Settlement::Failed(MailFault::RecipientRefused);
        assert!(settle(&world.store, key_of(message), claim, failed, at));
    }
    let listed = |state, limit| world.store.messages(world.tenant, state, limit).unwrap();
    let ids = |state, limit| {
        listed(state, limit)
            .iter()
            .map(|found| found.key.message)
            .collect::<Vec<_>>()
    };
    let [first, second, third, waiting] = messages.each_ref().map(|message| message.id);
    assert_eq!(ids(MessageState::Failed, 10), [second, third, first]);
    assert_eq!(ids(MessageState::Failed, 1), [second]);
    assert_eq!(ids(MessageState::Pending, 10), [waiting]);
    for state in [MessageState::Sent, MessageState::Logged, MessageState::Cancelled] {
        assert_eq!(ids(state, 10), []);
    }
    let expected = MessageStatus {
        key: key_of(&messages[1]),
        kind: MessageKind::Invitation,
        recipient: messages[1].recipient,
        property: Some(property.id),
        state: MessageState::Failed,
        attempts: 1,
        fault: Some(MailFault::RecipientRefused),
        created_at: NOW,
        next_attempt_at: None,
        settled_at: Some(after(9)),
    };
    assert_eq!(listed(MessageState::Failed, 1), [expected]);
}

fn what_was_settled_long_ago_is_purged(backend: Backend) {
    let street = street(backend);
    let world = &street.world;
    let property = world.stored_property("Home");
    let messages: Vec<Message> = (0..5).map(|_| world.message(&property, world.id())).collect();
    world.keep(|repos| repos.outbox().add(&messages));
    for (message, at) in messages[..4].iter().zip([1, 2, 3, 4]) {
        let claim = world.id();
        take(&world.store, key_of(message), claim, NOW).unwrap();
        assert!(settle(
            &world.store,
            key_of(message),
            claim,
            Settlement::Sent,
            after(at)
        ));
    }
    let all = world.count("outgoing_messages", "");
    assert_eq!(world.store.purge_messages(after(1), 10).unwrap(), 0);
    assert_eq!(
        world.store.purge_messages(after(4), 2).unwrap(),
        2,
        "some at a time"
    );
    assert_eq!(world.store.purge_messages(after(4), 2).unwrap(), 1);
    assert_eq!(world.store.purge_messages(after(4), 2).unwrap(), 0);
    let left = world.count("outgoing_messages", "");
    assert_eq!(all.parse::<u32>().unwrap() - left.parse::<u32>().unwrap(), 3);
    assert_eq!(world.count("outgoing_messages", "state = 'sent'"), "1");
    // What waits stays, however old it is.
    assert_eq!(world.store.purge_messages(after(1_000_000_000), 10).unwrap(), 1);
    assert_eq!(
        world.count("outgoing_messages", "state = 'pending'"),
        (5).to_string()
    );
}

/// Everything that is asked about messages, for those who look how it is answered.
pub(crate) fn use_the_post(world: &World) {
    let posting = Posting::stored(world, "posting@one.example");
    let claim = world.id();
    world.store.due_messages(NOW, 10).unwrap();
    read(world, &posting);
    take(&world.store, posting.key(), claim, NOW).unwrap();
    let again = Settlement::Again {
        at: NOW,
        fault: MailFault::TryLater,
    };
    assert!(settle(&world.store, posting.key(), claim, again, NOW));
    take(&world.store, posting.key(), claim, NOW).unwrap();
    assert!(settle(&world.store, posting.key(), claim, Settlement::Sent, NOW));
    for state in MessageState::ALL {
        world.store.messages(world.tenant, state, 10).unwrap();
    }
    world.store.take_over(NOW).unwrap();
    assert!(world.store.purge_messages(after(1), 10).unwrap() > 0);
}
