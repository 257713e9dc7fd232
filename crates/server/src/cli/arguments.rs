//! Arguments that are more than text. What cannot be right is refused before anything is opened.

use std::{str::FromStr, time::Duration};

use clap::Args;
use innkeeper_domain::{
    access::{Permission, Scope, ScopeSet},
    effects::MessageState,
    ports::PageRequest,
    time::Timestamp,
    values::{Currency, Email, Label, PersonName, Title},
};

use super::failure::Failure;
use crate::durations;

/// Which tenant is meant.
#[derive(Debug, Args)]
pub(crate) struct TenantArgument {
    /// The tenant, by id or name; may be left out while there is only one
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
}

/// Which part of a list is meant.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct PageArguments {
    /// The page, counted from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    page: u64,
    /// The most items on a page
    #[arg(long, value_name = "N", default_value_t = 1000)]
    limit: u32,
}

impl PageArguments {
    pub(crate) fn request(self) -> Result<PageRequest, Failure> {
        PageRequest::new(self.page, self.limit).map_err(|_none| {
            Failure::Refused("there is no such page; lists can be paged through up to item 100000".to_owned())
        })
    }
}

pub(crate) fn email(text: &str) -> Result<Email, String> {
    Email::parse(text).map_err(|error| error.to_string())
}

pub(crate) fn person_name(text: &str) -> Result<PersonName, String> {
    PersonName::parse(text).map_err(|error| error.to_string())
}

/// An instant.
pub(crate) fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "not an instant such as 2026-01-31T12:00:00Z".to_owned())
}

pub(crate) fn title(text: &str) -> Result<Title, String> {
    Title::parse(text).map_err(|error| error.to_string())
}

pub(crate) fn label(text: &str) -> Result<Label, String> {
    Label::parse(text).map_err(|error| error.to_string())
}

pub(crate) fn currency(text: &str) -> Result<Currency, String> {
    Currency::from_str(text).map_err(|_unknown| "not an ISO 4217 code in capitals, such as EUR".to_owned())
}

pub(crate) fn scope(text: &str) -> Result<Scope, String> {
    Scope::from_str(text).map_err(|_unknown| {
        let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        format!("must be one of {}", all.join(", "))
    })
}

pub(crate) fn permission(text: &str) -> Result<Permission, String> {
    Permission::from_str(text).map_err(|_unknown| {
        let all: Vec<&str> = Permission::ALL
            .iter()
            .map(|permission| permission.as_str())
            .collect();
        format!("must be one of {}", all.join(", "))
    })
}

pub(crate) fn message_state(text: &str) -> Result<MessageState, String> {
    MessageState::from_str(text).map_err(|_unknown| {
        let all: Vec<&str> = MessageState::ALL.iter().map(|state| state.as_str()).collect();
        format!("must be one of {}", all.join(", "))
    })
}

/// A hundred years are for ever; more would leave the calendar.
const LONGEST_LIFETIME: Duration = Duration::from_hours(24 * 36_500);

pub(crate) fn lifetime(text: &str) -> Result<Duration, String> {
    let lifetime = durations::parse(text)?;
    if lifetime.is_zero() || lifetime > LONGEST_LIFETIME {
        Err("must be more than 0 and at most 36500d".to_owned())
    } else {
        Ok(lifetime)
    }
}

/// The scopes named, or all if none is. Over HTTP scopes must be named; whoever runs the installation has them all.
pub(crate) fn scopes_or_all(scopes: &[Scope]) -> ScopeSet {
    if scopes.is_empty() {
        ScopeSet::all()
    } else {
        scopes.iter().copied().collect()
    }
}

/// Scopes as answers show them.
pub(crate) fn listed(scopes: ScopeSet) -> Vec<String> {
    scopes.iter().map(|scope| scope.to_string()).collect()
}
