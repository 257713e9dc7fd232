//! Outgoing messages: kept, counted, cancelled.

use std::time::Duration;

use innkeeper_domain::{
    access::{Permission, Role, Subject},
    effects::{MailCounts, Message, MessageKind},
    ids::UserId,
    people::UserState,
    ports::MailQuery,
    time::Timestamp,
};
use innkeeper_storage::seal::Place;
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, World, master_key, world};

on_each_backend!(
    messages_wait_to_be_sent,
    many_messages_at_once,
    mails_are_counted_by_what_they_have_in_common,
    cancelling_erases_the_secret,
);

fn by_user(world: &World, user: UserId) -> Subject {
    Subject::User {
        user,
        credential: world.id(),
        permission: Permission::Edit,
    }
}

fn messages_wait_to_be_sent(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    let user = world.stored_user("ana@one.example");
    let actor: UserId = world.id();
    let application = world.id();
    let mut messages = [0; 3].map(|_| world.message(&property, user.id));
    messages[0].actor = Some(by_user(&world, actor));
    messages[1].actor = Some(Subject::Application(application));
    messages[1].kind = MessageKind::AccessAdded;
    world.keep(|repos| repos.outbox().add(&messages));
    let micros = NOW.as_micros();
    let pending = format!(
        "state = 'pending' AND attempts = 0 AND next_attempt_at = {micros} AND created_at = {micros} AND
         recipient_id = {} AND property_id = {} AND sealed IS NULL",
        world.sql(user.id),
        world.sql(property.id)
    );
    let of = |rest: String| world.count("outgoing_messages", &format!("{pending} AND {rest}"));
    assert_eq!(
        of(format!(
            "kind = 'invitation' AND actor_kind = 'user' AND actor_id = {}",
            world.sql(actor)
        )),
        "1"
    );
    let added = format!(
        "kind = 'access_added' AND actor_kind = 'application' AND actor_id = {}",
        world.sql(application)
    );
    assert_eq!(of(added), "1");
    assert_eq!(of("actor_kind = 'operator' AND actor_id IS NULL".to_owned()), "1");
}

fn many_messages_at_once(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    let messages: Vec<Message> = (0..2_500).map(|_| world.message(&property, world.id())).collect();
    let records: Vec<_> = (0..2_500).map(|_| world.audit_record()).collect();
    world.keep(|repos| {
        repos.outbox().add(&messages)?;
        repos.audit().add(&records)?;
        repos.outbox().add(&[])?;
        repos.audit().add(&[])
    });
    assert_eq!(world.count("outgoing_messages", ""), "2500");
    assert_eq!(world.count("audit_records", "action = 'user.created'"), "2500");
}

fn mails_are_counted_by_what_they_have_in_common(backend: Backend) {
    let world = world(backend);
    let (home, other) = (world.stored_property("Home"), world.stored_property("Other"));
    let recipient = world.user("new@one.example", UserState::Invited);
    let second = world.user("second@one.example", UserState::Invited);
    for user in [&recipient, &second] {
        world.keep(|repos| repos.users().insert(user));
        world.stored_property_user(&home, user.id, Role::User);
    }
    let active = world.stored_user("active@one.example");
    world.stored_property_user(&home, active.id, Role::User);
    world.stored_property_user(&other, second.id, Role::User);
    let actor = active.id;
    let since = NOW;
    let before = Timestamp::from_micros(NOW.as_micros() - 1);
    let mail = |property: &_, to: UserId, actor: Subject, at| {
        let mut message = world.message(property, to);
        (message.actor, message.created_at) = (Some(actor), at);
        message
    };
    let theirs = by_user(&world, actor);
    let application = Subject::Application(innkeeper_domain::ids::Id::from_uuid(actor.uuid()));
    let later = NOW + Duration::from_secs(9);
    world.keep(|repos| {
        repos.outbox().add(&[
            mail(&home, recipient.id, theirs, since),
            mail(&home, recipient.id, theirs, before),
            mail(&home, recipient.id, application, later),
            mail(&other, recipient.id, theirs, later),
            mail(&other, recipient.id, Subject::Operator, later),
            mail(&home, second.id, theirs, later),
        ])
    });
    let count = |actor| {
        let query = MailQuery {
            tenant: world.tenant,
            actor,
            property: Some(home.id),
            recipient: recipient.id,
            since,
        };
        world.keep(|repos| repos.outbox().count(&query))
    };
    let expected = MailCounts {
        by_actor: 3,
        pending_on_property: 2,
        to_recipient_on_property: 2,
        to_recipient: 4,
    };
    assert_eq!(count(Some(actor)), expected);
    assert_eq!(
        count(None),
        MailCounts {
            by_actor: 0,
            ..expected
        }
    );
    assert_eq!(
        count(Some(world.id())),
        MailCounts {
            by_actor: 0,
            ..expected
        }
    );
    world.keep(|repos| repos.outbox().cancel_of_user(world.tenant, recipient.id, NOW));
    assert_eq!(count(Some(actor)), expected, "to cancel is no way to write more");
}

