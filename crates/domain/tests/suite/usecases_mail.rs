//! One attempt to send a message, over a store in memory and mocked ends.

use std::{sync::Mutex, time::Duration};

use innkeeper_domain::{
    effects::{
        MAIL_LEASE, MOST_MAIL_ATTEMPTS, MailBackoff, Message, MessageKind, MessageState, Settlement, Unwanted,
    },
    ids::ClaimId,
    mocks::{InlineUow, MockRepos},
    ports::{Clock, Handover, MailFault, MessageKey, MockMailer, MockPostbox, StoreError, UnitOfWork},
    time::Timestamp,
    usecases::{Delivery, MailPorts, Taking, deliver},
};

use crate::{
    cast::{NOW, house, id, tenant},
    memory::MemoryStore,
    rules_delivery::contents,
};

/// A clock that a test moves.
struct Hand(Mutex<Timestamp>);

impl Hand {
    fn new() -> Self {
        Self(Mutex::new(NOW))
    }

    fn pass(&self, span: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = *now + span;
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

const KIND: MessageKind = MessageKind::Invitation;

fn key() -> MessageKey {
    MessageKey {
        tenant: tenant(),
        message: id(400),
    }
}

fn taking(claim: u128) -> Taking {
    Taking {
        claim: id(claim),
        backoff: MailBackoff::STANDARD,
        random: 0,
    }
}

fn stored() -> MemoryStore {
    let store = MemoryStore::default();
    let message = Message {
        tenant: tenant(),
        id: id(400),
        kind: KIND,
        recipient: id(200),
        property: Some(house()),
        actor: None,
        secret: contents(KIND).secret,
        created_at: NOW,
    };
    store.set(|state| state.messages.push((message, false)));
    store
}

fn readable() -> MockPostbox {
    let mut postbox = MockPostbox::new();
    postbox.expect_contents().returning(|wanted| {
        assert_eq!(wanted, key());
        Ok(Some(contents(KIND)))
    });
    postbox
}

fn mailer(answers: &'static [Result<Handover, MailFault>]) -> MockMailer {
    let mut mailer = MockMailer::new();
    let mut answers = answers.iter();
    mailer.expect_send().returning(move |letter| {
        assert_eq!(letter.message, id(400));
        *answers.next().expect("no more attempts")
    });
    mailer
}

fn attempt(
    uow: &dyn UnitOfWork,
    postbox: &MockPostbox,
    mailer: &MockMailer,
    clock: &Hand,
    claim: u128,
) -> Result<Option<Delivery>, StoreError> {
    let ports = MailPorts {
        uow,
        postbox,
        mailer,
        clock,
    };
    deliver(ports, key(), taking(claim))
}

#[test]
fn a_mail_is_sent_once_and_its_secret_goes() {
    let (store, clock) = (stored(), Hand::new());
    let (postbox, mailer) = (readable(), mailer(&[Ok(Handover::Sent)]));
    let sent = attempt(&store, &postbox, &mailer, &clock, 1).unwrap().unwrap();
    assert_eq!((sent.attempt, sent.settlement), (1, Settlement::Sent));
    assert_eq!(sent.kind, Some(KIND));
    assert!(sent.is_kept && sent.unwanted.is_none() && sent.unreadable.is_none());
    assert!(store.look(|state| state.messages[0].0.secret.is_none()));
    clock.pass(Duration::from_hours(100));
    let again = attempt(&store, &postbox, &mailer, &clock, 2).unwrap();
    assert!(again.is_none(), "{again:?}");
}

#[test]
fn a_failed_attempt_is_repeated_when_its_wait_is_over_and_not_before() {
    let (store, clock, postbox) = (stored(), Hand::new(), readable());
    let mailer = mailer(&[Err(MailFault::TryLater), Ok(Handover::Logged)]);
    let failed = attempt(&store, &postbox, &mailer, &clock, 1).unwrap().unwrap();
    let at = NOW + Duration::from_secs(30);
    let fault = MailFault::TryLater;
    assert_eq!(failed.settlement, Settlement::Again { at, fault });
    assert!(store.look(|state| state.messages[0].0.secret.is_some()));
    clock.pass(Duration::from_millis(29_999));
    assert!(attempt(&store, &postbox, &mailer, &clock, 2).unwrap().is_none());
    clock.pass(Duration::from_millis(1));
    let second = attempt(&store, &postbox, &mailer, &clock, 3).unwrap().unwrap();
    assert_eq!((second.attempt, second.settlement), (2, Settlement::Logged));
}

/// A mailer in whose hands time passes.
fn slow(clock: &'static Hand, span: Duration, meanwhile: impl Fn() + Send + 'static) -> MockMailer {
    let mut mailer = MockMailer::new();
    mailer.expect_send().returning(move |_| {
        clock.pass(span);
        meanwhile();
        Ok(Handover::Sent)
    });
    mailer
}

#[test]
fn whoever_comes_back_after_the_lease_changes_nothing_any_more() {
    let store: &'static MemoryStore = Box::leak(Box::new(stored()));
    let clock: &'static Hand = Box::leak(Box::new(Hand::new()));
    let taken_over = move || {
        let second = attempt(store, &readable(), &mailer(&[Err(MailFault::Refused)]), clock, 2);
        assert_eq!(second.unwrap().unwrap().attempt, 2);
    };
    let first = attempt(store, &readable(), &slow(clock, MAIL_LEASE, taken_over), clock, 1);
    let first = first.unwrap().unwrap();
    assert!(!first.is_kept, "somebody else had it by then");
    let settled = store.look(|state| state.posted[0].settlement.unwrap());
    assert_eq!(settled.fault(), Some(MailFault::Refused));
}

#[test]
fn whoever_is_late_but_alone_is_heard() {
    let store = stored();
    let clock: &'static Hand = Box::leak(Box::new(Hand::new()));
    let late = slow(clock, MAIL_LEASE * 10, || ());
    let sent = attempt(&store, &readable(), &late, clock, 1).unwrap().unwrap();
    assert!(sent.is_kept, "so that it is not sent twice for nothing");
}

#[test]
fn while_one_has_it_nobody_else_does() {
    let store: &'static MemoryStore = Box::leak(Box::new(stored()));
    let clock: &'static Hand = Box::leak(Box::new(Hand::new()));
    let meanwhile = move || {
        let other = attempt(store, &MockPostbox::new(), &MockMailer::new(), clock, 2);
        assert!(other.unwrap().is_none());
    };
    let almost = MAIL_LEASE.saturating_sub(Duration::from_micros(1));
    let sent = attempt(store, &readable(), &slow(clock, almost, meanwhile), clock, 1);
    assert_eq!(sent.unwrap().unwrap().settlement, Settlement::Sent);
}

#[test]
fn a_mail_that_is_not_wanted_any_more_is_cancelled_without_being_handed_over() {
    let (store, clock) = (stored(), Hand::new());
    let mut postbox = MockPostbox::new();
    postbox.expect_contents().returning(|_| {
        let mut gone = contents(KIND);
        gone.recipient = None;
        Ok(Some(gone))
    });
    let cancelled = attempt(&store, &postbox, &MockMailer::new(), &clock, 1)
        .unwrap()
        .unwrap();
    assert_eq!(cancelled.settlement, Settlement::Cancelled);
    assert_eq!(cancelled.unwanted, Some(Unwanted::RecipientGone));
    assert!(store.look(|state| state.messages[0].0.secret.is_none()));
}

fn corrupt() -> StoreError {
    StoreError::Corrupt {
        table: "outgoing_messages",
        id: "1".to_owned(),
        what: "`sealed`".to_owned(),
    }
}

#[test]
fn a_message_that_cannot_be_read_is_tried_again_and_in_nobodys_way() {
    let (store, clock) = (stored(), Hand::new());
    let mut postbox = MockPostbox::new();
    postbox.expect_contents().returning(|_| Err(corrupt()));
    for n in 1..=MOST_MAIL_ATTEMPTS {
        let tried = attempt(&store, &postbox, &MockMailer::new(), &clock, u128::from(n)).unwrap();
        let tried = tried.unwrap();
        assert_eq!(tried.attempt, n);
        assert_eq!(tried.settlement.fault(), Some(MailFault::Uncomposable));
        assert!(matches!(tried.unreadable, Some(StoreError::Corrupt { .. })));
        let expected = if n < MOST_MAIL_ATTEMPTS {
            MessageState::Pending
        } else {
            MessageState::Failed
        };
        assert_eq!(tried.settlement.state(), expected);
        clock.pass(Duration::from_hours(2));
    }
}

#[test]
fn a_message_whose_senders_all_die_is_given_up_without_being_sent_once_more() {
    let (store, clock) = (stored(), Hand::new());
    // They took it, and nothing was heard of them.
    let mut silent = MockPostbox::new();
    silent
        .expect_contents()
        .returning(|_| Err(StoreError::failed("gone")));
    for n in 1..=MOST_MAIL_ATTEMPTS {
        let claim = u128::from(n);
        assert!(attempt(&store, &silent, &MockMailer::new(), &clock, claim).is_err());
        clock.pass(MAIL_LEASE);
    }
    let last = attempt(&store, &MockPostbox::new(), &MockMailer::new(), &clock, 99);
    let last = last.unwrap().unwrap();
    assert_eq!(last.settlement, Settlement::Failed(MailFault::Unreachable));
    assert!(last.is_kept);
}

/// Whatever breaks, the message stays as it is until the lease has passed.
#[test]
fn a_store_that_fails_leaves_the_message_to_its_lease() {
    let clock = Hand::new();
    for failing in ["outbox.take", "outbox.settle"] {
        let mut repos = MockRepos::default();
        let fails = move |name| failing == name;
        repos
            .outbox
            .expect_take()
            .returning(move |_, _: ClaimId, now, until| {
                assert_eq!(until, now + MAIL_LEASE);
                if fails("outbox.take") {
                    return Err(StoreError::failed("broken"));
                }
                Ok(Some(1))
            });
        let reached = usize::from(fails("outbox.settle"));
        let settle = repos.outbox.expect_settle().times(reached);
        settle.returning(|_, _, _, _| Err(StoreError::failed("broken")));
        let mut mailer = MockMailer::new();
        mailer
            .expect_send()
            .times(reached)
            .returning(|_| Ok(Handover::Sent));
        let outcome = attempt(&InlineUow::over(repos), &readable(), &mailer, &clock, 1);
        assert!(
            matches!(outcome, Err(StoreError::Failed(_))),
            "{failing}: {outcome:?}"
        );
    }
}

/// A mail that was handed over and not written down is sent twice; so writing that down is tried again.
#[test]
fn settling_is_tried_again_when_that_may_help() {
    let clock = Hand::new();
    let mut repos = MockRepos::default();
    repos.outbox.expect_take().returning(|_, _, _, _| Ok(Some(1)));
    let mut outcomes = vec![Ok(true), Err(StoreError::Busy), Err(StoreError::Busy)];
    let settle = repos.outbox.expect_settle().times(3);
    settle.returning(move |_, claim, settlement, _| {
        assert_eq!((claim, settlement), (id(1), Settlement::Sent));
        outcomes.pop().unwrap()
    });
    let sent = attempt(
        &InlineUow::over(repos),
        &readable(),
        &mailer(&[Ok(Handover::Sent)]),
        &clock,
        1,
    );
    assert!(sent.unwrap().unwrap().is_kept);
}
