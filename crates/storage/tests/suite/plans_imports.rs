//! How PostgreSQL finds the rows of each statement about accounts and imports: along an index, as far as there is one.

use std::{collections::BTreeSet, sync::PoisonError, time::Duration};

use diesel::connection::set_default_instrumentation;
use innkeeper_domain::{
    accounts::{ReservationStatus, Stream, Urgency},
    imports::{Counts, Item, ItemState},
    ports::{
        BudgetScope, BudgetWindow, ChannelBudgets, ChannelToken, ChannelTokens, ListingFilter, PageRequest,
        PickOrder, Queries, Repos, ReservationFilter, RunQueue, StoreError, TokenKey, Upkeep,
    },
    sync::{Command, Slot},
};
use innkeeper_test_support::Backend;
use serde_json::Value;

use crate::{
    connected::{Connected, after},
    plans::{SEEN, watch},
    world::{NOW, World, world},
};

/// Runs every statement about accounts and imports once.
pub(crate) fn use_everything(world: &World) {
    let user = world.stored_user("imports@one.example");
    let it = world.stored_connected(&user, "acc");
    let claim = Command::Claim {
        claim: world.id(),
        worker: world.id(),
    };
    let slot = world.command(it.key(), &claim, after(1)).unwrap().slot.unwrap();
    crate::posting::use_the_post(world);
    read_everything(world, &it).unwrap();
    share_everything(world).unwrap();
    world.keep(|repos| change_everything(&it, &slot, repos));
    let before = after(1_000);
    world.store.purge_channel_tokens(before, 10).unwrap();
    world.store.purge_runs(before, 10).unwrap();
    world.store.purge_budgets(before, 10).unwrap();
    let mut deleted = it.account.clone();
    deleted.state = innkeeper_domain::accounts::AccountState::Deleted { at: NOW };
    world.keep(|repos| repos.accounts().update(&deleted));
    assert_eq!(world.store.purge_deleted_accounts(before, 10).unwrap(), 5);
}

fn read_everything(world: &World, it: &Connected) -> Result<(), StoreError> {
    let (store, (tenant, account)) = (&world.store, it.key());
    let (user, page) = (it.account.user, PageRequest::first(1));
    store.listing_status(tenant, &[user])?;
    store.account(tenant, user, account)?;
    store.accounts(tenant, user, page)?;
    store.runs(tenant, account, page)?;
    store.run(tenant, account, it.run)?;
    for updated_since in [None, Some(NOW)] {
        store.listings(tenant, account, &ListingFilter { updated_since }, page)?;
        let filter = ReservationFilter {
            updated_since,
            ..ReservationFilter::default()
        };
        store.reservations(tenant, account, &filter, page)?;
    }
    let filter = ReservationFilter {
        updated_since: None,
        listings: Some(vec![it.listings[0].id]),
        statuses: Some(vec![ReservationStatus::Confirmed]),
        check_in_from: "2026-01-01".parse().ok(),
        check_in_to: "2027-01-01".parse().ok(),
    };
    store.reservations(tenant, account, &filter, page)?;
    store.now()?;
    for order in [PickOrder::PeopleFirst, PickOrder::OldestFirst] {
        store.ready(order, &["beds24".parse().unwrap()], 4)?;
    }
    store.due(NOW, 100)?;
    store.idle(NOW, 100)?;
    store.held(world.id(), 100).map(drop)
}

fn share_everything(world: &World) -> Result<(), StoreError> {
    let (store, key) = (&world.store, TokenKey([1; 16]));
    let token = |version| ChannelToken {
        content: zeroize::Zeroizing::new("t".to_owned()),
        expires_at: NOW,
        version,
    };
    store.begin_renewal(world.tenant, key, NOW, after(1))?;
    store.begin_renewal(world.tenant, key, after(2), after(3))?;
    store.save(world.tenant, key, &token(1))?;
    store.save(world.tenant, TokenKey([2; 16]), &token(1))?;
    store.load(world.tenant, key)?;
    let scope = BudgetScope {
        channel: "hostaway".parse().unwrap(),
        key: "app".to_owned(),
    };
    let window = BudgetWindow {
        units: 9,
        span: Duration::from_secs(9),
    };
    for _ in 0..2 {
        store.take(&scope, &[window], 1, Urgency::Person, NOW)?;
        store.block(&scope, NOW)?;
    }
    store.report(world.id(), "host", NOW, NOW)?;
    store.leave(world.id())
}