fn cancelling_erases_the_secret(backend: Backend) {
    let world = world(backend);
    let (home, other) = (world.stored_property("Home"), world.stored_property("Other"));
    let (ana, ben) = (
        world.stored_user("ana@one.example"),
        world.stored_user("ben@one.example"),
    );
    let add = |property, user| {
        let mut message = world.message(property, user);
        message.secret = Some(world.onboarding_token(&ana).1);
        world.keep(|repos| repos.outbox().add(std::slice::from_ref(&message)));
        message
    };
    let messages = [add(&home, ana.id), add(&home, ben.id), add(&other, ana.id)];
    let state = |message: &Message| {
        let of = format!("FROM outgoing_messages WHERE id = {}", world.sql(message.id));
        let state = world.database.scalar(&format!("SELECT state {of}"));
        let sealed = world.database.scalar(&format!("SELECT count(sealed) {of}"));
        let waits = world
            .database
            .scalar(&format!("SELECT count(next_attempt_at) {of}"));
        assert_eq!(sealed, waits);
        (state, sealed == "1")
    };
    let (pending, cancelled) = (("pending".to_owned(), true), ("cancelled".to_owned(), false));
    assert_eq!(
        messages.each_ref().map(state),
        [pending.clone(), pending.clone(), pending.clone()]
    );
    world.keep(|repos| repos.outbox().cancel(world.tenant, home.id, &[], NOW));
    world.keep(|repos| {
        repos
            .outbox()
            .cancel(world.tenant, home.id, &[ana.id, world.id()], NOW)
    });
    assert_eq!(
        messages.each_ref().map(state),
        [cancelled.clone(), pending.clone(), pending.clone()]
    );
    world.keep(|repos| repos.outbox().cancel_of_user(world.tenant, ana.id, NOW));
    assert_eq!(
        messages.each_ref().map(state),
        [cancelled.clone(), pending, cancelled]
    );

    let hex = match backend {
        Backend::Sqlite => "hex(sealed)",
        Backend::Postgres => "encode(sealed, 'hex')",
    };
    let sealed = world.database.scalar(&format!(
        "SELECT {hex} FROM outgoing_messages WHERE sealed IS NOT NULL"
    ));
    let digit = |byte: &u8| u8::try_from(char::from(*byte).to_digit(16).unwrap()).unwrap();
    let bytes: Vec<u8> = sealed
        .as_bytes()
        .chunks(2)
        .map(|pair| digit(&pair[0]) * 16 + digit(&pair[1]))
        .collect();
    let place = Place {
        table: "outgoing_messages",
        tenant: world.tenant,
        row: messages[1].id.uuid(),
        version: None,
    };
    let opened = master_key().open(place, &bytes).unwrap();
    assert_eq!(
        opened.as_slice(),
        messages[1].secret.as_ref().unwrap().reveal().as_bytes()
    );
}
