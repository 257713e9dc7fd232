//! What is said of messages: in the log, by their ids and nobody's address, and in metrics.

use innkeeper_domain::{
    effects::{MessageKind, Settlement},
    ports::{MailFault, MessageKey, StoreError},
    usecases::Delivery,
};

use crate::one_line::with_causes;

/// An attempt is over.
pub(super) fn delivered(key: MessageKey, delivery: &Delivery) {
    let (id, attempt) = (key.message, delivery.attempt);
    let kind = delivery.kind.map(MessageKind::as_str);
    let code = delivery.settlement.fault().map(MailFault::as_str);
    if let Some(error) = &delivery.unreadable {
        let error = with_causes(error);
        tracing::error!(mail.id = %id, attempt, error, "a message cannot be read");
    }
    let outcome = match delivery.settlement {
        Settlement::Sent => {
            tracing::info!(mail.id = %id, kind, attempt, "a mail was sent");
            "sent"
        }
        Settlement::Logged => {
            tracing::info!(mail.id = %id, kind, attempt, "a mail was logged, and sent to nobody");
            "logged"
        }
        Settlement::Cancelled => {
            let why = delivery.unwanted.map(|why| why.to_string());
            tracing::info!(mail.id = %id, kind, attempt, why, "a mail is not to be sent any more");
            "cancelled"
        }
        Settlement::Again { at, .. } => {
            tracing::warn!(mail.id = %id, kind, attempt, code, %at, "a mail was not sent, and is tried again");
            "retried"
        }
        Settlement::Failed(_) => {
            tracing::error!(mail.id = %id, kind, attempt, code, "a mail was given up");
            "failed"
        }
    };
    metrics::counter!("innkeeper_mails_total", "outcome" => outcome).increment(1);
    if !delivery.is_kept {
        tracing::warn!(
            mail.id = %id, attempt,
            "a message was somebody else's, or cancelled, before it was written down what became of it"
        );
    }
}

/// The store failed in the middle. The message is due again when its lease has passed.
pub(super) fn broke_off(key: MessageKey, error: &StoreError) {
    let (id, error) = (key.message, with_causes(error));
    tracing::warn!(mail.id = %id, error, "an attempt to send a mail broke off");
}
