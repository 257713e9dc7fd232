//! A sandbox, the channels on it, and an import loop as a worker would run it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use innkeeper_channels::{Channels, ChannelsConfig, Unshared};
use innkeeper_domain::{
    accounts::{
        Amount, ChannelFailure, ChannelFault, Credentials, Fetched, ListingRecord, Position, Records,
        RemoteAccount, ReservationRecord, Stream, Urgency,
    },
    ids::TenantId,
    ports::{
        BudgetScope, BudgetWindow, ChannelBudgets, ChannelGateway, ChannelTokens, CheckError, CheckRequest,
        Clock, FetchRequest, Grant, StoreError,
    },
    time::Timestamp,
    values::{Country, Currency, ZoneName},
};
use innkeeper_sandbox::{Options, Running};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::connectors::Connector;

/// Long enough for the slowest honest answer.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// The clock of the machine.
pub(crate) struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_micros(since.as_micros().try_into().unwrap())
    }
}

/// Budgets without windows: what the channel itself says is heeded, and nothing else is waited for.
struct Unwindowed(Arc<Unshared>);

impl ChannelBudgets for Unwindowed {
    fn take(
        &self,
        scope: &BudgetScope,
        _: &[BudgetWindow],
        wanted: u32,
        urgency: Urgency,
        now: Timestamp,
    ) -> Result<Grant, StoreError> {
        self.0.take(scope, &[], wanted, urgency, now)
    }

    fn block(&self, scope: &BudgetScope, until: Timestamp) -> Result<(), StoreError> {
        self.0.block(scope, until)
    }
}

/// A sandbox with the channels on it.
pub(crate) struct Bench {
    pub(crate) sandbox: Running,
    pub(crate) channels: Channels,
    client: reqwest::blocking::Client,
}

/// Channels on a sandbox at this address, with integrator values for those that need some.
pub(crate) fn channels_at(url: &str, store: &Arc<Unshared>) -> Channels {
    let tokens: Arc<dyn ChannelTokens> = store.clone();
    let budgets: Arc<dyn ChannelBudgets> = Arc::new(Unwindowed(Arc::clone(store)));
    let value = |text: &str| Zeroizing::new(text.to_owned());
    let mews = BTreeMap::from([
        ("client_token".to_owned(), value("good")),
        ("client".to_owned(), value("Innkeeper 1.0")),
    ]);
    let config = ChannelsConfig {
        sandbox_url: Some(url.parse().unwrap()),
        integrator: BTreeMap::from([("mews".to_owned(), mews)]),
        fingerprint_key: Zeroizing::new([7; 32]),
    };
    Channels::new(config, tokens, budgets, Arc::new(WallClock)).unwrap()
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(Options {
            limits: false,
            ..Options::default()
        })
    }

    pub(crate) fn with(options: Options) -> Self {
        let sandbox = Running::start(options).unwrap();
        let channels = channels_at(&sandbox.url(), &Arc::default());
        Self {
            sandbox,
            channels,
            client: reqwest::blocking::Client::new(),
        }
    }

    /// Another process: nothing of what the first one learnt but what it stored.
    pub(crate) fn afresh(&self, store: &Arc<Unshared>) -> Channels {
        channels_at(&self.sandbox.url(), store)
    }

    pub(crate) fn arm(&self, connector: &Connector, fault: &str, after: u64, times: Option<u64>) {
        let body = json!({"channel": connector.slug, "fault": fault, "after": after, "times": times});
        let request = self
            .client
            .post(format!("{}/_sandbox/faults", self.sandbox.url()));
        assert_eq!(request.json(&body).send().unwrap().status(), 204);
    }

    pub(crate) fn disarm(&self) {
        let request = self
            .client
            .delete(format!("{}/_sandbox/faults", self.sandbox.url()));
        assert_eq!(request.send().unwrap().status(), 204);
    }

    pub(crate) fn change(&self, connector: &Connector, secret: &str, reservations: u32) {
        let body = json!({"channel": connector.slug, "secret": secret, "reservations": reservations});
        let request = self
            .client
            .post(format!("{}/_sandbox/change", self.sandbox.url()));
        assert_eq!(request.json(&body).send().unwrap().status(), 200);
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.client
            .get(format!("{}{path}", self.sandbox.url()))
            .send()
            .unwrap()
            .json()
            .unwrap()
    }

    /// What was asked of a channel.
    pub(crate) fn requests(&self, connector: &Connector) -> Vec<Value> {
        let answer = self.get(&format!("/_sandbox/requests?channel={}", connector.slug));
        let list = answer.get("requests").unwrap_or(&answer).as_array().cloned();
        list.unwrap_or_else(|| panic!("{answer}"))
    }

    /// Listings and reservations that a perfect import holds, by id.
    pub(crate) fn truth(&self, connector: &Connector, secret: &str) -> Holdings {
        let truth = self.get(&format!(
            "/_sandbox/truth?channel={}&secret={secret}",
            connector.slug
        ));
        Holdings {
            listings: by_id(&truth["listings"], "channel-listing-id"),
            reservations: by_id(&truth["reservations"], "channel-reservation-id"),
        }
    }

    pub(crate) fn check(&self, connector: &Connector, secret: &str) -> Result<RemoteAccount, CheckError> {
        let credentials = connector.credentials(&self.sandbox.url(), secret);
        self.channels.check(&check_request(connector, credentials))
    }

    /// Credentials as they are kept after a check.
    pub(crate) fn kept(&self, connector: &Connector, secret: &str) -> Credentials {
        self.check(connector, secret).unwrap().credentials
    }

    pub(crate) fn import(&self, connector: &Connector, secret: &str) -> Holdings {
        let credentials = self.kept(connector, secret);
        Import::new(&self.channels, connector, credentials).run(&mut |failure| panic!("{failure:?}"))
    }
}

