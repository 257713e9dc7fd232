//! Why a command failed, in one line that says what to do about it.

use std::io;

use innkeeper_domain::{
    access::Denied,
    ports::StoreError,
    tokens::KeyRefusal,
    usecases::{
        ApiKeyError, ApplicationError, CreateUserError, CredentialError, EditPropertyError, ReadError,
        RemoveUserError,
    },
    values::{Invalid, Problem},
};

use crate::{
    compose::StartError,
    config::ConfigError,
    demo::{Broken, GroundError},
    one_line::{one_line, with_causes},
};

/// Why a command failed. Its text has one line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The program cannot do its work here.
    #[error(transparent)]
    Start(#[from] StartError),
    /// There is no room for the demo.
    #[error(transparent)]
    Ground(#[from] GroundError),
    /// The demo showed something that is wrong.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// The arguments are wrong, in a way that is not told while they are read.
    #[error("{0}")]
    Usage(String),
    /// What was asked for cannot be; the text says why.
    #[error("{0}")]
    Refused(String),
    /// The store failed in the middle.
    #[error("{}", told(.0))]
    Store(#[from] StoreError),
    /// The answer cannot be printed.
    #[error("cannot write the answer to stdout: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// Something that is not there.
    pub(crate) fn unknown(what: &str, name: impl std::fmt::Display) -> Self {
        Self::Refused(format!("there is no {what} `{name}`"))
    }

    /// The text, whatever it holds, on one line.
    pub(crate) fn line(&self) -> String {
        one_line(&self.to_string())
    }
}

fn told(error: &StoreError) -> String {
    match error {
        StoreError::Conflict => "something with the same key exists already".to_owned(),
        StoreError::Busy => "the database is busy; try again in a moment".to_owned(),
        StoreError::Unavailable(_) => format!(
            "{}; see to the database and to INNKEEPER_DATABASE__URL, then try again",
            with_causes(error)
        ),
        StoreError::Corrupt { .. } | StoreError::Outdated | StoreError::Failed(_) => with_causes(error),
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::Refused(match denied {
            Denied::NotVisible => "there is no such thing in this tenant".to_owned(),
            Denied::Scope(_)
            | Denied::Policy(_)
            | Denied::Permission(_)
            | Denied::LimitedKey
            | Denied::ApplicationsOnly
            | Denied::OwnersOnly
            | Denied::Ceiling => denied.to_string(),
        })
    }
}

impl From<Invalid> for Failure {
    fn from(invalid: Invalid) -> Self {
        let told = invalid.errors().iter().map(|error| {
            let option = match error.field {
                "owner_id" => "--owner",
                "user_id" => "--user",
                "credential_id" => "--credential",
                "property_ids" => "--property",
                "scopes" => "--scope",
                "expires_at" => "--expires-in",
                field => field,
            };
            match (option, &error.problem) {
                ("--owner" | "--user", Problem::Invalid) => format!("{option} must name an active user"),
                ("--credential", Problem::Invalid) => {
                    format!("{option} must name a credential of the user, who needs one for a key")
                }
                ("--property", Problem::Invalid) => {
                    format!("{option} must name properties that the user sees")
                }
                ("--expires-in", Problem::Invalid) => format!("{option} must be more than 0"),
                (_, Problem::Blank) => format!("{option} must be given"),
                (_, Problem::Invalid | Problem::Format | Problem::UnknownPolicy { .. }) => {
                    format!("{option} is invalid")
                }
                (_, Problem::TooLong { max }) => format!("{option} must have at most {max} characters"),
                (_, Problem::TooShort { min }) => format!("{option} must have at least {min} characters"),
                (_, Problem::Refused { why }) => format!("{option} {why}"),
            }
        });
        Self::Refused(told.collect::<Vec<_>>().join("; "))
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Denied(denied) => denied.into(),
            ReadError::Store(error) => error.into(),
        }
    }
}

impl From<ApplicationError> for Failure {
    fn from(error: ApplicationError) -> Self {
        match error {
            ApplicationError::Denied(denied) => denied.into(),
            ApplicationError::Unknown => Self::Refused("there is no such application".to_owned()),
            ApplicationError::NameTaken => {
                Self::Refused("a tenant of that name exists; choose another with --name".to_owned())
            }
            ApplicationError::Store(error) => error.into(),
        }
    }
}

impl From<CreateUserError> for Failure {
    fn from(error: CreateUserError) -> Self {
        match error {
            CreateUserError::Denied(denied) => denied.into(),
            CreateUserError::EmailTaken => Self::Refused(
                "a user with this e-mail address exists in the tenant; see `innkeeper user list`".to_owned(),
            ),
            CreateUserError::Store(error) => error.into(),
        }
    }
}

impl From<RemoveUserError> for Failure {
    fn from(error: RemoveUserError) -> Self {
        match error {
            RemoveUserError::Denied(denied) => denied.into(),
            RemoveUserError::OwnedAlone(alone) => {
                let list: Vec<String> = alone.0.iter().map(ToString::to_string).collect();
                Self::Refused(format!(
                    "the user is the only active owner of {}; give each another owner first",
                    list.join(", ")
                ))
            }
            RemoveUserError::Store(error) => error.into(),
        }
    }
}

impl From<CredentialError> for Failure {
    fn from(error: CredentialError) -> Self {
        match error {
            CredentialError::Denied(denied) => denied.into(),
            CredentialError::Unknown => {
                Self::Refused("there is no such credential in this tenant".to_owned())
            }
            CredentialError::Store(error) => error.into(),
        }
    }
}

impl From<EditPropertyError> for Failure {
    fn from(error: EditPropertyError) -> Self {
        match error {
            EditPropertyError::Denied(denied) => denied.into(),
            EditPropertyError::Invalid(invalid) => invalid.into(),
            EditPropertyError::Store(error) => error.into(),
        }
    }
}

impl From<ApiKeyError> for Failure {
    fn from(error: ApiKeyError) -> Self {
        match error {
            ApiKeyError::Refused(KeyRefusal::Denied(denied)) => denied.into(),
            ApiKeyError::Refused(KeyRefusal::Invalid(invalid)) => invalid.into(),
            ApiKeyError::Store(error) => error.into(),
        }
    }
}
