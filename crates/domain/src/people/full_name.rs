//! The name that a person goes by.

use crate::values::{PersonName, TextError};

/// A name as a person typed it into one field: the first word, and the rest if there is any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullName {
    first: PersonName,
    last: Option<PersonName>,
}

impl FullName {
    /// Reads a name; joined again by a space, its parts show it as it was typed, apart from white space around the first
    /// word.
    ///
    /// # Errors
    ///
    /// [`TextError`], as for a first name.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let whole = PersonName::parse(text)?;
        let Some((first, rest)) = whole.as_str().split_once(char::is_whitespace) else {
            return Ok(Self {
                first: whole,
                last: None,
            });
        };
        match (PersonName::parse(first), PersonName::parse(rest)) {
            (Ok(first), Ok(last)) => Ok(Self {
                first,
                last: Some(last),
            }),
            // One part shows nothing by itself, as a lone joiner.
            (Ok(_) | Err(_), Ok(_) | Err(_)) => Ok(Self {
                first: whole,
                last: None,
            }),
        }
    }

    /// First and last name.
    pub fn into_parts(self) -> (PersonName, Option<PersonName>) {
        (self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_first_word_and_the_rest() {
        for (text, first, last) in [
            ("Ana", "Ana", None),
            ("  Ana  ", "Ana", None),
            ("Ana Lima", "Ana", Some("Lima")),
            ("Ana \u{a0} Maria de Lima", "Ana", Some("Maria de Lima")),
            ("Ana \u{200b}", "Ana \u{200b}", None),
        ] {
            let (found_first, found_last) = FullName::parse(text).unwrap().into_parts();
            assert_eq!(found_first.as_str(), first, "{text:?}");
            assert_eq!(found_last.as_ref().map(PersonName::as_str), last, "{text:?}");
        }
        assert_eq!(FullName::parse(" "), Err(TextError::Blank));
        assert_eq!(
            FullName::parse(&"a".repeat(151)),
            Err(TextError::TooLong { max: 150 })
        );
        assert_eq!(FullName::parse("a\nb"), Err(TextError::Unprintable));
    }
}
