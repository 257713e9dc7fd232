//! The two forms of a mail.

use askama::Template;
use innkeeper_domain::ports::MailFault;

/// What stands in a mail, in its order. The HTML form escapes everything.
pub(crate) struct Layout<'l> {
    pub(crate) lang: &'l str,
    pub(crate) subject: &'l str,
    pub(crate) greeting: String,
    pub(crate) lead: String,
    pub(crate) facts: Vec<String>,
    pub(crate) next: String,
    pub(crate) action: Option<Action>,
    pub(crate) unexpected: String,
    pub(crate) footer: String,
}

/// What the reader is asked to do.
pub(crate) struct Action {
    pub(crate) label: String,
    pub(crate) link: String,
    pub(crate) until: String,
    pub(crate) paste: String,
}

#[derive(Template)]
#[template(path = "letter.txt", escape = "none")]
struct Text<'l> {
    mail: &'l Layout<'l>,
}

#[derive(Template)]
#[template(path = "letter.html", escape = "html")]
struct Html<'l> {
    mail: &'l Layout<'l>,
}

impl Layout<'_> {
    /// Plain text and HTML.
    pub(crate) fn both(&self) -> Result<(String, String), MailFault> {
        let (text, html) = (Text { mail: self }, Html { mail: self });
        let broken = |_: askama::Error| MailFault::Uncomposable;
        Ok((text.render().map_err(broken)?, html.render().map_err(broken)?))
    }
}
