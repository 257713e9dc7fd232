//! How far an invitation has got, for those who may invite.

use crate::{
    effects::MessageState,
    ids::PropertyUserId,
    people::{User, UserState},
    ports::MailFault,
    time::Timestamp,
};

/// The latest mail to a person about their place on one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastMail {
    /// What has become of it.
    pub state: MessageState,
    /// Why the last attempt failed.
    pub fault: Option<MailFault>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
    /// From when on its link is over, as long as that is open.
    pub link_ends_at: Option<Timestamp>,
}

/// How far a person has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnboardingState {
    /// The link of the latest mail can be used.
    Pending,
    /// The link of the latest mail is over.
    Expired,
    /// The link of the latest mail was ended before its time, by a newer mail about another property.
    Cancelled,
    /// The person has come in.
    Done,
    /// The person was switched off.
    Disabled,
}

impl OnboardingState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Expired,
        Self::Cancelled,
        Self::Done,
        Self::Disabled,
    ];

    /// The state as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Done => "done",
            Self::Disabled => "disabled",
        }
    }
}

/// How far an invitation has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The place.
    pub id: PropertyUserId,
    /// How far the person has come.
    pub state: OnboardingState,
    /// The latest mail about the place.
    pub mail: Option<LastMail>,
    /// When the person came in.
    pub onboarded_at: Option<Timestamp>,
}

impl Progress {
    /// When the mail server took the mail.
    pub fn sent_at(&self) -> Option<Timestamp> {
        self.mail.and_then(|mail| match mail.state {
            MessageState::Sent | MessageState::Logged => mail.settled_at,
            MessageState::Pending | MessageState::Failed | MessageState::Cancelled => None,
        })
    }

    /// From when on the link is over, as long as it is of use.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self.state {
            OnboardingState::Pending | OnboardingState::Expired => {
                self.mail.and_then(|mail| mail.link_ends_at)
            }
            OnboardingState::Cancelled | OnboardingState::Done | OnboardingState::Disabled => None,
        }
    }
}

/// Judges how far an invitation has got by the latest mail about its place. Mails about other properties are none of
/// the inviter's business.
pub fn progress_of(id: PropertyUserId, user: &User, mail: Option<LastMail>, now: Timestamp) -> Progress {
    let state = match user.state {
        UserState::Active => OnboardingState::Done,
        UserState::Disabled | UserState::Deleted => OnboardingState::Disabled,
        UserState::Invited => match mail.and_then(|mail| mail.link_ends_at) {
            Some(end) if now < end => OnboardingState::Pending,
            Some(_) => OnboardingState::Expired,
            None => OnboardingState::Cancelled,
        },
    };
    Progress {
        id,
        state,
        mail,
        onboarded_at: user.onboarded_at,
    }
}
