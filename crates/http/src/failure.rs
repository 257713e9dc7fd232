//! What can go wrong before or beneath a use case, without saying how it is told: each dialect does that.

use innkeeper_domain::{
    access::Denied,
    ports::StoreError,
    usecases::{AuthenticateError, ReadError},
};

/// A request that did not get to its use case, or was let down by the store.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No token was shown.
    NoToken,
    /// The token shown counts for nobody.
    BadToken,
    /// The actor may not; the target is visible or the refusal does not depend on one.
    Forbidden,
    /// The target does not exist or is not visible: one and the same.
    NotFound,
    /// The path is served, but not by this method; it is by these.
    Method(&'static str),
    /// The body is not what its type says.
    MalformedBody(&'static str),
    /// The body is longer than allowed.
    TooLarge,
    /// The body's type is not one we read.
    MediaType,
    /// Too many requests at once, or the store is busy or away: later it may work.
    Overloaded,
    /// A fault of ours. It was logged; the answer tells only the request's id.
    Internal,
}

/// Logs what broke, once, with its whole chain of causes.
fn log(error: &StoreError) {
    let mut chain = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        chain.push_str(": ");
        chain.push_str(&error.to_string());
        cause = error.source();
    }
    if matches!(error, StoreError::Outdated) {
        tracing::debug!(error = chain, "the caller is read again");
    } else if error.is_passing() {
        tracing::warn!(error = chain, "the store could not answer");
    } else {
        tracing::error!(error = chain, "the store failed");
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        log(&error);
        // A key that is still taken after another try: whoever has it is just coming or going.
        if error.is_passing() || matches!(error, StoreError::Conflict) {
            Self::Overloaded
        } else {
            Self::Internal
        }
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotVisible => Self::NotFound,
            Denied::Scope(_)
            | Denied::Policy(_)
            | Denied::Permission(_)
            | Denied::LimitedKey
            | Denied::ApplicationsOnly
            | Denied::OwnersOnly
            | Denied::Ceiling => Self::Forbidden,
        }
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

impl From<AuthenticateError> for Failure {
    fn from(error: AuthenticateError) -> Self {
        match error {
            AuthenticateError::Refused(reason) => {
                tracing::debug!(%reason, "not authenticated");
                Self::BadToken
            }
            AuthenticateError::Store(error) => error.into(),
        }
    }
}
