//! A channel in memory: it serves its listings and reservations in small pages, fails when told, and remembers what
//! it was asked.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

use innkeeper_domain::{
    accounts::{
        Channel, ChannelFailure, ChannelKind, ChannelSlug, CredentialField, CredentialSet, FaultyRecord,
        Fetched, Format, History, ListingRecord, Position, RawCredential, Records, RemoteAccount,
        ReservationRecord, ReservationStatus, Stream, StreamPlan, TokenKey,
    },
    ids::Ids,
    ports::{ChannelGateway, CheckError, CheckRequest, FetchRequest, Watch},
    time::Timestamp,
};

use crate::cast::NOW;

/// How many records a page has.
const PAGE: usize = 2;

/// What the channel holds, and how it behaves.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) listings: Vec<ListingRecord>,
    pub(crate) reservations: Vec<ReservationRecord>,
    /// The outcomes of the next calls to fetch; when there are none left, calls succeed.
    pub(crate) failures: VecDeque<Option<ChannelFailure>>,
    /// What the check says; nothing is "fine".
    pub(crate) refusal: Option<ChannelFailure>,
    /// How many records of the next page cannot be understood.
    pub(crate) garbled: usize,
    /// The same of each of the next pages.
    pub(crate) garbled_pages: VecDeque<usize>,
    /// The ids of records that are there, and cannot be understood but for these.
    pub(crate) broken: Vec<&'static str>,
    /// Whether each page leads to itself.
    pub(crate) stuck: bool,
    /// What time it is for whoever calls; the beginning of the story unless said.
    pub(crate) now: Option<Timestamp>,
    /// What the check tells of the account beside its id.
    pub(crate) display_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) per_listing: bool,
    pub(crate) incremental: bool,
    /// Everything that was asked for.
    pub(crate) asked: Vec<FetchRequest>,
}

/// The channel `hostaway`, played.
#[derive(Debug)]
pub(crate) struct Remote {
    channels: Vec<Channel>,
    script: Mutex<Script>,
}

impl Remote {
    pub(crate) fn new(script: Script) -> Self {
        let field = |key: &str, secret| CredentialField {
            key: key.to_owned(),
            label: key.to_owned(),
            secret,
            required: true,
            list: false,
            format: Format::Text,
            example: "x".to_owned(),
        };
        let channel = |slug: &str, available| Channel {
            slug: slug.parse().unwrap(),
            label: "Hostaway".to_owned(),
            kind: ChannelKind::Pms,
            history: History::Full,
            credential_sets: vec![CredentialSet {
                name: "api_key".to_owned(),
                available,
                fields: vec![field("account_id", false), field("api_key", true)],
            }],
            docs_url: None,
        };
        Self {
            channels: vec![channel("closed", false), channel("hostaway", true)],
            script: Mutex::new(script),
        }
    }

    /// Looks at the script, or changes it.
    pub(crate) fn script<T>(&self, change: impl FnOnce(&mut Script) -> T) -> T {
        change(&mut self.script.lock().unwrap())
    }
}

/// Credentials as a caller sends them. The account's id at the channel is the one in them.
pub(crate) fn credentials(account: &str) -> BTreeMap<String, RawCredential> {
    let text = |value: &str| RawCredential::Text(value.to_owned().into());
    BTreeMap::from([
        ("account_id".to_owned(), text(account)),
        ("api_key".to_owned(), text("good")),
    ])
}

pub(crate) fn listing(id: &str) -> ListingRecord {
    ListingRecord {
        channel_listing_id: id.to_owned(),
        title: Some(format!("House {id}")),
        address: None,
        city: Some("Porto".to_owned()),
        country: Some("PT".parse().unwrap()),
        timezone: None,
        currency: Some("EUR".parse().unwrap()),
        capacity: Some(4),
        enabled: true,
        changed_at: None,
    }
}

pub(crate) fn reservation(id: &str, listing: &str) -> ReservationRecord {
    ReservationRecord {
        channel_reservation_id: id.to_owned(),
        channel_listing_id: Some(listing.to_owned()),
        status: ReservationStatus::Confirmed,
        check_in: chrono::NaiveDate::from_ymd_opt(2026, 7, 1),
        check_out: chrono::NaiveDate::from_ymd_opt(2026, 7, 5),
        adults: Some(2),
        children: None,
        total: Some("420.00".parse().unwrap()),
        currency: Some("EUR".parse().unwrap()),
        booked_at: None,
        updated_at: None,
        source: None,
        confirmation_code: None,
    }
}

