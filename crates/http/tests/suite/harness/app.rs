//! The application under test.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::{dev::ServerHandle, rt::System};
use innkeeper_domain::{
    effects::MailLimits,
    ids::{Ids, TenantId},
    ports::{Clock, Entropy, UnitOfWork, Used},
    time::Timestamp,
    usecases::record_refusals,
};
use innkeeper_http::{
    AppState, Argon2Passwords, Blocking, Proxies, Refusals, ServeOptions, Standings, Throttle, Uses, serve,
};
use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};
use innkeeper_test_support::{Backend, ManualClock, SeededBytes, TestDatabase};

use super::{
    Answer, Caller, Channels, Company, Person, Request,
    company::Client,
    names::Names,
    ports::{StoreIsReady, TestClock, TestEntropy, logs},
};

/// What links begin with; no test asks for anything there.
const PUBLIC_URL: &str = "https://inn.example";

/// What passes after the harness has made something, so that lists have one order.
pub(super) const A_SECOND: Duration = Duration::from_secs(1);

/// The 1st of June 2030, noon.
const BEGIN: i64 = 1_906_545_600_000_000;

/// What a test may change before the application starts.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) mail_limits: MailLimits,
    pub(crate) connections: u32,
    pub(crate) wait: Duration,
    pub(crate) cors_origins: Vec<String>,
}

/// A running application with its own database. Dropping it stops the server.
#[derive(Debug)]
pub(crate) struct TestApp {
    address: SocketAddr,
    clock: ManualClock,
    entropy: Arc<TestEntropy>,
    store: SqlStore,
    channels: Arc<Channels>,
    uses: Arc<Uses>,
    refusals: Arc<Refusals>,
    names: Names,
    home: Client,
    token: Mutex<Option<(String, Timestamp)>>,
    server: Option<(ServerHandle, JoinHandle<()>)>,
    // The last field, so that the database goes after everything that uses it.
    database: TestDatabase,
}

