//! Links in mails, from the side of those who follow them.

use crate::{
    ids::{OnboardingTokenId, TenantId, UserId},
    people::{User, UserState},
    time::Timestamp,
    tokens::{LinkPurpose, Secret, SecretHash},
    values::{Email, EmailKey, Locale, Title},
};

/// What has become of a link, apart from its end in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// It was not used.
    Open,
    /// It was used, or another one of its person was (C-35).
    Used,
    /// It was ended: by a newer mail, or by a withdrawal (C-39b).
    Cancelled,
}

impl LinkState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Open, Self::Used, Self::Cancelled];

    /// The state as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A link as it is stored.
#[derive(Clone, Debug)]
pub struct StoredLink {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: OnboardingTokenId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Who may use it.
    pub user: UserId,
    /// The address it was sent to; erased once it is settled.
    pub email: Option<EmailKey>,
    /// The hash of its secret.
    pub secret: SecretHash,
    /// What has become of it.
    pub state: LinkState,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is over (C-37).
    pub expires_at: Timestamp,
}

/// How a link stands for whoever shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStanding {
    /// There is none with this secret.
    Unknown,
    /// What it was for is done.
    Done,
    /// It does not count any more; another mail may help.
    Expired,
    /// It can be used.
    Open,
}

/// Judges a link. It is over at the very instant of its end (C-37). The secret is compared first, so that nothing
/// else can be learned without it.
pub fn standing_of(link: &StoredLink, user: &User, shown: &Secret, now: Timestamp) -> LinkStanding {
    if !link.secret.matches(shown) || link.user != user.id {
        return LinkStanding::Unknown;
    }
    let needed = match link.purpose {
        LinkPurpose::Onboarding if user.state == UserState::Active => return LinkStanding::Done,
        LinkPurpose::Onboarding => UserState::Invited,
        LinkPurpose::PasswordReset => UserState::Active,
    };
    match link.state {
        LinkState::Used => LinkStanding::Done,
        LinkState::Cancelled => LinkStanding::Expired,
        LinkState::Open => {
            let same_address = link.email.as_ref() == Some(user.email.key());
            if user.state == needed && same_address && now < link.expires_at {
                LinkStanding::Open
            } else {
                LinkStanding::Expired
            }
        }
    }
}

/// A place that waits for a person, as far as the person may know before they came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitedTo {
    /// The title of the property, as its people typed it.
    pub property: Title,
    /// The verified address of the user who invited them, if it was an active user.
    pub inviter: Option<Email>,
}

/// A link with all that its page tells.
#[derive(Clone, Debug)]
pub struct LinkFacts {
    /// The link.
    pub link: StoredLink,
    /// The person it is for.
    pub user: User,
    /// The places that wait for them and show their property, the newest first; not more than a screen of them.
    pub places: Vec<InvitedTo>,
}

/// A link that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsableLink {
    /// The tenant.
    pub tenant: TenantId,
    /// Who may use it.
    pub user: UserId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The address it was sent to.
    pub email: Email,
    /// The name known so far: of an invited person, the local part of the address.
    pub suggested_name: String,
    /// The person's language.
    pub locale: Locale,
    /// The places that wait for them, the newest first.
    pub places: Vec<InvitedTo>,
    /// From when on it is over.
    pub expires_at: Timestamp,
}

impl UsableLink {
    /// Who invited them, as the newest place with a known inviter tells.
    pub fn inviter(&self) -> Option<&Email> {
        self.places.iter().find_map(|place| place.inviter.as_ref())
    }
}

/// What the page of a link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkView {
    /// It can be used.
    Open(Box<UsableLink>),
    /// What it was for is done: the person has come in, or has set a new password.
    Done(LinkPurpose),
    /// It is over. Whoever shows it may ask for a new mail to the same address (C-38).
    Expired(LinkPurpose),
    /// There is none with this secret.
    Unknown,
}

impl LinkView {
    /// What is to be seen of a link at `now` by whoever shows the secret.
    pub fn of(facts: Option<LinkFacts>, shown: &Secret, now: Timestamp) -> Self {
        let Some(LinkFacts { link, user, places }) = facts else {
            return Self::Unknown;
        };
        match standing_of(&link, &user, shown, now) {
            LinkStanding::Unknown => Self::Unknown,
            LinkStanding::Done => Self::Done(link.purpose),
            LinkStanding::Expired => Self::Expired(link.purpose),
            LinkStanding::Open => Self::Open(Box::new(UsableLink {
                tenant: link.tenant,
                user: user.id,
                purpose: link.purpose,
                suggested_name: user.name(),
                locale: user.locale,
                email: user.email,
                places,
                expires_at: link.expires_at,
            })),
        }
    }
}