pub(crate) fn tenant() -> TenantId {
    "018f3e2c-7a00-7000-8000-000000000001".parse().unwrap()
}

pub(crate) fn check_request(connector: &Connector, credentials: Credentials) -> CheckRequest {
    CheckRequest {
        tenant: tenant(),
        channel: connector.slug.parse().unwrap(),
        credentials,
        limit: LIMIT,
    }
}

fn by_id(rows: &Value, key: &str) -> BTreeMap<String, Value> {
    let rows = rows.as_array().unwrap_or_else(|| panic!("no rows in {rows}"));
    // A channel that tells no id is told apart by nothing: it has one listing.
    rows.iter()
        .map(|row| (row[key].as_str().unwrap_or_default().to_owned(), row.clone()))
        .collect()
}

/// What an import holds, by id, with the names of the truth.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Holdings {
    pub(crate) listings: BTreeMap<String, Value>,
    pub(crate) reservations: BTreeMap<String, Value>,
}

impl Holdings {
    /// Fails with the first record that differs.
    pub(crate) fn assert_is(&self, truth: &Self, what: &str) {
        for (kind, found, expected) in [
            ("listing", &self.listings, &truth.listings),
            ("reservation", &self.reservations, &truth.reservations),
        ] {
            let ids = |rows: &BTreeMap<String, Value>| rows.keys().cloned().collect::<BTreeSet<_>>();
            let (found_ids, expected_ids) = (ids(found), ids(expected));
            let lost: Vec<_> = expected_ids.difference(&found_ids).take(3).collect();
            let invented: Vec<_> = found_ids.difference(&expected_ids).take(3).collect();
            assert!(
                lost.is_empty() && invented.is_empty(),
                "{what}: of {} {kind}s, {} found; lost {lost:?}, invented {invented:?}",
                expected.len(),
                found.len()
            );
            for (id, expected) in expected {
                let mut found = found[id].clone();
                // What the channel does not tell in the truth's own words.
                if expected["channel-listing-id"].is_null() {
                    found["channel-listing-id"] = Value::Null;
                }
                if expected.get("enabled").is_some_and(Value::is_null) {
                    assert_eq!(
                        found["enabled"],
                        json!(true),
                        "{what}: a channel that does not tell has active ones"
                    );
                    found["enabled"] = Value::Null;
                }
                assert_eq!(&found, expected, "{what}: {kind} {id}");
            }
        }
    }
}

fn listing(record: &ListingRecord) -> Value {
    json!({
        "channel-listing-id": record.channel_listing_id, "title": record.title, "address": record.address,
        "city": record.city, "country": record.country.map(Country::as_str),
        "timezone": record.timezone.as_ref().map(ZoneName::as_str), "currency": record.currency.map(Currency::as_str),
        "capacity": record.capacity, "enabled": record.enabled,
    })
}

