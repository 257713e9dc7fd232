//! One mail over one connection, step by step, so that it is known which step was refused.

use std::time::{Duration, Instant};

use lettre::transport::smtp::{
    client::SmtpConnection,
    commands::{Data, Mail, Rcpt},
};

use super::{
    Limits,
    fault::{Failure, Stage},
};
use crate::compose::Composed;

/// When sending has to be over.
#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    step: Duration,
}

impl Deadline {
    pub(crate) fn within(limits: Limits) -> Self {
        Self {
            at: Instant::now() + limits.whole,
            step: limits.step,
        }
    }

    /// How long the next step may take. The answer to the mail itself is worth all the time that is left: who does not
    /// wait for it sends the mail twice.
    pub(crate) fn step(self, stage: Stage) -> Result<Duration, Failure> {
        let left = self.at.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Failure::unreachable(stage));
        }
        Ok(if stage == Stage::Content {
            left
        } else {
            left.min(self.step)
        })
    }

    /// Lets the connection wait no longer than that.
    pub(crate) fn limit(self, connection: &mut SmtpConnection, stage: Stage) -> Result<(), Failure> {
        let step = self.step(stage)?;
        connection
            .set_timeout(Some(step))
            .map_err(|_broken| Failure::unreachable(stage))
    }
}

/// Sends the mail to its one recipient.
pub(crate) fn hand_over(
    connection: &mut SmtpConnection,
    mail: &Composed,
    deadline: Deadline,
) -> Result<(), Failure> {
    let said = [
        (
            Stage::Sender,
            Mail::new(Some(mail.from.clone()), Vec::new()).to_string(),
        ),
        (
            Stage::Recipient,
            Rcpt::new(mail.to.clone(), Vec::new()).to_string(),
        ),
        (Stage::Data, Data.to_string()),
    ];
    for (stage, command) in said {
        deadline.limit(connection, stage)?;
        connection
            .command(command)
            .map_err(|error| Failure::of(&error, stage))?;
    }
    deadline.limit(connection, Stage::Content)?;
    connection
        .message(mail.raw())
        .map_err(|error| Failure::of(&error, Stage::Content))?;
    Ok(())
}
