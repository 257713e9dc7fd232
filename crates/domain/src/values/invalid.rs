//! What is wrong with the fields of a request, all of them at once.

use super::{EmailError, TextError};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Missing, null or empty.
    Blank,
    /// Of the wrong type, not a UUID, or not one of the known values.
    Invalid,
    /// Not of the required form, as an e-mail without `@`.
    Format,
    /// More characters than allowed.
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// Fewer characters than needed.
    TooShort {
        /// The fewest characters needed.
        min: usize,
    },
    /// A policy key that is not in the catalogue.
    UnknownPolicy {
        /// The key, at most 64 characters of `[a-z0-9_.:]`.
        key: String,
    },
    /// A state of things forbids it; the text is for people.
    Refused {
        /// Why, as a predicate: "has users".
        why: &'static str,
    },
}

/// One field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the domain's spelling, such as `user_email`.
    pub field: &'static str,
    /// What is wrong.
    pub problem: Problem,
}

/// The fields that are wrong; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} field(s) are invalid", .0.len())]
pub struct Invalid(Vec<FieldError>);

impl Invalid {
    /// One wrong field.
    pub fn field(field: &'static str, problem: Problem) -> Self {
        Self(vec![FieldError { field, problem }])
    }

    /// `Ok` if nothing was found wrong.
    ///
    /// # Errors
    ///
    /// The errors as one value, if there are any.
    pub fn none_of(errors: Vec<FieldError>) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self(errors))
        }
    }

    /// What is wrong, in the order in which it was found.
    pub fn errors(&self) -> &[FieldError] {
        &self.0
    }
}

impl From<EmailError> for Problem {
    fn from(error: EmailError) -> Self {
        match error {
            EmailError::Blank => Self::Blank,
            EmailError::TooLong | EmailError::Malformed => Self::Format,
        }
    }
}

impl From<TextError> for Problem {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Blank => Self::Blank,
            TextError::TooLong { max } => Self::TooLong { max },
            TextError::Unprintable => Self::Format,
        }
    }
}
