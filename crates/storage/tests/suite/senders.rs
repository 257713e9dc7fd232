//! Outgoing messages as senders see them: taken by one at a time, and settled.

use std::{
    collections::BTreeMap,
    sync::{Mutex, atomic::AtomicU64, atomic::Ordering},
    time::Duration,
};

use innkeeper_domain::{
    effects::{MAIL_LEASE, MailBackoff, Message, MessageState, Settlement},
    ids::{ClaimId, Id, MessageId},
    ports::{Clock, Handover, Letter, MailFault, Mailer, MessageKey, Postbox, RunQueue},
    time::Timestamp,
    usecases::{MailPorts, Taking, deliver},
};
use innkeeper_storage::SqlStore;
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    house,
    posting::{Posting, after, key_of, settle, take},
    races::crowd,
    street::street,
    world::{NOW, open, world},
};

on_each_backend!(
    what_is_due_comes_in_the_order_it_is_due,
    of_many_senders_one_gets_it,
    whoever_lost_it_settles_nothing,
    whoever_is_alone_takes_over_what_a_lost_process_had,
    settling_says_what_became_of_it_and_erases_the_secret,
    what_is_cancelled_meanwhile_stays_cancelled,
    other_tenants_have_messages_of_their_own,
    many_senders_send_a_thousand_mails_once_each,
);

fn what_is_due_comes_in_the_order_it_is_due(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    let mut messages = [0; 3].map(|_| world.message(&property, world.id()));
    for (message, at) in messages.iter_mut().zip([after(2), after(1), after(3)]) {
        message.created_at = at;
    }
    world.keep(|repos| repos.outbox().add(&messages));
    let [second, first, third] = messages.each_ref().map(key_of);
    let due = |now, limit| world.store.due_messages(now, limit).unwrap();
    assert_eq!(due(NOW, 10), []);
    assert_eq!(due(after(2), 10), [first, second]);
    assert_eq!(due(after(3), 2), [first, second]);
    assert_eq!(due(after(3), 10), [first, second, third]);

    assert_eq!(take(&world.store, first, world.id(), after(3)), Some(1));
    assert_eq!(due(after(62), 10), [second, third], "somebody has the first");
    assert_eq!(
        due(after(63), 10),
        [second, third, first],
        "whoever had it lost it"
    );
    assert_eq!(
        take(&world.store, third, world.id(), after(2)),
        None,
        "not due yet"
    );
}

fn of_many_senders_one_gets_it(backend: Backend) {
    let world = world(backend);
    let property = world.stored_property("Home");
    for _ in 0..8 {
        let message = world.message(&property, world.id());
        world.keep(|repos| repos.outbox().add(std::slice::from_ref(&message)));
        let claims: Vec<ClaimId> = (0..6).map(|_| world.id()).collect();
        let stores: Vec<SqlStore> = (0..6).map(|_| open(world.database.url())).collect();
        let taken = crowd(6, |n| take(&stores[n], key_of(&message), claims[n], NOW));
        let winners: Vec<usize> = (0..6).filter(|n| taken[*n] == Some(1)).collect();
        assert_eq!(winners.len(), 1, "{taken:?}");
        assert_eq!(taken.iter().flatten().count(), 1, "{taken:?}");
        let held = format!(
            "id = {} AND claim_id = {} AND lease_until = {} AND attempts = 1 AND state = 'pending'",
            world.sql(message.id),
            world.sql(claims[winners[0]]),
            (NOW + MAIL_LEASE).as_micros()
        );
        assert_eq!(world.count("outgoing_messages", &held), "1");
    }
}

fn whoever_lost_it_settles_nothing(backend: Backend) {
    let world = world(backend);
    let posting = Posting::stored(&world, "new@one.example");
    let (store, key) = (&world.store, posting.key());
    let (late, next) = (world.id(), world.id());
    assert_eq!(take(store, key, late, NOW), Some(1));
    assert_eq!(take(store, key, next, after(59)), None);
    assert_eq!(take(store, key, next, after(60)), Some(2), "the lease has passed");
    assert!(!settle(store, key, late, Settlement::Sent, after(61)));
    assert!(!settle(
        store,
        key,
        late,
        Settlement::Failed(MailFault::Refused),
        after(61)
    ));
    assert_eq!(
        world.count("outgoing_messages", "state = 'pending' AND attempts = 2"),
        "1"
    );
    assert!(settle(store, key, next, Settlement::Logged, after(62)));
    assert!(
        !settle(store, key, next, Settlement::Sent, after(63)),
        "once is enough"
    );
    assert_eq!(take(store, key, world.id(), after(100_000)), None);
    assert_eq!(world.count("outgoing_messages", "state = 'logged'"), "1");
}

