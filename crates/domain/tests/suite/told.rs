//! What a caller is told, in one line: `done`, or the refusal with the fields that are wrong.

use innkeeper_domain::{
    people::{InviteRefusal, UpdateRefusal, WithdrawRefusal},
    ports::StoreError,
    tokens::KeyRefusal,
    usecases::{
        ApiKeyError, ApplicationError, CreateUserError, CredentialError, DeletePropertyError,
        EditPropertyError, FollowLinkError, InviteError, MintError, RemoveUserError, ResendError,
        SignInError, UpdateError, WithdrawError,
    },
    values::Invalid,
};

/// A refusal that can be told in one line.
pub(crate) trait Told {
    fn told(&self) -> String;
}

/// `done`, or the refusal.
pub(crate) fn told<T, E: Told>(answer: &Result<T, E>) -> String {
    match answer {
        Ok(_) => "done".to_owned(),
        Err(refusal) => refusal.told(),
    }
}

impl Told for Invalid {
    fn told(&self) -> String {
        let errors = self.errors().iter();
        let lines: Vec<String> = errors
            .map(|error| format!("{}: {:?}", error.field, error.problem))
            .collect();
        lines.join(", ")
    }
}

impl Told for StoreError {
    fn told(&self) -> String {
        self.to_string()
    }
}

impl Told for InviteRefusal {
    fn told(&self) -> String {
        match self {
            Self::Invalid(invalid) => invalid.told(),
            Self::Denied(_) | Self::AlreadyInvited | Self::PropertyFull => self.to_string(),
        }
    }
}

impl Told for InviteError {
    fn told(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.told(),
            Self::TooManyMails(_) | Self::Store(_) => self.to_string(),
        }
    }
}

impl Told for UpdateRefusal {
    fn told(&self) -> String {
        match self {
            Self::Invalid(invalid) => invalid.told(),
            Self::Denied(_) | Self::LastOwner(_) => self.to_string(),
        }
    }
}

impl Told for UpdateError {
    fn told(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.told(),
            Self::Store(error) => error.told(),
        }
    }
}

impl Told for FollowLinkError {
    fn told(&self) -> String {
        match self {
            Self::Invalid(invalid) => invalid.told(),
            Self::OtherPerson | Self::NotHashed(_) | Self::Store(_) => self.to_string(),
        }
    }
}

impl Told for KeyRefusal {
    fn told(&self) -> String {
        match self {
            Self::Invalid(invalid) => invalid.told(),
            Self::Denied(denied) => denied.to_string(),
        }
    }
}

impl Told for ApiKeyError {
    fn told(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.told(),
            Self::Store(error) => error.told(),
        }
    }
}

impl Told for EditPropertyError {
    fn told(&self) -> String {
        match self {
            Self::Invalid(invalid) => invalid.told(),
            Self::Denied(_) | Self::Store(_) => self.to_string(),
        }
    }
}

macro_rules! told_as_shown {
    ($($error:ty),* $(,)?) => {
        $(impl Told for $error {
            fn told(&self) -> String {
                self.to_string()
            }
        })*
    };
}

told_as_shown! {
    ResendError,
    SignInError,
    WithdrawRefusal,
    WithdrawError,
    RemoveUserError,
    DeletePropertyError,
    CreateUserError,
    CredentialError,
    ApplicationError,
    MintError,
}
