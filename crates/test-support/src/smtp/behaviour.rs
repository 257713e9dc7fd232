//! How the server behaves.

use std::time::Duration;

/// How the server behaves from its start on. The trouble can be changed later.
#[derive(Clone, Debug, Default)]
pub struct Behaviour {
    /// Its encryption.
    pub offer: Offer,
    /// Whom it takes mails from; from everybody if none.
    pub login: Option<Login>,
    /// What goes wrong.
    pub trouble: Trouble,
}

/// The encryption of a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Offer {
    /// None at all.
    #[default]
    Plain,
    /// `STARTTLS`, and no mail without it.
    StartTls,
    /// From the first byte on.
    Tls,
}

/// Who may send.
#[derive(Clone, Debug)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// What goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    #[default]
    None,
    /// 550 to each recipient.
    RefuseRecipient,
    /// 550 to each recipient whose address holds the text; the others are fine.
    RefuseRecipientsWith(String),
    /// 554 5.7.1 to each recipient, as a relay says that wants a login.
    RefuseRelaying,
    /// 550 to each sender.
    RefuseSender,
    /// 554 to the mail, after its last byte.
    RefuseMail,
    /// 451 to each recipient that was never named before.
    Greylist,
    /// 421 to each sender, and the end of the connection.
    Later,
    /// The end of the connection instead of a greeting.
    CloseAtGreeting,
    /// 554 instead of a greeting.
    RefuseAtGreeting,
    /// The answer to a mail takes so long. It comes at once when the behaviour changes.
    Delay(Duration),
    /// The mail is kept, and the connection is cut instead of an answer.
    DropBeforeAnswer,
}

impl Offer {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
        }
    }

    pub(super) fn named(name: &str) -> Self {
        [Self::Plain, Self::StartTls, Self::Tls]
            .into_iter()
            .find(|offer| offer.name() == name)
            .unwrap_or_else(|| panic!("no offer is called {name}"))
    }
}

impl Trouble {
    /// The trouble as it is told to the server: a name, and what belongs to it.
    pub(super) fn line(&self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::RefuseRecipient => "refuse-recipient".to_owned(),
            Self::RefuseRecipientsWith(text) => format!("refuse-recipients-with {text}"),
            Self::RefuseRelaying => "refuse-relaying".to_owned(),
            Self::RefuseSender => "refuse-sender".to_owned(),
            Self::RefuseMail => "refuse-mail".to_owned(),
            Self::Greylist => "greylist".to_owned(),
            Self::Later => "later".to_owned(),
            Self::CloseAtGreeting => "close-at-greeting".to_owned(),
            Self::RefuseAtGreeting => "refuse-at-greeting".to_owned(),
            Self::Delay(span) => format!("delay {}", span.as_millis()),
            Self::DropBeforeAnswer => "drop-before-answer".to_owned(),
        }
    }

    pub(super) fn of_line(line: &str) -> Self {
        let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
        match name {
            "none" => Self::None,
            "refuse-recipient" => Self::RefuseRecipient,
            "refuse-recipients-with" => Self::RefuseRecipientsWith(rest.to_owned()),
            "refuse-relaying" => Self::RefuseRelaying,
            "refuse-sender" => Self::RefuseSender,
            "refuse-mail" => Self::RefuseMail,
            "greylist" => Self::Greylist,
            "later" => Self::Later,
            "close-at-greeting" => Self::CloseAtGreeting,
            "refuse-at-greeting" => Self::RefuseAtGreeting,
            "delay" => Self::Delay(Duration::from_millis(rest.parse().expect("milliseconds"))),
            "drop-before-answer" => Self::DropBeforeAnswer,
            unknown => panic!("no trouble is called {unknown}"),
        }
    }
}
