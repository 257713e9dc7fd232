//! The columns: who asks.

use innkeeper_domain::tokens::{Secret, SecretBits};

use super::{doors::DOORS, stage::Stage};
use crate::{
    harness::{Caller, all_scopes},
    routes::ROUTES,
};

/// The columns, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    NoToken,
    Bad,
    Expired,
    Revoked,
    WrongScope,
    OtherUser,
    OtherTenant,
    KeyForElsewhere,
    User,
    Manager,
    OwnerElsewhere,
    Owner,
    Application,
}

impl Column {
    pub(super) const ALL: [Self; 13] = [
        Self::NoToken,
        Self::Bad,
        Self::Expired,
        Self::Revoked,
        Self::WrongScope,
        Self::OtherUser,
        Self::OtherTenant,
        Self::KeyForElsewhere,
        Self::User,
        Self::Manager,
        Self::OwnerElsewhere,
        Self::Owner,
        Self::Application,
    ];

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::NoToken => "no token",
            Self::Bad => "bad",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::WrongScope => "wrong scope",
            Self::OtherUser => "other user",
            Self::OtherTenant => "other tenant",
            Self::KeyForElsewhere => "key elsewhere",
            Self::User => "user",
            Self::Manager => "manager",
            Self::OwnerElsewhere => "owner elsewhere",
            Self::Owner => "owner",
            Self::Application => "application",
        }
    }

    /// Whether they have nothing to do with anything that is asked about.
    pub(super) const fn is_a_stranger(self) -> bool {
        match self {
            Self::OtherUser | Self::OtherTenant | Self::OwnerElsewhere => true,
            Self::NoToken
            | Self::Bad
            | Self::Expired
            | Self::Revoked
            | Self::WrongScope
            | Self::KeyForElsewhere
            | Self::User
            | Self::Manager
            | Self::Owner
            | Self::Application => false,
        }
    }

    /// Whoever stands in this column, on their way to a route.
    pub(super) fn caller<'a>(self, stage: &Stage<'a>, method: &str, path: &str) -> Caller<'a> {
        let app = stage.app;
        match self {
            Self::NoToken => app.stranger(),
            Self::Bad => Caller::with(app, &with_another_secret(&stage.ada.token)),
            Self::Expired => Caller::with(app, &stage.expired),
            Self::Revoked => Caller::with(app, &stage.revoked),
            Self::WrongScope => {
                let scopes = all_but_the_one_of(method, path);
                app.home()
                    .mints(&[("user_id", &stage.ada.id), ("scope", &scopes)])
            }
            Self::OtherUser => (*stage.eve).clone(),
            Self::OtherTenant => stage.rival.clone(),
            Self::KeyForElsewhere => Caller::with(app, &stage.limited),
            Self::User => (*stage.bob).clone(),
            Self::Manager => (*stage.cleo).clone(),
            Self::OwnerElsewhere => (*stage.dan).clone(),
            Self::Owner => (*stage.ada).clone(),
            Self::Application => app.application(),
        }
    }
}

/// Of the right form, with the ids of a real token, and with another secret.
fn with_another_secret(token: &str) -> String {
    let real = Secret::parse(token).expect("a token of ours");
    let forged = Secret::issue::<()>(
        real.kind(),
        real.tenant(),
        real.record(),
        &SecretBits::new([1; 16]),
    );
    forged.reveal().to_owned()
}

/// Every scope but what the route takes; where any token will do, or none, nothing is missing.
fn all_but_the_one_of(method: &str, path: &str) -> String {
    let row = ROUTES.iter().find(|row| row.method == method && row.path == path);
    let is_open = DOORS
        .iter()
        .any(|door| door.method == method && door.path == path);
    assert!(is_open != row.is_some(), "{method} {path} is not known");
    let needed = row.map_or("", |row| row.scope);
    let all = all_scopes();
    let others: Vec<&str> = all.split(' ').filter(|scope| *scope != needed).collect();
    others.join(" ")
}
