//! What one run is told while it is worked on, and what is learnt from its calls.

use std::time::{Duration, Instant};

use innkeeper_domain::{
    accounts::{
        Channel, ChannelFailure, ChannelFault, ChannelSlug, FaultSide, Fetched, Records, RemoteAccount,
        StreamPlan,
    },
    ids::{ClaimId, Ids},
    ports::{ChannelGateway, CheckError, CheckRequest, FetchRequest, Watch},
    time::Timestamp,
};

use super::{circuit::Circuits, held::Held, shared::Shared};
use crate::entropy;

/// The conditions of one run.
pub(super) struct RunWatch<'a> {
    pub(super) shared: &'a Shared,
    pub(super) held: &'a Held,
    pub(super) channel: &'a ChannelSlug,
}

impl Watch for RunWatch<'_> {
    fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    fn time_left(&self) -> Option<Duration> {
        self.held.time_left(self.shared.clock.now())
    }

    fn is_stopping(&self) -> bool {
        let claim = self.held.hold.claim;
        self.shared.bell.is_closed() || !self.shared.circuits.lets_on(self.channel, claim)
    }

    fn asking(&self) {
        self.held.asking();
    }

    fn confirmed(&self) {
        self.held.page_stored();
        metrics::counter!("innkeeper_sync_pages_total").increment(1);
    }

    fn ids(&self) -> Ids {
        Ids::new(self.shared.clock.now(), entropy::word())
    }

    fn random(&self) -> u64 {
        entropy::word()
    }
}

/// The channels, with an eye on whether they answer.
pub(super) struct Observed<'a> {
    pub(super) gateway: &'a dyn ChannelGateway,
    pub(super) circuits: &'a Circuits,
    pub(super) claim: ClaimId,
}

impl Observed<'_> {
    fn learn(&self, channel: &ChannelSlug, failure: Option<ChannelFailure>) {
        let fault = failure.map(|failure| failure.fault);
        match (fault, fault.map(ChannelFault::side)) {
            (Some(ChannelFault::Unavailable), _) => {
                self.circuits.failed(channel, self.claim, Instant::now());
            }
            // It may have been our own budget that said so, without a call; and what is our fault is not the channel's.
            (Some(ChannelFault::RateLimited), _) | (_, Some(FaultSide::Ours)) => {}
            (_, Some(FaultSide::Account | FaultSide::Channel) | None) => self.circuits.answered(channel),
        }
    }
}

impl ChannelGateway for Observed<'_> {
    fn channels(&self) -> &[Channel] {
        self.gateway.channels()
    }

    fn plan(&self, channel: &ChannelSlug, set: &str) -> StreamPlan {
        self.gateway.plan(channel, set)
    }

    fn check(&self, request: &CheckRequest) -> Result<RemoteAccount, CheckError> {
        let outcome = self.gateway.check(request);
        match &outcome {
            Ok(_) => self.learn(&request.channel, None),
            Err(CheckError::Failed(failure)) => self.learn(&request.channel, Some(*failure)),
            Err(CheckError::Wrong(_)) => {}
        }
        outcome
    }

    fn begin(&self, request: &FetchRequest) {
        self.gateway.begin(request);
    }

    fn fetch(&self, request: &FetchRequest) -> Result<Fetched, ChannelFailure> {
        let outcome = self.gateway.fetch(request);
        match &outcome {
            Ok(fetched) => {
                self.learn(&request.channel, None);
                let kind = match &fetched.records {
                    Records::Listings(_) => "listings",
                    Records::Reservations(_) => "reservations",
                };
                let rows = u64::try_from(fetched.records.len()).unwrap_or(u64::MAX);
                metrics::counter!("innkeeper_sync_rows_total", "kind" => kind).increment(rows);
            }
            Err(failure) => {
                self.learn(&request.channel, Some(*failure));
                let (channel, code) = (request.channel.to_string(), failure.fault.as_str());
                metrics::counter!("innkeeper_sync_failed_calls_total", "channel" => channel, "code" => code)
                    .increment(1);
            }
        }
        outcome
    }
}
