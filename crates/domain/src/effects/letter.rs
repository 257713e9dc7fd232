//! What the mail of an outgoing message says, and whether it is still to be sent.

use super::MessageKind;
use crate::{
    access::Role,
    ids::{MessageId, TenantId, UserId},
    people::{User, UserState},
    ports::{Letter, Link},
    time::Timestamp,
    tokens::{LinkPurpose, Secret},
    values::{EmailKey, Title},
};

/// What a message's mail is made of, as it stands when the message is about to be sent.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The tenant.
    pub tenant: TenantId,
    /// The message.
    pub message: MessageId,
    /// What it says.
    pub kind: MessageKind,
    /// The secret that its link carries.
    pub secret: Option<Secret>,
    /// To whom; none if they were deleted.
    pub recipient: Option<User>,
    /// Who caused it, if that was a user who was not deleted.
    pub inviter: Option<User>,
    /// The property that it is about, if it is about one.
    pub property: Option<MailProperty>,
    /// The recipient's role there, if they have a place.
    pub role: Option<Role>,
    /// What its link stands for, if that is still open.
    pub link: Option<OpenLink>,
}

/// A property, as a mail tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailProperty {
    /// What it is called.
    pub title: Title,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

/// What a link that was not used yet stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Who may use it.
    pub user: UserId,
    /// The address that it was made for (C-35).
    pub email: EmailKey,
    /// From when on it is over.
    pub expires_at: Timestamp,
}

/// Why a mail is not sent any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unwanted {
    /// The recipient was deleted or switched off.
    #[error("its recipient was deleted or disabled")]
    RecipientGone,
    /// An invitation, and the recipient has on-boarded meanwhile; or the other way round.
    #[error("its recipient has on-boarded, or has not yet")]
    RecipientMoved,
    /// The property was deleted.
    #[error("its property was deleted")]
    PropertyGone,
    /// The recipient has no place on the property, or, where it tells of that, has one again.
    #[error("its recipient's place on the property is not what it tells")]
    PlaceChanged,
    /// Its link was used, replaced, cancelled or is over.
    #[error("its link is over")]
    LinkOver,
}

/// What a mail says, or why it is not to be sent any more. Much may have happened since the message was written.
///
/// # Errors
///
/// [`Unwanted`].
pub fn decide_letter(contents: Contents, now: Timestamp) -> Result<Letter, Unwanted> {
    let Contents {
        tenant,
        message,
        kind,
        secret,
        recipient,
        inviter,
        property,
        role,
        link,
    } = contents;
    let recipient = recipient.ok_or(Unwanted::RecipientGone)?;
    check_state(kind, recipient.state)?;
    let role = check_place(kind, property.as_ref(), role)?;
    let link = match purpose_of(kind) {
        None => None,
        Some(purpose) => {
            let fits = |link: &OpenLink| {
                link.purpose == purpose
                    && link.user == recipient.id
                    && link.email == *recipient.email.key()
                    && now < link.expires_at
            };
            let open = link.filter(fits).ok_or(Unwanted::LinkOver)?;
            Some(Link {
                secret: secret.ok_or(Unwanted::LinkOver)?,
                expires_at: open.expires_at,
            })
        }
    };
    Ok(Letter {
        tenant,
        message,
        kind,
        to: recipient.email,
        locale: recipient.locale,
        // Only an address that its owner has proven is shown to others.
        inviter: inviter
            .filter(|inviter| inviter.state == UserState::Active)
            .map(|inviter| inviter.email),
        property: property.map(|property| property.title),
        role,
        link,
    })
}

const fn purpose_of(kind: MessageKind) -> Option<LinkPurpose> {
    match kind {
        MessageKind::Invitation | MessageKind::InvitationResent => Some(LinkPurpose::Onboarding),
        MessageKind::PasswordReset => Some(LinkPurpose::PasswordReset),
        MessageKind::AccessAdded | MessageKind::AccessWithdrawn => None,
    }
}

fn check_state(kind: MessageKind, state: UserState) -> Result<(), Unwanted> {
    match (kind, state) {
        (_, UserState::Disabled | UserState::Deleted) => Err(Unwanted::RecipientGone),
        (MessageKind::Invitation | MessageKind::InvitationResent, UserState::Invited)
        | (MessageKind::PasswordReset, UserState::Active)
        | (MessageKind::AccessAdded | MessageKind::AccessWithdrawn, UserState::Invited | UserState::Active) => {
            Ok(())
        }
        (MessageKind::Invitation | MessageKind::InvitationResent, UserState::Active)
        | (MessageKind::PasswordReset, UserState::Invited) => Err(Unwanted::RecipientMoved),
    }
}

/// The role that the mail names.
fn check_place(
    kind: MessageKind,
    property: Option<&MailProperty>,
    role: Option<Role>,
) -> Result<Option<Role>, Unwanted> {
    match (kind, property) {
        // Whoever lost a place with its property is told so, too.
        (MessageKind::AccessWithdrawn, _) => match role {
            None => Ok(None),
            Some(_) => Err(Unwanted::PlaceChanged),
        },
        (
            MessageKind::Invitation | MessageKind::InvitationResent | MessageKind::AccessAdded,
            Some(property),
        ) => {
            if property.is_deleted {
                return Err(Unwanted::PropertyGone);
            }
            role.ok_or(Unwanted::PlaceChanged).map(Some)
        }
        (MessageKind::Invitation | MessageKind::InvitationResent | MessageKind::AccessAdded, None)
        | (MessageKind::PasswordReset, _) => Ok(None),
    }
}
