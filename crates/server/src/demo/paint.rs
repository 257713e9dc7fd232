//! How the story looks: colours on a terminal, plain text elsewhere.

use std::{
    env,
    io::{self, IsTerminal, Write},
    ops::Range,
};

use innkeeper_domain::tokens::Secret;
use uuid::Uuid;

/// Characters of an id, of which the last few tell it apart.
const ID_CHARS: usize = 36;
const ID_SHOWN: usize = 6;
/// Where the last digit of its counter stands.
const COUNTER: Range<usize> = 17..18;
/// Characters of a secret, of which the kind is shown.
const SECRET_CHARS: usize = 77;
const SECRET_SHOWN: usize = 5;

/// A way to write a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// What stands out.
    Bold,
    /// What may be skipped.
    Faint,
    /// What is as it should be.
    Good,
    /// What is not.
    Bad,
    /// What goes over the wire.
    Wire,
}

impl Ink {
    const fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Faint => "2",
            Self::Good => "32",
            Self::Bad => "31",
            Self::Wire => "36",
        }
    }
}

/// Where the story is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paper {
    /// A terminal with colours.
    Coloured,
    /// Anything else.
    Plain,
    /// Nowhere: the answer is a document.
    None,
}

impl Paper {
    /// The paper that stdout is.
    pub(super) fn of_stdout() -> Self {
        let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if io::stdout().is_terminal() && !unwanted {
            Self::Coloured
        } else {
            Self::Plain
        }
    }

    /// The text in that ink.
    pub(super) fn ink(self, ink: Ink, text: &str) -> String {
        match self {
            Self::Coloured => format!("\u{1b}[{}m{text}\u{1b}[0m", ink.code()),
            Self::Plain | Self::None => text.to_owned(),
        }
    }

    /// Writes a line. A reader who has left does not end the story.
    pub(super) fn line(self, text: &str) {
        if self != Self::None {
            drop(writeln!(io::stdout().lock(), "{text}"));
        }
    }
}

/// A text with ids and secrets cut down to what tells them apart, so that a line stays a line.
pub(super) fn brief(text: &str) -> String {
    let mut brief = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let id = rest
            .split_at_checked(ID_CHARS)
            .filter(|(id, _)| Uuid::try_parse(id).is_ok());
        let secret = rest
            .split_at_checked(SECRET_CHARS)
            .filter(|(secret, _)| Secret::parse(secret).is_ok());
        if let Some((id, after)) = id {
            brief.push('…');
            // Ids of one request differ in their counter only.
            brief.push_str(id.get(COUNTER).unwrap_or_default());
            brief.push('-');
            brief.push_str(id.get(ID_CHARS - ID_SHOWN..).unwrap_or_default());
            rest = after;
        } else if let Some((secret, after)) = secret {
            brief.push_str(secret.get(..SECRET_SHOWN).unwrap_or_default());
            brief.push('…');
            rest = after;
        } else {
            brief.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    brief
}

#[cfg(test)]
mod tests {
    use innkeeper_domain::{
        ids::{Id, kinds},
        tokens::SecretBits,
        tokens::SecretKind,
    };

    use super::*;

    #[test]
    fn ids_and_secrets_are_cut_down() {
        let id = "018f3e2c-7a00-7001-8000-000000abcdef";
        let record: Id<kinds::ApiKey> = id.parse().unwrap();
        let secret = Secret::issue(
            SecretKind::ApiKey,
            id.parse().unwrap(),
            record,
            &SecretBits::new([7; 16]),
        );
        let text = format!("é /x/{id}?y={} {{\"z\":\"{id}\"}}", secret.reveal());
        assert_eq!(brief(&text), "é /x/…1-abcdef?y=innk_… {\"z\":\"…1-abcdef\"}");
    }
}
