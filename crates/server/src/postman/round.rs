//! One sender: it looks for messages that are due, and sends them one after the other.

use std::{sync::Arc, time::Duration};

use innkeeper_domain::{
    ids::Id,
    ports::{Entropy, MessageKey, StoreError},
    usecases::{MailPorts, Taking, answer_link_requests, deliver},
};
use uuid::Uuid;

use super::{Shared, report};
use crate::{
    entropy::{self, OsEntropy},
    one_line::with_causes,
    workers::about,
};

/// How often an idle sender looks; when a message is written in this process, a bell rings.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many messages it looks at in one go, for the case that others are faster.
const BATCH: usize = 20;
/// How many of those who asked for a link are answered in one go.
const REQUESTS: u32 = 20;

/// One sender.
pub(super) struct Round {
    shared: Arc<Shared>,
    /// The first one answers those who asked for a link, too.
    place: usize,
    is_failing: bool,
}

impl Round {
    pub(super) fn new(shared: Arc<Shared>, place: usize) -> Self {
        Self {
            shared,
            place,
            is_failing: false,
        }
    }

    /// Sends what is due; says how long to sleep then.
    pub(super) fn tick(&mut self) -> Duration {
        match self.work() {
            Ok(()) => self.is_failing = false,
            Err(error) => {
                // Once, until it works again: the store's own troubles are told elsewhere.
                if !self.is_failing {
                    tracing::warn!(error = with_causes(&error), "the messages cannot be read");
                }
                self.is_failing = true;
            }
        }
        about(LOOK_EVERY)
    }

    fn work(&self) -> Result<(), StoreError> {
        loop {
            let answered = if self.place == 0 { self.answer()? } else { 0 };
            let mut due = self.due()?;
            // Each sender begins elsewhere, so that they seldom want the same one.
            let start = usize::try_from(entropy::word() % 64).unwrap_or_default();
            let whole = due.len().max(1);
            due.rotate_left(if self.place == 0 { 0 } else { start % whole });
            let mut settled = 0_usize;
            for key in due {
                if self.shared.bell.is_closed() {
                    return Ok(());
                }
                settled += usize::from(self.send(key));
            }
            if settled == 0 && answered == 0 {
                return Ok(());
            }
        }
    }

    fn due(&self) -> Result<Vec<MessageKey>, StoreError> {
        let limit = u32::try_from(BATCH).unwrap_or(u32::MAX);
        self.shared
            .ports
            .postbox
            .due_messages(self.shared.clock.now(), limit)
    }

    /// Sends one; whether it was this sender's turn. One that fails does not keep the others waiting.
    fn send(&self, key: MessageKey) -> bool {
        let Shared {
            ports,
            options,
            clock,
            ..
        } = &*self.shared;
        let ports = MailPorts {
            uow: &*ports.uow,
            postbox: &*ports.postbox,
            mailer: &*ports.mailer,
            clock,
        };
        let taking = Taking {
            claim: Id::from_uuid(Uuid::from_bytes(OsEntropy.bits())),
            backoff: options.backoff,
            random: entropy::word(),
        };
        match deliver(ports, key, taking) {
            Ok(Some(delivery)) => {
                report::delivered(key, &delivery);
                true
            }
            Ok(None) => false,
            Err(error) => {
                report::broke_off(key, &error);
                false
            }
        }
    }

    /// Answers some of those who asked for a link; how many.
    fn answer(&self) -> Result<u32, StoreError> {
        let Shared {
            ports,
            options,
            clock,
            ..
        } = &*self.shared;
        let (queries, uow) = (&*ports.queries, &*ports.uow);
        let answered = answer_link_requests(queries, uow, &OsEntropy, &options.links, clock.now(), REQUESTS)?;
        for error in &answered.failures {
            tracing::error!(
                error = with_causes(error),
                "a request for a link was not answered"
            );
        }
        Ok(answered.answered)
    }
}