impl TestApp {
    /// An application with one tenant, `Home`.
    pub(crate) fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| {})
    }

    /// The same, with something changed.
    pub(crate) fn start_with(backend: Backend, change: impl FnOnce(&mut Setup)) -> Self {
        static SEEDS: AtomicU64 = AtomicU64::new(1);
        let mut setup = Setup {
            mail_limits: MailLimits::STANDARD,
            connections: 10,
            wait: Duration::from_secs(2),
            cors_origins: Vec::new(),
        };
        change(&mut setup);
        logs();
        let database = TestDatabase::from_template(backend, "innkeeper", |url| {
            let store = SqlStore::open(&config(url)).expect("a new database can be opened");
            store.migrate().expect("the migrations run");
        });
        let mut config = config(database.url());
        config.connections = setup.connections;
        config.wait = setup.wait;
        let store = SqlStore::open(&config).expect("the database can be opened");
        let clock = ManualClock::at(BEGIN);
        let seed = SEEDS.fetch_add(1, Ordering::SeqCst);
        let entropy = Arc::new(TestEntropy(SeededBytes::new(seed)));
        let channels = Arc::new(Channels::default());
        let uses = Arc::new(Uses::default());
        let refusals = Arc::new(Refusals::default());
        let at_once = usize::try_from(setup.connections).expect("a small number");
        let state = AppState {
            uow: Arc::new(store.clone()),
            queries: Arc::new(store.clone()),
            gateway: channels.clone(),
            clock: Arc::new(TestClock(clock.clone())),
            entropy: entropy.clone(),
            blocking: blocking(backend, at_once),
            standings: Arc::new(Standings::default()),
            uses: uses.clone(),
            refusals: refusals.clone(),
            readiness: Arc::new(StoreIsReady(store.clone())),
            passwords: Arc::new(Argon2Passwords::new().expect("the costs are possible")),
            // Tests are whatever client they say, as if this machine were a proxy.
            throttle: Arc::new(Throttle::new(Proxies::new([(Ipv4Addr::LOCALHOST.into(), 8)]))),
            mail_limits: setup.mail_limits,
            onboarding_lifetime: Duration::from_hours(72),
            public_url: PUBLIC_URL.to_owned(),
        };
        let (address, server) = run(state, setup.cors_origins);
        let mut app = Self {
            address,
            clock,
            entropy,
            store,
            channels,
            uses,
            refusals,
            names: Names::default(),
            home: Client::default(),
            token: Mutex::default(),
            server: Some(server),
            database,
        };
        app.home = app.found("Home").into_client();
        app
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    pub(crate) fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// What the channels answer.
    pub(crate) fn channels(&self) -> &Channels {
        &self.channels
    }

    pub(crate) fn uow(&self) -> &dyn UnitOfWork {
        &self.store
    }

    pub(crate) fn store(&self) -> &SqlStore {
        &self.store
    }

    pub(crate) fn now(&self) -> Timestamp {
        TestClock(self.clock.clone()).now()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// What was used since the last time anybody asked.
    pub(crate) fn used(&self) -> Vec<(Used, Timestamp)> {
        self.uses.take()
    }

    /// Random bits, as use cases ask for them.
    pub(crate) fn random(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// What was refused and is not written down.
    pub(crate) fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// Writes down what was refused since the last time.
    pub(crate) fn writes_refusals(&self, tenant: TenantId) {
        let merged = self.refusals.take();
        let fresh = (self.now(), self.fresh_ids());
        record_refusals(&self.store, &self.store, tenant, &merged, fresh).expect("the store works");
    }

    pub(crate) fn bits(&self) -> [u8; 16] {
        self.entropy.bits()
    }

    pub(crate) fn fresh_ids(&self) -> Ids {
        let bits = self.bits();
        let half = u64::from_le_bytes(std::array::from_fn(|place| bits[place]));
        Ids::new(self.now(), half)
    }

    /// Founds another tenant.
    pub(crate) fn found(&self, name: &str) -> Company<'_> {
        Company::found(self, name)
    }

    /// The tenant that is there from the start.
    pub(crate) fn home(&self) -> Company<'_> {
        Company::known(self, self.home.clone())
    }

    /// The application of that tenant, with a token of all scopes. The token is kept while it counts.
    pub(crate) fn application(&self) -> Caller<'_> {
        let mut kept = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        let token = match kept.take() {
            Some((token, end)) if now < end => (token, end),
            _ => (self.home().mints_token(), now + Duration::from_hours(1)),
        };
        let caller = Caller::with(self, &token.0);
        *kept = Some(token);
        caller
    }

    /// An active person of that tenant: `ada` is `ada@example.test`, Ada Tester.
    pub(crate) fn person(&self, name: &str) -> Person<'_> {
        Person::created(&self.application(), &self.home(), name)
    }

    /// Gives a person a place on a property, in the name of the application.
    pub(crate) fn puts(&self, person: &Person<'_>, property: &str, role: &str) -> String {
        let answer = self
            .application()
            .invites(&person.email, role, property)
            .expect(201);
        self.pass(A_SECOND);
        answer.id()
    }

    /// Somebody without any token.
    pub(crate) fn stranger(&self) -> Caller<'_> {
        Caller::without_token(self)
    }

    pub(crate) fn request(&self, method: &str, target: &str) -> Request<'_> {
        Request::new(self, method, target)
    }

    /// How many statements the store ran meanwhile.
    pub(crate) fn cost_of(&self, request: impl FnOnce() -> Answer) -> (u64, Answer) {
        let before = self.store.statements();
        let answer = request();
        (self.store.statements() - before, answer)
    }

    /// How many rows a table has.
    pub(crate) fn count(&self, rows: &str) -> u64 {
        let count = self.database.scalar(&format!("SELECT count(*) FROM {rows}"));
        count.parse().expect("a count is a number")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.server.take() {
            // The command is sent at once; the thread's end is what is waited for.
            drop(handle.stop(false));
            assert!(
                thread.join().is_ok() || thread::panicking(),
                "the server panicked"
            );
        }
    }
}

/// As the program has it: on a file bounded reads run where requests are answered, on a server together.
fn blocking(backend: Backend, at_once: usize) -> Blocking {
    let blocking = Blocking::new(at_once, at_once);
    match backend {
        Backend::Sqlite => blocking.bounded_reads_in_place(),
        Backend::Postgres => blocking.bounded_reads_together(),
    }
}

fn config(url: &str) -> StoreConfig {
    StoreConfig::new(url, MasterKey::from_bytes([7; 32])).expect("a test database has a good URL")
}

fn run(state: AppState, cors_origins: Vec<String>) -> (SocketAddr, (ServerHandle, JoinHandle<()>)) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    let (sender, receiver) = mpsc::channel();
    let options = ServeOptions {
        workers: 2,
        cors_origins,
    };
    let thread = thread::spawn(move || {
        System::new().block_on(async move {
            let server = serve(listener, state, options).expect("the server starts");
            sender.send(server.handle()).expect("the test waits");
            server.await.expect("the server ends well");
        });
    });
    let handle = receiver.recv().expect("the server starts");
    (address, (handle, thread))
}