impl ChannelGateway for Remote {
    fn channels(&self) -> &[Channel] {
        &self.channels
    }

    fn plan(&self, _channel: &ChannelSlug, _set: &str) -> StreamPlan {
        self.script(|script| StreamPlan {
            per_listing: script.per_listing,
            incremental: script.incremental,
        })
    }

    fn check(&self, request: &CheckRequest) -> Result<RemoteAccount, CheckError> {
        if let Some(failure) = self.script(|script| script.refusal) {
            return Err(failure.into());
        }
        Ok(RemoteAccount {
            channel_id: request.credentials.text("account_id").unwrap().to_owned(),
            display_id: self.script(|script| script.display_id.clone()),
            email: self.script(|script| script.email.clone()),
            credentials: request.credentials.clone(),
            token: TokenKey([7; 16]),
        })
    }

    fn begin(&self, _request: &FetchRequest) {}

    fn fetch(&self, request: &FetchRequest) -> Result<Fetched, ChannelFailure> {
        self.script(|script| {
            script.asked.push(request.clone());
            if let Some(failure) = script.failures.pop_front().flatten() {
                return Err(failure);
            }
            let from: usize = request.position.as_ref().map_or(0, |at| at.0.parse().unwrap());
            let (mut records, total) = match request.stream {
                Stream::Listings => {
                    let page = script.listings.iter().skip(from).take(PAGE).cloned();
                    (Records::Listings(page.collect()), script.listings.len())
                }
                Stream::Reservations => {
                    let all: Vec<_> = script
                        .reservations
                        .iter()
                        .filter(|it| request.listing.is_none() || it.channel_listing_id == request.listing)
                        .filter(|it| request.since.is_none_or(|since| it.updated_at >= Some(since)))
                        .collect();
                    let page = all.iter().skip(from).take(PAGE).map(|it| (*it).clone());
                    (Records::Reservations(page.collect()), all.len())
                }
            };
            let garbled = std::mem::take(&mut script.garbled) + script.garbled_pages.pop_front().unwrap_or(0);
            let faulty = (0..garbled).map(|_| FaultyRecord {
                channel_id: None,
                field: "status".to_owned(),
            });
            let faulty = faulty.chain(broken(&mut records, &script.broken));
            let leads_to = if script.stuck { from } else { from + PAGE };
            Ok(Fetched {
                next: (leads_to < total).then(|| Position(leads_to.to_string())),
                faulty: faulty.collect(),
                records,
                began_at: script.now.unwrap_or(NOW),
            })
        })
    }
}

/// Takes the broken ones out of a page, and tells of them.
fn broken(records: &mut Records, ids: &[&str]) -> Vec<FaultyRecord> {
    let mut faulty = Vec::new();
    let mut keep = |id: &String| {
        let is_whole = !ids.contains(&id.as_str());
        if !is_whole {
            faulty.push(FaultyRecord {
                channel_id: Some(id.clone()),
                field: "title".to_owned(),
            });
        }
        is_whole
    };
    match records {
        Records::Listings(records) => records.retain(|record| keep(&record.channel_listing_id)),
        Records::Reservations(records) => records.retain(|record| keep(&record.channel_reservation_id)),
    }
    faulty
}

/// Conditions that allow everything, until told otherwise.
#[derive(Debug)]
pub(crate) struct Calm {
    pub(crate) now: Timestamp,
    pub(crate) stopping: bool,
    pub(crate) time_left: Option<Duration>,
    pub(crate) entropy: u64,
}

impl Calm {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self {
            now,
            stopping: false,
            time_left: Some(Duration::from_secs(45)),
            entropy: u64::try_from(now.as_micros()).unwrap(),
        }
    }
}

impl Watch for Calm {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn time_left(&self) -> Option<Duration> {
        self.time_left
    }

    fn is_stopping(&self) -> bool {
        self.stopping
    }

    fn asking(&self) {}

    fn confirmed(&self) {}

    fn ids(&self) -> Ids {
        // Every call makes other ids: the store must recognise records by the channel's ids, not by ours.
        use std::sync::atomic::{AtomicU64, Ordering};
        static CALLS: AtomicU64 = AtomicU64::new(0);
        Ids::new(
            self.now,
            self.entropy ^ (CALLS.fetch_add(1, Ordering::Relaxed) << 20),
        )
    }

    fn random(&self) -> u64 {
        7
    }
}
