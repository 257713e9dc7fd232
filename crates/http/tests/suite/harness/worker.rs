//! A worker that the test moves by hand: the real use cases on the real store, but with pages that the test makes up.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{
        FaultyRecord, Fetched, ListingRecord, Position, Records, ReservationRecord, ReservationStatus,
        StreamPlan,
    },
    ids::{Ids, TenantId},
    ports::{ChannelGateway, SlotKey, Watch},
    sync::{Outcome, Pause},
    time::Timestamp,
    usecases::{
        Hold, ImportEnd, ImportPorts, Left, PageOutcome, Work, finish_run, load_work, park_run, run_import,
        store_page, take_run, wake_slot,
    },
};

use super::TestApp;

/// Reservations are told for the whole account, and what changed since can be asked for.
pub(super) const PLAN: StreamPlan = StreamPlan {
    per_listing: false,
    incremental: true,
};

/// Half of the random bits: waits are of middling length.
const RANDOM: u64 = u64::MAX / 2;

/// A worker that has a run.
#[derive(Debug)]
pub(crate) struct Worker<'a> {
    app: &'a TestApp,
    work: Work,
}

fn key(tenant: TenantId, account: &str) -> SlotKey {
    SlotKey {
        tenant,
        account: account.parse().expect("an id"),
    }
}

impl TestApp {
    /// A worker takes the run of an account of the tenant `Home` that is ready.
    #[track_caller]
    pub(crate) fn takes(&self, account: &str) -> Worker<'_> {
        let worker = self.tries_to_take(account);
        worker.unwrap_or_else(|| panic!("there is nothing to take"))
    }

    /// The same, if there is any.
    pub(crate) fn tries_to_take(&self, account: &str) -> Option<Worker<'_>> {
        let key = key(self.home().tenant(), account);
        let mut ids = self.fresh_ids();
        let claim = ids.make();
        let started = take_run(self.uow(), key, (claim, ids.make()), self.now()).expect("the store works")?;
        let hold = Hold {
            key,
            run: started.run,
            claim,
        };
        let work = load_work(self.uow(), hold, started).expect("the store works");
        work.map(|work| Worker { app: self, work })
    }

    /// A timer looks at the account: waits and leases that are over end.
    pub(crate) fn wakes(&self, account: &str) -> bool {
        let key = key(self.home().tenant(), account);
        wake_slot(self.uow(), key, RANDOM, self.now()).expect("the store works")
    }

    /// A worker imports so many listings of so many reservations each, for the run that is ready.
    #[track_caller]
    pub(crate) fn imports(&self, account: &str, listings: usize, reservations: usize) {
        let mut worker = self.takes(account);
        let known: Vec<ListingRecord> = (1..=listings).map(listing).collect();
        worker.stores(Records::Listings(known), false);
        let all = (1..=listings).flat_map(|at| (1..=reservations).map(move |night| reservation(at, night)));
        if !worker.is_over() {
            worker.stores(Records::Reservations(all.collect()), false);
        }
        assert!(worker.is_over());
        let outcome = Outcome::Succeeded;
        assert_eq!(worker.finishes(outcome), Left::Ended(outcome));
    }
}

