//! Rows of accounts, each as its first import has left it: healthy, with that run behind it and an idle slot. What was
//! imported is not there, nor are credentials, which only workers read.

use innkeeper_domain::{
    accounts::HealthState,
    sync::{Lane, RunKind, RunState},
};
use uuid::Uuid;

use super::{
    cells::{Cell, Filling, Table},
    numbers::{ACCOUNTS_OF_CALLER, Kind, Numbers, id, made_at},
};

const CHANNELS: [(&str, &str); 5] = [
    ("hostaway", "Hostaway"),
    ("guesty", "Guesty"),
    ("lodgify", "Lodgify"),
    ("smoobu", "Smoobu"),
    ("beds24", "Beds24"),
];
const LISTINGS: i64 = 14;
const ENABLED_LISTINGS: i64 = 12;
const RESERVATIONS: i64 = 640;

fn channel(n: u64) -> (&'static str, &'static str) {
    let at = usize::try_from(n).unwrap_or_default() % CHANNELS.len();
    CHANNELS.get(at).copied().unwrap_or_default()
}

pub(super) fn accounts(tenant: Uuid, numbers: Numbers) -> Filling<'static> {
    let row = move |n| {
        let (slug, name) = channel(n);
        let (made, done) = (made_at(n), made_at(n + 60_000));
        vec![
            tenant.into(),
            id(Kind::Account, n).into(),
            id(Kind::User, n / ACCOUNTS_OF_CALLER).into(),
            slug.into(),
            format!("{n:08}").into(),
            format!("{name} {n:08}").into(),
            Cell::Number(1),
            HealthState::Healthy.as_str().into(),
            done.into(),
            LISTINGS.into(),
            ENABLED_LISTINGS.into(),
            true.into(),
            done.into(),
            made.into(),
            RunState::Succeeded.as_str().into(),
            done.into(),
            done.into(),
            made.into(),
            done.into(),
        ]
    };
    Filling {
        table: Table {
            name: "accounts",
            columns: &[
                "tenant_id",
                "id",
                "user_id",
                "channel",
                "channel_id",
                "label",
                "generation",
                "health",
                "health_since",
                "nb_listings",
                "nb_enabled_listings",
                "ever_enabled",
                "last_success_at",
                "data_as_of",
                "last_outcome",
                "listings_ready_at",
                "reservations_ready_at",
                "created_at",
                "updated_at",
            ],
        },
        rows: Box::new((0..numbers.accounts()).map(row)),
    }
}

pub(super) fn slots(tenant: Uuid, numbers: Numbers) -> Filling<'static> {
    let row = move |n| {
        vec![
            tenant.into(),
            id(Kind::Account, n).into(),
            Lane::Main.as_str().into(),
            channel(n).0.into(),
            Cell::Number(1),
            false.into(),
            made_at(n + 60_000).into(),
        ]
    };
    Filling {
        table: Table {
            name: "sync_slots",
            columns: &[
                "tenant_id",
                "account_id",
                "lane",
                "channel",
                "generation",
                "ready",
                "idle_since",
            ],
        },
        rows: Box::new((0..numbers.accounts()).map(row)),
    }
}

pub(super) fn runs(tenant: Uuid, numbers: Numbers) -> Filling<'static> {
    let row = move |n| {
        vec![
            tenant.into(),
            id(Kind::Run, n).into(),
            id(Kind::Account, n).into(),
            RunKind::InitialImport.as_str().into(),
            RunState::Succeeded.as_str().into(),
            made_at(n).into(),
            made_at(n).into(),
            made_at(n + 60_000).into(),
            Cell::Number(1),
            Cell::Number(0),
            LISTINGS.into(),
            LISTINGS.into(),
            Cell::Number(0),
            Cell::Number(0),
            LISTINGS.into(),
            RESERVATIONS.into(),
            Cell::Number(0),
        ]
    };
    Filling {
        table: Table {
            name: "sync_runs",
            columns: &[
                "tenant_id",
                "id",
                "account_id",
                "kind",
                "state",
                "requested_at",
                "started_at",
                "ended_at",
                "attempts",
                "rescues",
                "listings",
                "listings_done",
                "listings_skipped",
                "listings_failed",
                "listings_new",
                "reservations",
                "reservations_failed",
            ],
        },
        rows: Box::new((0..numbers.accounts()).map(row)),
    }
}
