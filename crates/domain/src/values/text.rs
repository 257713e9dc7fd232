//! Short texts that people type: names and titles.

use std::fmt;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("the text is blank")]
    Blank,
    /// More characters than allowed.
    #[error("the text has more than {max} characters")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// It holds a control character, a line break or a character that reorders what is around it.
    #[error("the text holds characters that cannot be shown")]
    Unprintable,
}

fn parse(text: &str, max: usize) -> Result<String, TextError> {
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(TextError::Blank);
    }
    // As it was sent, so that the bound can be told without a word about white space.
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    let text = text.trim();
    if text.chars().any(forges) {
        return Err(TextError::Unprintable);
    }
    Ok(text.to_owned())
}

/// Characters that show nothing by themselves. Some are needed inside words, so they are only refused alone.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
}

/// Line and paragraph separators and bidirectional controls could forge mail headers and log lines (D-41, D-61).
fn forges(c: char) -> bool {
    let reorders =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || reorders || matches!(c, '\u{2028}' | '\u{2029}')
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX_CHARS: usize = $max;

            /// Reads a text; outer white space is not kept.
            ///
            /// # Errors
            ///
            /// [`TextError`] says which form rule it breaks.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                parse(text, Self::MAX_CHARS).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_type! {
    /// A first or last name.
    PersonName, 150
}
text_type! {
    /// The title of a property.
    Title, 255
}
text_type! {
    /// What an operator calls a tenant or an application.
    Label, 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_bounded_and_printable() {
        assert_eq!(Title::parse("  Seaside  ").unwrap().as_str(), "Seaside");
        for blank in [" \t", "\u{200b}", "\u{ad} \u{feff}"] {
            assert_eq!(Title::parse(blank), Err(TextError::Blank), "{blank:?}");
        }
        assert_eq!(
            Title::parse(&"é".repeat(255)).map(|t| t.as_str().chars().count()),
            Ok(255)
        );
        assert_eq!(
            Title::parse(&"é".repeat(256)),
            Err(TextError::TooLong { max: 255 })
        );
        assert_eq!(
            Label::parse(&format!("{:>101}", "a")),
            Err(TextError::TooLong { max: 100 })
        );
        for forged in ["a\nb", "a\u{0}b", "a\u{2028}b", "a\u{202e}b", "a\u{1b}[31mb"] {
            assert_eq!(Title::parse(forged), Err(TextError::Unprintable), "{forged:?}");
        }
    }
}