impl Worker<'_> {
    pub(crate) fn run(&self) -> String {
        self.work.hold.run.to_string()
    }

    /// Stores a page.
    #[track_caller]
    pub(crate) fn stores(&mut self, records: Records, is_more: bool) {
        assert!(
            self.tries_to_store(records, Vec::new(), is_more),
            "the claim is lost"
        );
    }

    /// The same; whether the run was still there.
    pub(crate) fn tries_to_store(
        &mut self,
        records: Records,
        faulty: Vec<FaultyRecord>,
        is_more: bool,
    ) -> bool {
        let fetched = Fetched {
            records,
            faulty,
            next: is_more.then(|| Position("more".to_owned())),
            began_at: self.app.now(),
        };
        let fresh = (self.app.now(), self.app.fresh_ids());
        match store_page(self.app.uow(), &self.work, PLAN, &fetched, fresh).expect("the store works") {
            PageOutcome::Stored(checkpoint) | PageOutcome::Known(checkpoint) => {
                self.work.checkpoint = checkpoint;
                true
            }
            PageOutcome::Lost => false,
        }
    }

    /// The same claim once more, as of a worker that does not know whether the store has it.
    pub(crate) fn asks_again(&self) -> Option<String> {
        let Hold { key, claim, .. } = self.work.hold;
        let worker = self.app.fresh_ids().make();
        let taken = take_run(self.app.uow(), key, (claim, worker), self.app.now()).expect("the store works");
        taken.map(|started| started.run.to_string())
    }

    /// A value of the credentials that the run goes on with.
    pub(crate) fn credential(&self, key: &str) -> String {
        self.work
            .credentials
            .text(key)
            .expect("there is such a key")
            .to_owned()
    }

    /// Works on the run as workers do, with the channel's own answers.
    pub(crate) fn imports_from(self, gateway: &dyn ChannelGateway) -> ImportEnd {
        let ports = ImportPorts {
            uow: self.app.uow(),
            gateway,
            watch: &Patient(self.app),
        };
        run_import(ports, self.work).expect("the store works")
    }

    /// Whether everything was read.
    pub(crate) fn is_over(&self) -> bool {
        self.work.checkpoint.is_over
    }

    pub(crate) fn finishes(&self, outcome: Outcome) -> Left {
        finish_run(self.app.uow(), self.work.hold, outcome, self.app.now()).expect("the store works")
    }

    pub(crate) fn parks(&self, pause: Pause) -> Left {
        park_run(self.app.uow(), self.work.hold, pause, RANDOM, self.app.now()).expect("the store works")
    }

    /// The channel asks to wait.
    pub(crate) fn is_told_to_wait(&self, time: Duration) -> Left {
        let until = Some(self.app.now() + time);
        self.parks(Pause::RateLimited { until })
    }
}

/// Lets a run go on for as long as it wants.
struct Patient<'a>(&'a TestApp);

impl Watch for Patient<'_> {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn time_left(&self) -> Option<Duration> {
        Some(Duration::from_mins(1))
    }

    fn is_stopping(&self) -> bool {
        false
    }

    fn asking(&self) {}

    fn confirmed(&self) {}

    fn ids(&self) -> Ids {
        self.0.fresh_ids()
    }

    fn random(&self) -> u64 {
        RANDOM
    }
}

/// The listing of this number, as the channel tells of it.
pub(crate) fn listing(number: usize) -> ListingRecord {
    ListingRecord {
        channel_listing_id: format!("L{number}"),
        title: Some(format!("Listing {number}")),
        address: Some(format!("{number} Sea Road")),
        city: Some("Lisbon".to_owned()),
        country: "PT".parse().ok(),
        timezone: "Europe/Lisbon".parse().ok(),
        currency: "EUR".parse().ok(),
        capacity: Some(4),
        enabled: true,
        changed_at: None,
    }
}

/// A reservation of a listing.
pub(crate) fn reservation(of: usize, number: usize) -> ReservationRecord {
    let day = |day: usize| format!("2030-07-{day:02}").parse().ok();
    ReservationRecord {
        channel_reservation_id: format!("R{of}-{number}"),
        channel_listing_id: Some(format!("L{of}")),
        status: ReservationStatus::Confirmed,
        check_in: day(number),
        check_out: day(number + 1),
        adults: Some(2),
        children: Some(1),
        total: "250.50".parse().ok(),
        currency: "EUR".parse().ok(),
        booked_at: Timestamp::parse("2030-05-01T10:00:00Z"),
        updated_at: None,
        source: Some("Direct".to_owned()),
        confirmation_code: Some(format!("C{of}{number}")),
    }
}