fn whoever_is_alone_takes_over_what_a_lost_process_had(backend: Backend) {
    let world = world(backend);
    let postings =
        ["held", "waits", "over"].map(|name| Posting::stored(&world, &format!("{name}@one.example")));
    let [held, waits, over] = postings.each_ref().map(Posting::key);
    let claims = [0; 3].map(|_| world.id());
    for (key, claim) in [held, waits, over].into_iter().zip(claims) {
        take(&world.store, key, claim, NOW).unwrap();
    }
    let again = Settlement::Again {
        at: after(40),
        fault: MailFault::TryLater,
    };
    assert!(settle(&world.store, waits, claims[1], again, after(1)));
    assert!(settle(&world.store, over, claims[2], Settlement::Sent, after(1)));
    assert_eq!(world.store.due_messages(after(2), 10).unwrap(), []);
    assert_eq!(world.store.take_over(after(2)).unwrap(), 1);
    assert_eq!(world.store.due_messages(after(2), 10).unwrap(), [held]);
    assert!(!settle(&world.store, held, claims[0], Settlement::Sent, after(2)));
    assert_eq!(
        take(&world.store, held, world.id(), after(2)),
        Some(2),
        "the lost attempt counts"
    );
    assert_eq!(world.store.take_over(after(61)).unwrap(), 1);
    assert_eq!(world.store.take_over(after(61)).unwrap(), 0);
}

fn settling_says_what_became_of_it_and_erases_the_secret(backend: Backend) {
    let world = world(backend);
    let at = after(5);
    let again = Settlement::Again {
        at: after(90),
        fault: MailFault::TryLater,
    };
    let all = [
        (again, "pending", "'try_later'", true),
        (Settlement::Sent, "sent", "NULL", false),
        (Settlement::Logged, "logged", "NULL", false),
        (Settlement::Cancelled, "cancelled", "NULL", false),
        (
            Settlement::Failed(MailFault::RecipientRefused),
            "failed",
            "'recipient_refused'",
            false,
        ),
    ];
    for (place, (settlement, state, fault, keeps)) in all.into_iter().enumerate() {
        let posting = Posting::stored(&world, &format!("new{place}@one.example"));
        let claim = world.id();
        take(&world.store, posting.key(), claim, NOW).unwrap();
        assert!(settle(&world.store, posting.key(), claim, settlement, at));
        let fault = if fault == "NULL" {
            "fault IS NULL".to_owned()
        } else {
            format!("fault = {fault}")
        };
        let rest = if keeps {
            format!(
                "sealed IS NOT NULL AND settled_at IS NULL AND next_attempt_at = {}",
                after(90).as_micros()
            )
        } else {
            format!(
                "sealed IS NULL AND next_attempt_at IS NULL AND settled_at = {}",
                at.as_micros()
            )
        };
        let expected = format!(
            "id = {} AND state = '{state}' AND {fault} AND {rest} AND attempts = 1 AND claim_id IS NULL
             AND lease_until IS NULL",
            world.sql(posting.message.id)
        );
        assert_eq!(world.count("outgoing_messages", &expected), "1", "{settlement:?}");
    }
}

fn what_is_cancelled_meanwhile_stays_cancelled(backend: Backend) {
    let world = world(backend);
    let posting = Posting::stored(&world, "new@one.example");
    let claim = world.id();
    take(&world.store, posting.key(), claim, NOW).unwrap();
    let (tenant, recipient) = (world.tenant, posting.recipient.id);
    world.keep(|repos| repos.outbox().cancel_of_user(tenant, recipient, after(1)));
    assert!(!settle(
        &world.store,
        posting.key(),
        claim,
        Settlement::Sent,
        after(2)
    ));
    let cancelled = "state = 'cancelled' AND sealed IS NULL AND claim_id IS NULL AND lease_until IS NULL";
    assert_eq!(world.count("outgoing_messages", cancelled), "1");
}

