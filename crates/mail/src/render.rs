//! What a letter says: pure functions of the letter and the public URL.

mod layout;
pub(crate) mod link;
mod texts;
mod title;

use std::fmt;

use chrono::{DateTime, Utc};
use innkeeper_domain::{
    access::Role,
    effects::MessageKind,
    ports::{Letter, Link, MailFault},
    time::Timestamp,
};
use url::Url;

pub use title::shown as shown_title;

use crate::address;
use layout::{Action, Layout};
use texts::Texts;

/// A letter in words. It holds the link, so it never prints itself.
pub struct Rendered {
    /// A fixed text of locale and kind.
    pub subject: String,
    /// The plain text, with line ends of one LF.
    pub text: String,
    /// The same in HTML, without anything to be loaded.
    pub html: String,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rendered(..)")
    }
}

/// Puts a letter into words.
///
/// # Errors
///
/// [`MailFault::Uncomposable`] if an invitation or a reset comes without a link, and if a text is missing, which a
/// test rules out.
pub fn render(letter: &Letter, public_url: &Url) -> Result<Rendered, MailFault> {
    let texts = Texts::of(letter.locale)?;
    let kind = letter.kind;
    let subject = texts.plain(&key(kind, "subject"))?;
    let layout = Layout {
        lang: letter.locale.as_str(),
        subject: &subject,
        greeting: texts.plain("greeting")?,
        lead: lead(&texts, letter)?,
        facts: facts(&texts, letter)?,
        next: texts.plain(&key(kind, "next"))?,
        action: action(&texts, letter, public_url)?,
        unexpected: texts.plain(&key(kind, "unexpected"))?,
        footer: texts.plain("footer")?,
    };
    let (text, html) = layout.both()?;
    Ok(Rendered { subject, text, html })
}

/// The name of a text that each kind has of its own.
fn key(kind: MessageKind, part: &str) -> String {
    format!("{}-{part}", kind.as_str().replace('_', "-"))
}

fn lead(texts: &Texts, letter: &Letter) -> Result<String, MailFault> {
    match (letter.inviter.as_ref().and_then(address::shown), letter.kind) {
        (
            Some(inviter),
            MessageKind::Invitation
            | MessageKind::InvitationResent
            | MessageKind::AccessAdded
            | MessageKind::AccessWithdrawn,
        ) => texts.with(&key(letter.kind, "lead-by"), &[("inviter", &inviter)]),
        // Who asks for a password is not told: it may be anybody.
        (Some(_), MessageKind::PasswordReset) | (None, _) => texts.plain(&key(letter.kind, "lead")),
    }
}

fn facts(texts: &Texts, letter: &Letter) -> Result<Vec<String>, MailFault> {
    let mut facts = Vec::new();
    let mut push = |label: &str, value: &str| {
        let label = texts.plain(label)?;
        facts.push(texts.with("fact", &[("label", &label), ("value", value)])?);
        Ok::<_, MailFault>(())
    };
    if let Some(property) = &letter.property {
        push("fact-property", &title::shown(property))?;
    }
    if let Some(role) = letter.role {
        let role = match role {
            Role::Owner => "role-owner",
            Role::User => "role-user",
        };
        push("fact-role", &texts.plain(role)?)?;
    }
    Ok(facts)
}

fn action(texts: &Texts, letter: &Letter, public_url: &Url) -> Result<Option<Action>, MailFault> {
    let needs_link = match letter.kind {
        MessageKind::Invitation | MessageKind::InvitationResent | MessageKind::PasswordReset => true,
        MessageKind::AccessAdded | MessageKind::AccessWithdrawn => false,
    };
    match &letter.link {
        Some(Link { secret, expires_at }) if needs_link => Ok(Some(Action {
            label: texts.plain(&key(letter.kind, "action"))?,
            link: link::to(public_url, secret)?,
            until: texts.with("link-until", &[("until", &until(*expires_at)?)])?,
            paste: texts.plain("link-paste")?,
        })),
        None if needs_link => Err(MailFault::Uncomposable),
        // There is nothing to do with a link here, so it is not given away.
        Some(_) | None => Ok(None),
    }
}

/// To the minute, cut off: a link is never promised for longer than it works.
fn until(instant: Timestamp) -> Result<String, MailFault> {
    let instant =
        DateTime::<Utc>::from_timestamp_micros(instant.as_micros()).ok_or(MailFault::Uncomposable)?;
    Ok(instant.format("%Y-%m-%d %H:%M UTC").to_string())
}
