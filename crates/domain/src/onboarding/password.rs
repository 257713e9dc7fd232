//! Passwords, and what is stored in their place.

use std::fmt;

use zeroize::Zeroizing;

use crate::values::Problem;

/// A password in the clear. It exists while it is chosen or shown, is wiped when dropped, and never prints itself.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

/// Why a text cannot be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Nothing at all.
    #[error("the password is empty")]
    Blank,
    /// Fewer than [`Password::MIN_CHARS`] characters.
    #[error("the password is too short")]
    TooShort,
    /// More than [`Password::MAX_CHARS`] characters.
    #[error("the password is too long")]
    TooLong,
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Blank => Self::Blank,
            PasswordError::TooShort => Self::TooShort {
                min: Password::MIN_CHARS,
            },
            PasswordError::TooLong => Self::TooLong {
                max: Password::MAX_CHARS,
            },
        }
    }
}

impl Password {
    /// The fewest characters of a new password.
    pub const MIN_CHARS: usize = 10;
    /// The most characters: enough for any phrase, and a bound on the work of judging it.
    pub const MAX_CHARS: usize = 128;

    /// Takes a new password. Every character counts, white space too.
    ///
    /// # Errors
    ///
    /// [`PasswordError`].
    pub fn chosen(text: &str) -> Result<Self, PasswordError> {
        let password = Self::shown(text)?;
        if text.chars().count() < Self::MIN_CHARS {
            Err(PasswordError::TooShort)
        } else {
            Ok(password)
        }
    }

    /// Takes a password that somebody shows to come in. It may be from a time with other rules.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Blank`] and [`PasswordError::TooLong`].
    pub fn shown(text: &str) -> Result<Self, PasswordError> {
        if text.is_empty() {
            return Err(PasswordError::Blank);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(PasswordError::TooLong);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for hashing and judging.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// The hash of a password, with its salt and parameters, as the hashing adapter writes it.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// A text that is no hash of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Argon2id hash")]
pub struct NotAHash;

impl PasswordHash {
    /// How every hash begins: Argon2id is the only function in use.
    pub const PREFIX: &str = "$argon2id$";

    /// Takes a hash as it was made or stored.
    ///
    /// # Errors
    ///
    /// [`NotAHash`] for anything that does not look like one; a password would not.
    pub fn parse(text: String) -> Result<Self, NotAHash> {
        let fits = text.starts_with(Self::PREFIX)
            && text.len() <= 256
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err(NotAHash) }
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A hash can be guessed at, so it stays out of every log.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_bounded_by_characters_and_kept_as_they_are() {
        for (text, chosen, shown) in [
            ("", Some(PasswordError::Blank), Some(PasswordError::Blank)),
            ("ééééééééé", Some(PasswordError::TooShort), None),
            ("éééééééééé", None, None),
            ("          ", None, None),
            (&"é".repeat(128), None, None),
            (
                &"é".repeat(129),
                Some(PasswordError::TooLong),
                Some(PasswordError::TooLong),
            ),
        ] {
            assert_eq!(Password::chosen(text).err(), chosen, "{text}");
            assert_eq!(Password::shown(text).err(), shown, "{text}");
        }
        assert_eq!(
            Password::chosen(" with spaces ").unwrap().reveal(),
            " with spaces "
        );
    }

    #[test]
    fn neither_a_password_nor_its_hash_prints_itself() {
        let password = Password::chosen("correct horse").unwrap();
        let hash = PasswordHash::parse("$argon2id$secret".to_owned()).unwrap();
        assert_eq!(format!("{password:?} {hash:?}"), "Password(..) PasswordHash(..)");
    }
}
