//! Links that people ask for without saying who they are.

use std::time::Duration;

use crate::{
    effects::MessageKind,
    ids::{LinkRequestId, OnboardingTokenId, PropertyId, TenantId},
    people::{PropertyUser, User, UserState},
    time::Timestamp,
    tokens::LinkPurpose,
    values::EmailKey,
};

/// How long the link to set a new password counts: long enough for a slow mail, and less than that of an invitation,
/// since it opens what is in use.
pub const RESET_LIFETIME: Duration = Duration::from_hours(24);

/// By what somebody asked for a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// By an address, which may be nobody's.
    Address(EmailKey),
    /// By an earlier link, which they had.
    Link(OnboardingTokenId),
}

/// A link that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRequest {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: LinkRequestId,
    /// By what.
    pub asked: Asked,
    /// When.
    pub requested_at: Timestamp,
}

/// What a person who asked for a link gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What the link is for.
    pub purpose: LinkPurpose,
    /// What the mail says.
    pub message: MessageKind,
    /// What the mail is about.
    pub property: Option<PropertyId>,
}

/// Decides what a person gets who asked for a link, with the places that they have.
///
/// To set a new password is for people who have come in. For a person who has not, it is on-boarding (C-38), and only
/// if a place waits for them (C-39b). Nobody else gets anything: no mail switches anybody on.
pub fn promised(user: &User, places: &[PropertyUser]) -> Option<Promise> {
    match user.state {
        UserState::Active => Some(Promise {
            purpose: LinkPurpose::PasswordReset,
            message: MessageKind::PasswordReset,
            property: None,
        }),
        UserState::Invited => places.last().map(|place| Promise {
            purpose: LinkPurpose::Onboarding,
            message: MessageKind::InvitationResent,
            property: Some(place.property),
        }),
        UserState::Disabled | UserState::Deleted => None,
    }
}
