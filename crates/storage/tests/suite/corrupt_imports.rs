//! A row of an import that cannot be read is reported by table and id, and never guessed.

use innkeeper_domain::{
    ids::TenantId,
    ports::{
        BudgetScope, BudgetWindow, ChannelBudgets, ListingFilter, PageRequest, Queries, ReservationFilter,
        StoreError,
    },
    sync::Command,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    connected::{Connected, after},
    corrupt_rows::damage,
    world::{World, a_tenant, keep, world},
};

on_each_backend!(
    every_value_of_an_import_that_does_not_belong_is_reported,
    counts_of_calls_that_cannot_be_read_are_reported,
);

type Read = fn(&World, &Connected) -> Result<(), StoreError>;

fn accounts(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    world.store.account(tenant, it.account.user, account).map(drop)
}

fn slots(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    keep(&world.store, |repos| repos.slots().lock(tenant, account)).map(drop)
}

fn runs(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    world.store.runs(tenant, account, PageRequest::first(9)).map(drop)
}

fn run(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    world.store.run(tenant, account, it.run).map(drop)
}

fn checkpoints(world: &World, it: &Connected) -> Result<(), StoreError> {
    keep(&world.store, |repos| {
        repos.imports().checkpoint(it.account.tenant, it.run)
    })
    .map(drop)
}

fn listings(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    let page = PageRequest::first(1);
    world
        .store
        .listings(tenant, account, &ListingFilter::default(), page)
        .map(drop)
}

fn known_listings(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    keep(&world.store, |repos| {
        repos
            .imports()
            .known_listings(tenant, account, &["L0".to_owned()])
    })
    .map(drop)
}

fn reservations(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    let page = PageRequest::first(1);
    world
        .store
        .reservations(tenant, account, &ReservationFilter::default(), page)
        .map(drop)
}

fn known_reservations(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    keep(&world.store, |repos| {
        repos
            .imports()
            .known_reservations(tenant, account, &["R0".to_owned()])
    })
    .map(drop)
}

fn credentials(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    keep(&world.store, |repos| {
        repos.accounts().credentials(tenant, account)
    })
    .map(drop)
}

/// Table, column, what to write there, and who reads it.
const CASES: [(&str, &str, &str, Read); 40] = [
    ("accounts", "channel", "'Air BnB'", accounts),
    ("accounts", "label", "' '", accounts),
    ("accounts", "generation", "-1", accounts),
    ("accounts", "health", "'fine'", accounts),
    ("accounts", "health_fault", "'sad'", accounts),
    ("accounts", "nb_listings", "4294967296", accounts),
    ("accounts", "nb_enabled_listings", "-1", accounts),
    ("accounts", "last_outcome", "'queued'", accounts),
    ("accounts", "last_outcome", "'failed'", accounts),
    ("accounts", "last_outcome_fault", "'bad luck'", accounts),
    ("accounts", "last_failure_fault", "'bad luck'", accounts),
    ("accounts", "last_failure_at", "1", accounts),
    ("sync_slots", "generation", "-1", slots),
    ("sync_slots", "started_kind", "'fun'", slots),
    ("sync_slots", "started_kind", "NULL", slots),
    ("sync_slots", "started_threshold", "525601", slots),
    ("sync_slots", "attempt", "-1", slots),
    ("sync_slots", "progress", "-1", slots),
    ("sync_slots", "deadline", "NULL", accounts),
    ("sync_slots", "worker_id", "NULL", slots),
    ("sync_slots", "claim_id", "NULL", slots),
    ("sync_slots", "lease_until", "NULL", slots),
    ("sync_runs", "kind", "'fun'", runs),
    ("sync_runs", "state", "'lost'", run),
    ("sync_runs", "wait_reason", "'tired'", runs),
    ("sync_runs", "threshold", "-1", runs),
    ("sync_runs", "actor_kind", "'user'", run),
    ("sync_runs", "fault", "'bad luck'", runs),
    ("sync_runs", "listings_done", "-1", runs),
    ("sync_checkpoints", "stream", "'rooms'", checkpoints),
    ("sync_checkpoints", "channel_listing_id", "NULL", checkpoints),
    ("sync_checkpoints", "reservations", "-1", accounts),
    ("listings", "country", "'Portugal'", listings),
    ("listings", "capacity", "-1", listings),
    ("listings", "missing", "-1", known_listings),
    ("reservations", "status", "'gone fishing'", reservations),
    ("reservations", "check_in", "9223372036854775807", reservations),
    ("reservations", "total", "'1,250.00'", reservations),
    ("reservations", "currency", "'XXX'", reservations),
    ("account_credentials", "generation", "-1", credentials),
];

/// Bytes, which each database writes in its own way.
const HASHES: [(&str, &str, Read); 3] = [
    ("listings", "content_hash", known_listings),
    ("reservations", "content_hash", known_reservations),
    ("account_credentials", "sealed", credentials),
];

fn every_value_of_an_import_that_does_not_belong_is_reported(backend: Backend) {
    let world = world(backend);
    let bytes = match backend {
        Backend::Sqlite => "x'00'",
        Backend::Postgres => "'\\x00'",
    };
    let hashes = HASHES.map(|(table, column, read)| (table, column, bytes, read));
    for (place, (table, column, value, read)) in CASES.into_iter().chain(hashes).enumerate() {
        let tenant: TenantId = world.id();
        let mut user = world.user("a@one.example", innkeeper_domain::people::UserState::Active);
        user.tenant = tenant;
        let it = world.connected(&user).moved_to(tenant);
        world.keep(|repos| {
            repos
                .tenants()
                .insert(&a_tenant(tenant, &format!("tenant {place}")))?;
            repos.users().insert(&user)?;
            it.write(repos)
        });
        let claim = Command::Claim {
            claim: world.id(),
            worker: world.id(),
        };
        world.command(it.key(), &claim, after(1)).unwrap();
        read(&world, &it).unwrap_or_else(|error| panic!("{table}.{column} before the damage: {error:?}"));
        damage(&world, tenant, table, column, value);
        match read(&world, &it) {
            Err(StoreError::Corrupt {
                table: found, what, ..
            }) => {
                assert_eq!(found, table, "{column} = {value}");
                let content = value.trim_matches('\'').trim();
                assert!(
                    content.is_empty() || !what.contains(content),
                    "the content is not repeated: {what}"
                );
            }
            other => panic!("{table}.{column} = {value}: {other:?}"),
        }
    }
}

fn counts_of_calls_that_cannot_be_read_are_reported(backend: Backend) {
    let world = world(backend);
    let scope = BudgetScope {
        channel: "hostaway".parse().unwrap(),
        key: "app".to_owned(),
    };
    world.store.block(&scope, after(1)).unwrap();
    world
        .database
        .execute("UPDATE channel_budgets SET windows = '[{\"span\": 1}]'");
    let window = BudgetWindow {
        units: 1,
        span: std::time::Duration::from_secs(1),
    };
    let outcome = world.store.take(
        &scope,
        &[window],
        1,
        innkeeper_domain::accounts::Urgency::Person,
        after(2),
    );
    assert!(
        matches!(
            &outcome,
            Err(StoreError::Corrupt {
                table: "channel_budgets",
                ..
            })
        ),
        "{outcome:?}"
    );
}