fn change_everything(it: &Connected, slot: &Slot, repos: &mut dyn Repos) -> Result<(), StoreError> {
    let (tenant, account) = it.key();
    let accounts = repos.accounts();
    accounts.by_identity(tenant, it.account.user, &it.account.channel, "acc")?;
    accounts.find(tenant, account)?;
    accounts.lock(tenant, account)?;
    accounts.of_user(tenant, it.account.user)?;
    accounts.update(&it.account)?;
    accounts.count_listings(tenant, account, 1, 1)?;
    accounts.credentials(tenant, account)?;
    accounts.destroy_credentials(tenant, account)?;
    let slots = repos.slots();
    slots.lock(tenant, account)?;
    slots.lock_if_free(tenant, account)?;
    slots.update(slot, NOW)?;
    let claim = slot.started.unwrap().claim().unwrap().id;
    assert!(slots.fence(tenant, account, it.run, claim, after(2), after(60))?);
    let keys = ["L0".to_owned(), "L1".to_owned()];
    let ids = [it.listings[0].id];
    let imports = repos.imports();
    imports.checkpoint(tenant, it.run)?;
    imports.known_listings(tenant, account, &keys)?;
    imports.known_reservations(tenant, account, &keys)?;
    imports.next_item(tenant, account, it.run, Some(it.listings[0].id))?;
    let done = Item {
        listing: it.listings[0].id,
        state: ItemState::Done,
    };
    imports.end_item(tenant, account, it.run, done, NOW)?;
    imports.end_items(tenant, account, it.run, NOW)?;
    imports.missing_listings(tenant, account, it.run)?;
    imports.mark_missing(tenant, account, &ids, &ids, NOW)?;
    imports.cursor(tenant, account, Stream::Listings)?;
    imports.save_cursor(tenant, account, Stream::Listings, None)?;
    let counts = Counts {
        listings_failed: 1,
        ..Counts::default()
    };
    repos.runs().note_failed(tenant, it.run, &[])?;
    repos.runs().keep_counts(tenant, it.run, &counts)?;
    let step = innkeeper_domain::sync::decide(Some(slot), &Command::Delete, NOW).unwrap();
    repos.runs().apply(tenant, account, &step.runs, None)?;
    repos.imports().forget_progress(tenant, it.run)?;
    repos.slots().remove(tenant, account)
}

/// Those that hold nothing but what is asked for, or are walked through from their beginning.
const IN_ORDER: [&str; 7] = [
    "sync_slots_ready",
    "sync_slots_asked",
    "sync_slots_held",
    "sync_slots_due",
    "sync_slots_idle",
    "channel_budgets_by_expiry",
    "outgoing_messages_due",
];

/// A handful of rows.
const SHORT: [&str; 2] = ["workers", "tenants"];

/// What is wrong with a plan: tables that are read whole, but for those that are short.
pub(crate) fn complaints(node: &Value, short: &[&str], found: &mut Vec<String>) {
    if let Some(list) = node.as_array() {
        for node in list {
            complaints(node, short, found);
        }
    }
    let Some(fields) = node.as_object() else { return };
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let (kind, table, index) = (text("Node Type"), text("Relation Name"), text("Index Name"));
    let is_blind = kind.starts_with("Index") && text("Index Cond").is_empty() && !IN_ORDER.contains(&index);
    if (kind == "Seq Scan" || is_blind) && !short.contains(&table) {
        found.push(format!("{kind} of {table} by {index}"));
    }
    for inner in fields.values() {
        complaints(inner, short, found);
    }
}

/// Neither hashes nor merges: what is wanted is one way to each row.
const NESTED: [&str; 2] = ["enable_hashjoin", "enable_mergejoin"];

/// How a connection of ours, and without the ways that are `off`, carries out a statement, whatever it is asked for.
pub(crate) fn plan(world: &World, sql: &str, off: &[&str]) -> Value {
    let most = (1..100).rev().find(|n| sql.contains(&format!("${n}")));
    let nulls = vec!["NULL"; most.unwrap_or(0)].join(", ");
    let values = most.map_or(String::new(), |_| format!("({nulls})"));
    let off: Vec<String> = off.iter().map(|way| format!("SET {way} = off;")).collect();
    let off = off.join(" ");
    let told = world.database.scalar(&format!(
        "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; {off}
         PREPARE it AS {sql}; EXPLAIN (FORMAT JSON) EXECUTE it{values}"
    ));
    serde_json::from_str(&told).unwrap()
}

/// What statements have in common that answer several questions; see [`crate::batched`].
pub(crate) const BATCHED: &str = "WITH ORDINALITY AS asked(";

#[test]
fn every_statement_about_imports_finds_its_rows_by_an_index() {
    if !Backend::Postgres.enabled() {
        return;
    }
    set_default_instrumentation(watch).unwrap();
    let world = world(Backend::Postgres);
    use_everything(&world);
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (mut judged, mut bad) = (BTreeSet::new(), Vec::new());
    for shown in &seen {
        let sql = shown.split(" -- binds").next().unwrap().trim();
        let tables = [
            "accounts\"",
            "\"sync_",
            "\"listings",
            "\"reservations",
            "\"channel_",
            "\"stream_",
            "\"outgoing_messages",
        ];
        let is_ours = ["SELECT", "UPDATE", "DELETE"]
            .iter()
            .any(|verb| sql.starts_with(verb))
            && tables.iter().any(|table| sql.contains(table))
            || sql.contains("LATERAL") && !sql.contains(BATCHED);
        if !is_ours || !judged.insert(sql) {
            continue;
        }
        // Diesel tells the types of its parameters beside the statement.
        let typed = sql.replace("unnest($1)", "unnest($1::text[])");
        let mut found = Vec::new();
        complaints(&plan(&world, &typed, &NESTED), &SHORT, &mut found);
        bad.extend(found.iter().map(|complaint| format!("{complaint}\n    {sql}")));
    }
    assert!(judged.len() > 50, "statements are seen: {}", judged.len());
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
