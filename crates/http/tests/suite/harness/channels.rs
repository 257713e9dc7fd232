//! Channels that answer what the test says. They are asked by adding accounts alone: what imports read, the test hands
//! to the store itself.

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use innkeeper_domain::{
    accounts::{
        Channel, ChannelFailure, ChannelFault, ChannelKind, ChannelSlug, CredentialField, CredentialSet,
        Fetched, Format, History, RemoteAccount, StreamPlan, TokenKey,
    },
    ports::{ChannelGateway, CheckError, CheckRequest, FetchRequest},
};

/// The longest that a channel is held. Only a failing test holds it that long.
const PATIENCE: Duration = Duration::from_secs(30);

/// The channels. Every secret is good unless it was said to be refused.
#[derive(Debug)]
pub(crate) struct Channels {
    catalogue: Vec<Channel>,
    script: Mutex<Script>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Script {
    refused: BTreeMap<String, CheckError>,
    asked: usize,
    held: bool,
}

impl Default for Channels {
    fn default() -> Self {
        Self {
            catalogue: catalogue(),
            script: Mutex::default(),
            changed: Condvar::new(),
        }
    }
}

impl Channels {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on a channel refuses this secret, or fails at it.
    pub(crate) fn refuse(&self, secret: &str, why: impl Into<CheckError>) {
        self.script().refused.insert(secret.to_owned(), why.into());
    }

    /// How often a channel was asked.
    pub(crate) fn asked(&self) -> usize {
        self.script().asked
    }

    /// From now on no channel answers.
    pub(crate) fn hold(&self) {
        self.script().held = true;
    }

    /// Waits until channels were asked this often.
    pub(crate) fn wait_for(&self, asked: usize) {
        let (script, waited) = self
            .changed
            .wait_timeout_while(self.script(), PATIENCE, |script| script.asked < asked)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "asked {} times only", script.asked);
    }

    /// All answers that are due, and the later ones at once.
    pub(crate) fn let_go(&self) {
        self.script().held = false;
        self.changed.notify_all();
    }
}

impl ChannelGateway for Channels {
    fn channels(&self) -> &[Channel] {
        &self.catalogue
    }

    fn plan(&self, _channel: &ChannelSlug, _set: &str) -> StreamPlan {
        super::worker::PLAN
    }

    fn check(&self, request: &CheckRequest) -> Result<RemoteAccount, CheckError> {
        let mut script = self.script();
        script.asked += 1;
        self.changed.notify_all();
        let (script, waited) = self
            .changed
            .wait_timeout_while(script, PATIENCE, |script| script.held)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "nobody let the channel go");
        let credentials = &request.credentials;
        let values = credentials.values.keys().flat_map(|key| credentials.list(key));
        for value in values {
            if let Some(why) = script.refused.get(value) {
                return Err(why.clone());
            }
        }
        let named = ["client_id", "account", "ical_urls"]
            .into_iter()
            .find_map(|key| credentials.list(key).first().copied());
        let channel_id = named.unwrap_or("1");
        Ok(RemoteAccount {
            channel_id: channel_id.to_owned(),
            display_id: (request.channel.as_str() == "hostaway").then(|| format!("Account {channel_id}")),
            email: credentials.text("email").map(str::to_owned),
            credentials: request.credentials.clone(),
            token: TokenKey([7; 16]),
        })
    }

    fn begin(&self, _request: &FetchRequest) {}

    fn fetch(&self, _request: &FetchRequest) -> Result<Fetched, ChannelFailure> {
        Err(ChannelFault::Internal.into())
    }
}

fn catalogue() -> Vec<Channel> {
    let channel = |slug: &str, label: &str, kind, history, credential_sets| Channel {
        slug: slug.parse().expect("a good name"),
        label: label.to_owned(),
        kind,
        history,
        credential_sets,
        docs_url: (slug != "opera").then(|| format!("https://{slug}.example/docs")),
    };
    let set = |name: &str, available, fields: &[CredentialField]| CredentialSet {
        name: name.to_owned(),
        available,
        fields: fields.to_vec(),
    };
    let links = CredentialField {
        list: true,
        ..field("ical_urls", Format::Url)
    };
    let email = CredentialField {
        required: false,
        secret: false,
        ..field("email", Format::Email)
    };
    let id = CredentialField {
        secret: false,
        ..field("client_id", Format::Integer)
    };
    let secret = field("client_secret", Format::Text);
    vec![
        channel(
            "airbnb",
            "Airbnb",
            ChannelKind::Ota,
            History::FromConnection,
            vec![
                set("calendar", true, &[links]),
                set("partner", false, &[field("access_token", Format::Text)]),
            ],
        ),
        channel(
            "guesty",
            "Guesty",
            ChannelKind::Pms,
            History::Window { days: 365 },
            vec![
                set("jwt", true, &[field("jwt", Format::Text)]),
                set(
                    "client",
                    true,
                    &[field("account", Format::Text), field("key", Format::Uuid)],
                ),
            ],
        ),
        channel(
            "hostaway",
            "Hostaway",
            ChannelKind::Pms,
            History::Full,
            vec![set("api_key", true, &[id, secret, email])],
        ),
        channel(
            "opera",
            "Oracle Opera",
            ChannelKind::Pms,
            History::Unknown,
            vec![set("hotel", false, &[field("hotel_id", Format::Text)])],
        ),
    ]
}

fn field(key: &str, format: Format) -> CredentialField {
    CredentialField {
        key: key.to_owned(),
        label: key.replace('_', " "),
        secret: true,
        required: true,
        list: false,
        format,
        example: example(format).to_owned(),
    }
}

fn example(format: Format) -> &'static str {
    match format {
        Format::Text => "example",
        Format::Integer => "12345",
        Format::Email => "ann@example.test",
        Format::Uuid => "0b9c7c1e-4f7a-4f5e-9d3c-1a2b3c4d5e6f",
        Format::Url => "https://calendars.example/1.ics",
        Format::Host => "company.example",
        Format::Subdomain => "company",
    }
}