fn reservation(record: &ReservationRecord) -> Value {
    json!({
        "channel-reservation-id": record.channel_reservation_id, "channel-listing-id": record.channel_listing_id,
        "status": record.status.as_str(), "check-in": record.check_in.map(|it| it.to_string()),
        "check-out": record.check_out.map(|it| it.to_string()), "adults": record.adults, "children": record.children,
        "total": record.total.as_ref().map(Amount::as_str), "currency": record.currency.map(Currency::as_str),
        "booked-at": record.booked_at.map(|it| it.to_string()), "updated-at": record.updated_at.map(|it| it.to_string()),
        "source": record.source, "confirmation-code": record.confirmation_code,
    })
}

/// What to do about a failed page.
pub(crate) type OnFailure<'a> = dyn FnMut(ChannelFailure) + 'a;

/// An import, page by page.
pub(crate) struct Import<'a> {
    pub(crate) channels: &'a Channels,
    pub(crate) connector: &'a Connector,
    pub(crate) credentials: Credentials,
    pub(crate) since: Option<Timestamp>,
    pub(crate) limit: Duration,
    pub(crate) faulty: usize,
}

impl<'a> Import<'a> {
    pub(crate) fn new(channels: &'a Channels, connector: &'a Connector, credentials: Credentials) -> Self {
        Self {
            channels,
            connector,
            credentials,
            since: None,
            limit: LIMIT,
            faulty: 0,
        }
    }

    pub(crate) fn page(
        &self,
        stream: Stream,
        listing: Option<&str>,
        position: Option<Position>,
    ) -> Result<Fetched, ChannelFailure> {
        self.channels.fetch(&FetchRequest {
            tenant: tenant(),
            channel: self.connector.slug.parse().unwrap(),
            credentials: self.credentials.clone(),
            stream,
            listing: listing.map(str::to_owned),
            position,
            since: self.since,
            urgency: Urgency::Person,
            limit: self.limit,
        })
    }

    /// Reads a stream to its end; a failed page is told, and asked for again from the same place.
    fn stream(
        &mut self,
        stream: Stream,
        listing: Option<&str>,
        told: &mut OnFailure<'_>,
        keep: &mut dyn FnMut(Records),
    ) {
        let mut position = None;
        let mut failures = 0;
        for _ in 0..5_000 {
            match self.page(stream, listing, position.clone()) {
                Ok(fetched) => {
                    self.faulty += fetched.faulty.len();
                    assert_eq!(fetched.faulty, []);
                    keep(fetched.records);
                    match fetched.next {
                        Some(next) => position = Some(next),
                        None => return,
                    }
                }
                Err(failure) => {
                    failures += 1;
                    assert!(failures < 5, "again and again: {failure:?}");
                    told(failure);
                }
            }
        }
        panic!("a stream without end");
    }

    /// Listings, then reservations.
    pub(crate) fn run(mut self, told: &mut OnFailure<'_>) -> Holdings {
        let mut found = Holdings::default();
        let mut ids = Vec::new();
        self.stream(Stream::Listings, None, told, &mut |records| {
            let Records::Listings(records) = records else {
                panic!("no listings")
            };
            for record in &records {
                ids.push(record.channel_listing_id.clone());
                found
                    .listings
                    .insert(record.channel_listing_id.clone(), listing(record));
            }
        });
        let plan = self
            .channels
            .plan(&self.connector.slug.parse().unwrap(), self.connector.set);
        let asked: Vec<_> = if plan.per_listing {
            ids.iter().map(Some).collect()
        } else {
            vec![None]
        };
        for listing in asked {
            self.stream(
                Stream::Reservations,
                listing.map(String::as_str),
                told,
                &mut |records| {
                    let Records::Reservations(records) = records else {
                        panic!("no reservations")
                    };
                    for record in &records {
                        found
                            .reservations
                            .insert(record.channel_reservation_id.clone(), reservation(record));
                    }
                },
            );
        }
        if self.connector.is_calendar() {
            // The truth knows no name for the one listing.
            found.listings = found
                .listings
                .into_values()
                .map(|row| (String::new(), row))
                .collect();
        }
        found
    }
}

/// The fault in a check's refusal.
pub(crate) fn refusal(error: CheckError) -> ChannelFault {
    match error {
        CheckError::Failed(failure) => failure.fault,
        CheckError::Wrong(problems) => panic!("{problems:?}"),
    }
}
