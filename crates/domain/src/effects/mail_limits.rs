//! How many mails may be caused (D-43).

use std::time::Duration;

use super::MessageKind;
use crate::access::Subject;

/// The day over which mails are counted.
pub const MAIL_WINDOW: Duration = Duration::from_hours(24);

/// The most mails within [`MAIL_WINDOW`], by what they have in common.
///
/// The limits on actor and property bind users; an application answers for its own volume, so only the limits that
/// protect the recipient bind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailLimits {
    /// Caused by one user.
    pub per_actor: u32,
    /// People invited to one property who have not on-boarded yet.
    pub pending_per_property: u32,
    /// To one person, about one property.
    ///
    /// One would make a mistaken withdrawal irreparable for a day, so the default leaves room to invite again.
    pub per_recipient_and_property: u32,
    /// To one person.
    pub per_recipient: u32,
}

impl MailLimits {
    /// The limits of an installation that says nothing else.
    pub const STANDARD: Self = Self {
        per_actor: 100,
        pending_per_property: 50,
        per_recipient_and_property: 3,
        per_recipient: 5,
    };
}

/// How many mails there were within [`MAIL_WINDOW`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// Caused by the acting user.
    pub by_actor: u32,
    /// People of the property who are not on-boarded.
    pub pending_on_property: u32,
    /// To the recipient, about the property.
    pub to_recipient_on_property: u32,
    /// To the recipient.
    pub to_recipient: u32,
}

/// A mail too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many mails; try again in {} seconds", retry_after.as_secs())]
pub struct TooManyMails {
    /// When to try again. No exact instant: that would tell about mails of others.
    pub retry_after: Duration,
}

/// How many of the mails to one person, and of those about one property, are kept for people who say who they are.
/// Otherwise anybody who knows an address could use them all up, and nobody could be invited by it for a day.
const KEPT: (u32, u32) = (2, 1);

/// Whether `subject` may cause one more mail of this kind; none is somebody who did not say who they are. Requests at
/// the same instant may each be the last one allowed to their actor; what protects the recipient is counted under their
/// lock.
///
/// # Errors
///
/// [`TooManyMails`] if a limit that binds the subject is reached.
pub fn within_limits(
    limits: &MailLimits,
    counts: &MailCounts,
    subject: Option<Subject>,
    kind: MessageKind,
) -> Result<(), TooManyMails> {
    let (kept, kept_on_property) = if subject.is_none() { KEPT } else { (0, 0) };
    let left = |limit: u32, kept: u32| limit.min(limit.saturating_sub(kept).max(1));
    let to_recipient = counts.to_recipient >= left(limits.per_recipient, kept)
        || counts.to_recipient_on_property >= left(limits.per_recipient_and_property, kept_on_property);
    let pending = match kind {
        MessageKind::Invitation => counts.pending_on_property >= limits.pending_per_property,
        MessageKind::InvitationResent
        | MessageKind::AccessAdded
        | MessageKind::AccessWithdrawn
        | MessageKind::PasswordReset => false,
    };
    let by_user = match subject {
        Some(Subject::User { .. }) => counts.by_actor >= limits.per_actor || pending,
        Some(Subject::Application(_) | Subject::Operator) | None => false,
    };
    if to_recipient || by_user {
        Err(TooManyMails {
            retry_after: Duration::from_hours(1),
        })
    } else {
        Ok(())
    }
}
