//! The catalogue: which channels there are, and what an account of each needs.

use super::{ChannelSlug, Format};

/// What a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelKind {
    /// A property management system.
    Pms,
    /// A channel manager: it distributes, and manages no property itself.
    ChannelManager,
    /// An online travel agency, where guests book.
    Ota,
    /// A calendar feed.
    Calendar,
    /// A booking site of one's own.
    Direct,
}

impl ChannelKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Pms,
        Self::ChannelManager,
        Self::Ota,
        Self::Calendar,
        Self::Direct,
    ];

    /// The kind as it is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pms => "pms",
            Self::ChannelManager => "channel_manager",
            Self::Ota => "ota",
            Self::Calendar => "calendar",
            Self::Direct => "direct",
        }
    }
}

/// How far back a channel lets us read reservations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum History {
    /// All there ever were.
    Full,
    /// This many days.
    Window {
        /// Days back from today.
        days: u32,
    },
    /// Only what is current when the account is connected, and what comes after.
    FromConnection,
    /// Not known: there is no connector.
    Unknown,
}

impl std::fmt::Display for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Full => f.write_str("full"),
            Self::Window { days } => write!(f, "window({days})"),
            Self::FromConnection => f.write_str("from_connection"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// One value that an account is added with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialField {
    /// Its key in `credentials`.
    pub key: String,
    /// What to call it in a form.
    pub label: String,
    /// Whether it must be hidden while it is typed.
    pub secret: bool,
    /// Whether it may be left out.
    pub required: bool,
    /// Whether it is a list of values.
    pub list: bool,
    /// The form of each value.
    pub format: Format,
    /// A made-up value.
    pub example: String,
}

/// One way to prove that an account is one's own. A channel may offer several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialSet {
    /// Its name, unique within the channel.
    pub name: String,
    /// Whether an account can be added with it here: there is a connector, and what belongs to the integrator is
    /// configured.
    pub available: bool,
    /// Its fields.
    pub fields: Vec<CredentialField>,
}

/// A system that accounts connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its name on the wire.
    pub slug: ChannelSlug,
    /// Its name for people.
    pub label: String,
    /// What it is.
    pub kind: ChannelKind,
    /// How far back its reservations can be read.
    pub history: History,
    /// The ways to connect, the recommended one first.
    pub credential_sets: Vec<CredentialSet>,
    /// Where its makers describe its interface, if they do so in public.
    pub docs_url: Option<String>,
}

impl Channel {
    /// Whether any account of it can be added here.
    pub fn is_available(&self) -> bool {
        self.credential_sets.iter().any(|set| set.available)
    }

    /// Whether it is a property management system.
    pub fn is_pms(&self) -> bool {
        self.kind == ChannelKind::Pms
    }
}
