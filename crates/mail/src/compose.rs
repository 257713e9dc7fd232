//! One mail: headers and both forms of the text, to exactly one recipient.

use std::{
    fmt,
    time::{Duration, UNIX_EPOCH},
};

use innkeeper_domain::{
    ids::MessageId,
    ports::{Letter, MailFault},
    time::Timestamp,
};
use lettre::{
    Address,
    message::{
        Mailbox, Message, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use url::Url;

use crate::{address, render::render, sender::Sender};

/// The last instant that a `Date` can show.
const LAST_SECOND: u64 = 253_402_300_799;

/// A mail, ready to be handed over. It holds link and addresses, so it never prints itself.
pub struct Composed {
    pub(crate) id: MessageId,
    pub(crate) from: Address,
    pub(crate) to: Address,
    raw: Vec<u8>,
}

impl Composed {
    /// The mail, byte by byte: ASCII, with lines that end in CR and LF.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }
}

impl fmt::Debug for Composed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Composed({})", self.id)
    }
}

/// Composes the mail of a letter. The same letter at the same instant gives the same bytes; a later one differs in
/// its `Date`.
///
/// # Errors
///
/// [`MailFault::Uncomposable`].
pub fn compose(
    letter: &Letter,
    sender: &Sender,
    public_url: &Url,
    now: Timestamp,
) -> Result<Composed, MailFault> {
    let broken = || MailFault::Uncomposable;
    let rendered = render(letter, public_url)?;
    // Some programs decode such words even where none may be, and would show another address than they use.
    if letter.to.local_part().contains("=?") {
        return Err(MailFault::Uncomposable);
    }
    let to = Address::new(letter.to.local_part(), address::domain(&letter.to))
        .ok()
        .ok_or_else(broken)?;
    let from = sender.mailbox().clone();
    let date = u64::try_from(now.as_micros()).unwrap_or_default() / 1_000_000;
    let fixed = |name: &'static str, value: &str| {
        HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
    };
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to.clone()))
        .subject(rendered.subject)
        .date(UNIX_EPOCH + Duration::from_secs(date.min(LAST_SECOND)))
        .message_id(Some(format!("<{}@{}>", letter.message, sender.domain())))
        .raw_header(fixed("Auto-Submitted", "auto-generated"))
        .raw_header(fixed("Content-Language", letter.locale.as_str()))
        .multipart(
            MultiPart::alternative()
                // The sign `=` and a `_` after it stand together in no encoded text.
                .boundary(format!("=_{}", letter.message))
                .singlepart(SinglePart::plain(rendered.text))
                .singlepart(SinglePart::html(rendered.html)),
        )
        .ok()
        .ok_or_else(broken)?;
    Ok(Composed {
        id: letter.message,
        from: from.email,
        to,
        raw: message.formatted(),
    })
}
