//! Innkeeper's side: the real import over the real store and the real engine of channels, as a worker runs it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail};
use innkeeper_channels::{Channels, ChannelsConfig};
use innkeeper_domain::{
    access::{Actor, Permission},
    accounts::{RawCredential, Urgency},
    effects::RequestId,
    ids::{Id, Ids, TenantId},
    ports::{
        BudgetScope, BudgetWindow, ChannelBudgets, Clock, Grant, PickOrder, Queries, RunQueue, SlotKey,
        StoreError, UnitOfWork, Verdict, Watch,
    },
    sync::{IfRunning, Outcome, Threshold, lease::STOP_CALLING_AFTER},
    time::Timestamp,
    usecases::{
        self, AddAccount, CreateUser, Hold, ImportEnd, ImportPorts, Left, RefreshAccount, add_account,
        create_user, load_work, refresh_account, run_import, take_run,
    },
    values::{Email, PersonName},
};
use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};

use crate::work::{Reading, Took, Work, timed};

/// By how much the channel's limits are raised: they would decide otherwise. What is asked of the store stays the same.
const RAISED: u32 = 10_000;

/// Imports an account.
pub(crate) fn carry_out(work: &Work) -> anyhow::Result<Took> {
    let key = MasterKey::from_bytes([7; 32]);
    let fingerprint_key = key.derive("bench");
    let store = Arc::new(SqlStore::open(&StoreConfig::new(&work.database, key)?)?);
    let settings = ChannelsConfig {
        sandbox_url: Some(work.sandbox.clone()),
        integrator: BTreeMap::new(),
        fingerprint_key,
    };
    let budgets = Arc::new(Raised(Arc::clone(&store)));
    let channels = Channels::new(settings, store.clone(), budgets, Arc::new(Machine))?;
    match work.reading {
        Reading::First => {
            store.migrate()?;
            connect(&store, &channels, &work.secret)?;
        }
        Reading::Again => ask_again(&store)?,
    }
    let key = ready(&store)?;
    let before = store.statements();
    let took = timed(|| import(&store, &channels, key))?;
    Ok(Took {
        statements: Some(store.statements() - before),
        ..took
    })
}

/// Adds the account, with its check and with its token.
fn connect(store: &SqlStore, channels: &Channels, secret: &str) -> anyhow::Result<()> {
    let tenant = store.tenant_called("default")?.context("there is no tenant")?.id;
    let (user, _) = create_user(
        store,
        &CreateUser {
            context: request(tenant),
            email: Email::parse("host@example.com")?,
            first_name: PersonName::parse("Ana")?,
            last_name: PersonName::parse("Lima")?,
            locale: "en".parse()?,
            permission: Permission::Edit,
        },
    )?;
    let text = |value: &str| RawCredential::Text(value.to_owned().into());
    let command = AddAccount {
        context: request(tenant),
        user: user.id,
        channel: "hostaway".to_owned(),
        credentials: BTreeMap::from([
            ("account_id".to_owned(), text("12345")),
            ("api_key".to_owned(), text(secret)),
        ]),
        label: None,
    };
    add_account(store, channels, store, &command)?;
    Ok(())
}

/// Asks for a refresh that skips nothing.
fn ask_again(store: &SqlStore) -> anyhow::Result<()> {
    let late = Machine.now() + Duration::from_hours(1);
    let idle = store.idle(late, 1)?;
    let key = idle.first().context("there is no account without a run")?;
    let mut found = None;
    UnitOfWork::run(store, "bench.account", &mut |repos| {
        found = repos.accounts().find(key.tenant, key.account).ok().flatten();
        Verdict::Keep
    })?;
    let account = found.context("there is no account")?;
    let command = RefreshAccount {
        context: request(key.tenant),
        user: account.user,
        account: account.id,
        threshold: Threshold::NONE,
        if_running: IfRunning::Refuse,
    };
    refresh_account(store, &command)?;
    Ok(())
}

fn ready(store: &SqlStore) -> anyhow::Result<SlotKey> {
    let ready = store.ready(PickOrder::PeopleFirst, &[], 1)?;
    ready.first().copied().context("there is no run to take")
}

fn import(store: &SqlStore, channels: &Channels, key: SlotKey) -> anyhow::Result<u32> {
    let conditions = Conditions(Mutex::new((Instant::now(), Instant::now())));
    let mut ids = conditions.ids();
    let (claim, worker) = (ids.make(), ids.make());
    let taken = take_run(store, key, (claim, worker), store.now()?)?;
    let started = taken.context("the run was taken by somebody else")?;
    let hold = Hold {
        key,
        run: started.run,
        claim,
    };
    let run = started.run;
    let work = load_work(store, hold, started)?.context("the account is gone")?;
    let ports = ImportPorts {
        uow: store,
        gateway: channels,
        watch: &conditions,
    };
    match run_import(ports, work)? {
        ImportEnd {
            left: Left::Ended(Outcome::Succeeded),
            ..
        } => {}
        end => bail!("the import came to another end: {end:?}"),
    }
    let done = Queries::run(store, key.tenant, key.account, run)?;
    Ok(done.context("the run is gone")?.0.counts.reservations)
}

fn request(tenant: TenantId) -> usecases::Context {
    let mut ids = fresh_ids();
    let id: Id<()> = ids.make();
    usecases::Context {
        actor: Actor::operator(tenant),
        now: Machine.now(),
        ids,
        request: RequestId::made(id.uuid()),
    }
}

/// The clock of this machine.
#[derive(Clone, Copy, Debug)]
struct Machine;

impl Clock for Machine {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// Ids need not be secret here, only new.
fn fresh_bits() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => std::process::id().into(),
    }
}

fn fresh_ids() -> Ids {
    Ids::new(Machine.now(), fresh_bits())
}

/// A worker's conditions: when the last sign of life was asked for, and when the last confirmed one was.
struct Conditions(Mutex<(Instant, Instant)>);

impl Watch for Conditions {
    fn now(&self) -> Timestamp {
        Machine.now()
    }

    fn time_left(&self) -> Option<Duration> {
        let (_, confirmed) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = STOP_CALLING_AFTER.saturating_sub(confirmed.elapsed());
        (!left.is_zero()).then_some(left)
    }

    fn is_stopping(&self) -> bool {
        false
    }

    fn asking(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = Instant::now();
    }

    fn confirmed(&self) {
        let mut life = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        life.1 = life.0;
    }

    fn ids(&self) -> Ids {
        fresh_ids()
    }

    fn random(&self) -> u64 {
        fresh_bits()
    }
}

/// The store's budgets with larger windows.
struct Raised(Arc<SqlStore>);

impl ChannelBudgets for Raised {
    fn take(
        &self,
        scope: &BudgetScope,
        windows: &[BudgetWindow],
        wanted: u32,
        urgency: Urgency,
        now: Timestamp,
    ) -> Result<Grant, StoreError> {
        let raise = |window: &BudgetWindow| BudgetWindow {
            units: window.units.saturating_mul(RAISED),
            ..*window
        };
        let raised: Vec<BudgetWindow> = windows.iter().map(raise).collect();
        self.0.take(scope, &raised, wanted, urgency, now)
    }

    fn block(&self, scope: &BudgetScope, until: Timestamp) -> Result<(), StoreError> {
        self.0.block(scope, until)
    }
}