fn other_tenants_have_messages_of_their_own(backend: Backend) {
    let street = street(backend);
    let world = &street.world;
    let (ours, copy) = (key_of(&street.ours.message), key_of(&street.copy.message));
    assert_eq!(ours.message, copy.message, "the same id, elsewhere");
    let found = world.store.contents(ours).unwrap().unwrap();
    assert_eq!(found.recipient.as_ref(), Some(&street.ours.user));
    let found = world.store.contents(copy).unwrap().unwrap();
    assert_eq!(found.recipient.as_ref(), Some(&street.copy.user));
    assert_eq!(found.property.unwrap().title.as_str(), "Copy");

    let (claim, theirs) = (world.id(), world.id());
    assert_eq!(take(&world.store, ours, claim, NOW), Some(1));
    assert_eq!(take(&world.store, copy, theirs, NOW), Some(1), "each has its own");
    assert!(!settle(&world.store, copy, claim, Settlement::Sent, NOW));
    assert!(settle(&world.store, ours, claim, Settlement::Sent, NOW));
    assert_eq!(world.count("outgoing_messages", "state = 'sent'"), "1");
    let stranger = MessageKey {
        tenant: world.id(),
        ..ours
    };
    assert!(world.store.contents(stranger).unwrap().is_none());
    assert_eq!(take(&world.store, stranger, world.id(), NOW), None);
    let failed = |tenant| {
        world
            .store
            .messages(tenant, MessageState::Sent, 10)
            .unwrap()
            .len()
    };
    assert_eq!((failed(ours.tenant), failed(copy.tenant)), (1, 0));
}

/// Counts mails, and sees that nobody sends one that somebody else sends right now.
#[derive(Default)]
struct Counting {
    sent: Mutex<BTreeMap<MessageId, u32>>,
}

impl Mailer for Counting {
    fn send(&self, letter: &Letter) -> Result<Handover, MailFault> {
        *self.sent.lock().unwrap().entry(letter.message).or_default() += 1;
        Ok(Handover::Sent)
    }
}

/// The clock of a store.
struct OfStore<'s>(&'s SqlStore);

impl Clock for OfStore<'_> {
    fn now(&self) -> Timestamp {
        RunQueue::now(self.0).unwrap()
    }
}

fn many_senders_send_a_thousand_mails_once_each(backend: Backend) {
    const MAILS: usize = 1_000;
    let world = world(backend);
    let posting = Posting::stored(&world, "new@one.example");
    let messages: Vec<Message> = (1..MAILS)
        .map(|_| Message {
            id: world.id(),
            ..posting.message.clone()
        })
        .collect();
    // A link counts by the store's clock.
    let far = RunQueue::now(&world.store).unwrap() + Duration::from_hours(1);
    world.database.execute(&format!(
        "UPDATE onboarding_tokens SET expires_at = {}",
        far.as_micros()
    ));
    world.keep(|repos| repos.outbox().add(&messages));
    let mailer = Counting::default();
    let claims = AtomicU64::new(1);
    let rounds = crowd(5, |_| {
        // Patient: they all wait for the one writer of SQLite.
        let store = house::open(world.database.url());
        let clock = OfStore(&store);
        let ports = MailPorts {
            uow: &store,
            postbox: &store,
            mailer: &mailer,
            clock: &clock,
        };
        let mut sent = 0_usize;
        loop {
            let due = store.due_messages(clock.now(), 20).unwrap();
            if due.is_empty() {
                return sent;
            }
            for key in due {
                let claim = claims.fetch_add(1, Ordering::Relaxed);
                let taking = Taking {
                    claim: Id::from_uuid(uuid::Uuid::from_u128(u128::from(claim))),
                    backoff: MailBackoff::STANDARD,
                    random: 0,
                };
                if let Some(delivery) = deliver(ports, key, taking).unwrap() {
                    assert!(delivery.is_kept, "{delivery:?}");
                    sent += 1;
                }
            }
        }
    });
    assert_eq!(rounds.iter().sum::<usize>(), MAILS, "{rounds:?}");
    let sent = mailer.sent.into_inner().unwrap();
    assert_eq!(sent.len(), MAILS);
    assert!(sent.values().all(|times| *times == 1));
    let all = "state = 'sent' AND attempts = 1 AND sealed IS NULL";
    assert_eq!(world.count("outgoing_messages", all), MAILS.to_string());
}
