//! The mails of Innkeeper: their texts in ten locales, and how they leave.
//!
//! [`render()`] makes subject, text and HTML of a letter; [`compose()`] puts them into one mail to one recipient; and
//! [`mailer`] gives the [`Mailer`](innkeeper_domain::ports::Mailer) that sends it: through an SMTP server, into a
//! folder, or to nobody but the log.
//!
//! What a person typed reaches the body only, stripped of everything that mail programs make links of. Subjects are
//! fixed texts, and no other header holds more than addresses, ids and a date. Links begin with the configured
//! public URL and with nothing else.

mod address;
mod compose;
mod render;
mod sender;
mod settings;
mod transport;

pub use compose::{Composed, compose};
pub use render::{Rendered, render, shown_title};
pub use sender::{Sender, SenderError};
pub use settings::{SetUpError, Settings, TransportKind, mailer};
pub use transport::{LOG_TARGET, Limits, SmtpServerError, SmtpSettings};
