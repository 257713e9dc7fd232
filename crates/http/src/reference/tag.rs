//! The groups of operations, in the order in which a newcomer needs them.

use utoipa::openapi::tag::{self, TagBuilder};

/// A group of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Tokens,
    Users,
    Accounts,
    Channels,
    Properties,
    PropertyUsers,
    Onboarding,
    Record,
    ApiKeys,
    Reference,
    Health,
}

impl Tag {
    pub(super) const ALL: [Self; 11] = [
        Self::Tokens,
        Self::Users,
        Self::Accounts,
        Self::Channels,
        Self::Properties,
        Self::PropertyUsers,
        Self::Onboarding,
        Self::Record,
        Self::ApiKeys,
        Self::Reference,
        Self::Health,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Tokens => "Tokens",
            Self::Users => "Users",
            Self::Accounts => "Accounts",
            Self::Channels => "Channels",
            Self::Properties => "Properties",
            Self::PropertyUsers => "Property users",
            Self::Onboarding => "On-boarding",
            Self::Record => "Record",
            Self::ApiKeys => "API keys",
            Self::Reference => "Reference",
            Self::Health => "Health",
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Tokens => "Begin here: exchange an application's id and secret for an access token.",
            Self::Users => "The people of a tenant, and their logins.",
            Self::Accounts => {
                "Channel connections of a user: add one with checked credentials, follow its import, refresh it, read \
                 its listings and reservations."
            }
            Self::Channels => "The systems that accounts connect to, and the credentials that each asks for.",
            Self::Properties => "Hotels, flats and houses that people manage.",
            Self::PropertyUsers => "Who may do what on a property: invite, read, change, withdraw.",
            Self::Onboarding => "How invited people come in, and how far they have got.",
            Self::Record => "Who did what, and who had which place at any instant.",
            Self::ApiKeys => "Long-lived keys of users.",
            Self::Reference => "This document.",
            Self::Health => "For whoever runs the service.",
        }
    }

    pub(super) fn document(self) -> tag::Tag {
        TagBuilder::new()
            .name(self.name())
            .description(Some(self.text()))
            .build()
    }
}
