//! One attempt to send one message.

use crate::{
    effects::{
        self, Contents, Effects, MAIL_LEASE, MOST_MAIL_ATTEMPTS, MailBackoff, MessageKind, Settlement,
        Unwanted, decide_letter, decide_settlement, decide_unreadable,
    },
    ids::ClaimId,
    ports::{Clock, MailFault, Mailer, MessageKey, Postbox, StoreError, UnitOfWork, atomically},
};

/// Sending is not an act of anybody: the message itself is the record of it.
const ON_RECORD: &str = "the message tells what became of it";

/// How often writing down what became of an attempt is tried. If it fails, the mail is sent a second time.
const SETTLE_TRIES: u32 = 3;

/// What a sender works with.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "it holds nothing but ports")]
pub struct MailPorts<'a> {
    /// The store.
    pub uow: &'a dyn UnitOfWork,
    /// Its messages.
    pub postbox: &'a dyn Postbox,
    /// Where mails go.
    pub mailer: &'a dyn Mailer,
    /// The store's clock: leases are judged by it.
    pub clock: &'a dyn Clock,
}

/// What a sender brings to one attempt.
#[derive(Clone, Copy, Debug)]
pub struct Taking {
    /// An id that nobody has used.
    pub claim: ClaimId,
    /// How long messages wait between attempts.
    pub backoff: MailBackoff,
    /// 64 random bits.
    pub random: u64,
}

/// How an attempt went.
#[derive(Debug)]
pub struct Delivery {
    /// Which attempt of the message it was.
    pub attempt: u32,
    /// What it says, if it could be read.
    pub kind: Option<MessageKind>,
    /// What was, or should have been, written down.
    pub settlement: Settlement,
    /// Why it was cancelled, if it was.
    pub unwanted: Option<Unwanted>,
    /// Why it could not be read, if it could not.
    pub unreadable: Option<StoreError>,
    /// Whether that was written down. Otherwise somebody else had the message by then, or it was cancelled.
    pub is_kept: bool,
}

/// Sends the mail of a message that is due; `None` if it is not, or somebody else was faster.
///
/// A mail may be sent twice, if this process ends between handing it over and writing that down, or if the server's
/// answer was lost; both then carry the same id. No mail is lost: while it is not written down what became of a message,
/// it is due again when the lease has passed.
///
/// # Errors
///
/// [`StoreError`]; the message is then due again when the lease has passed.
pub fn deliver(
    ports: MailPorts<'_>,
    key: MessageKey,
    taking: Taking,
) -> Result<Option<Delivery>, StoreError> {
    let Some(attempt) = take(ports, key, taking.claim)? else {
        return Ok(None);
    };
    let mut delivery = if attempt > MOST_MAIL_ATTEMPTS {
        // Whoever had the last attempt never told what came of it.
        delivery(attempt, Settlement::Failed(MailFault::Unreachable))
    } else {
        match ports.postbox.contents(key) {
            Ok(Some(contents)) => hand_over(ports, contents, attempt, taking),
            Ok(None) => return Ok(None),
            Err(error @ StoreError::Corrupt { .. }) => {
                let now = ports.clock.now();
                let settlement = decide_unreadable(attempt, taking.backoff, now, taking.random);
                Delivery {
                    unreadable: Some(error),
                    ..delivery(attempt, settlement)
                }
            }
            Err(error) => return Err(error),
        }
    };
    delivery.is_kept = settle(ports, key, taking.claim, delivery.settlement)?;
    Ok(Some(delivery))
}

const fn delivery(attempt: u32, settlement: Settlement) -> Delivery {
    Delivery {
        attempt,
        kind: None,
        settlement,
        unwanted: None,
        unreadable: None,
        is_kept: false,
    }
}

fn take(ports: MailPorts<'_>, key: MessageKey, claim: ClaimId) -> Result<Option<u32>, StoreError> {
    let now = ports.clock.now();
    atomically(ports.uow, "mail.take", |repos| {
        let attempt = repos.outbox().take(key, claim, now, now + MAIL_LEASE)?;
        effects::record(repos, Effects::none(ON_RECORD), attempt)
    })
}

/// Outside of any transaction.
fn hand_over(ports: MailPorts<'_>, contents: Contents, attempt: u32, taking: Taking) -> Delivery {
    let kind = Some(contents.kind);
    match decide_letter(contents, ports.clock.now()) {
        Ok(letter) => {
            let handed = ports.mailer.send(&letter);
            let now = ports.clock.now();
            let settlement = decide_settlement(handed, attempt, taking.backoff, now, taking.random);
            Delivery {
                kind,
                ..delivery(attempt, settlement)
            }
        }
        Err(unwanted) => Delivery {
            kind,
            unwanted: Some(unwanted),
            ..delivery(attempt, Settlement::Cancelled)
        },
    }
}

fn settle(
    ports: MailPorts<'_>,
    key: MessageKey,
    claim: ClaimId,
    settlement: Settlement,
) -> Result<bool, StoreError> {
    let once = || {
        let now = ports.clock.now();
        atomically(ports.uow, "mail.settle", |repos| {
            let is_kept = repos.outbox().settle(key, claim, settlement, now)?;
            effects::record(repos, Effects::none(ON_RECORD), is_kept)
        })
    };
    let mut outcome = once();
    for _ in 1..SETTLE_TRIES {
        match &outcome {
            Err(error) if error.is_passing() => outcome = once(),
            Ok(_) | Err(_) => break,
        }
    }
    outcome
}
