//! A tenant with as many property users as are asked for, written straight into the store's tables: invited one by one,
//! ten millions would take hours. Rows are computed from numbers, and by the domain where it has a rule for them.

mod accounts;
mod cells;
mod numbers;
mod people;
mod places;
mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context as _, ensure};
use clap::Args;
use innkeeper_domain::{
    ids::{AccountId, Id, PropertyId, PropertyUserId, TenantId, UserId},
    ports::{Direction, PageRequest, Queries, UserFilter},
};
use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};

pub(crate) use numbers::PLACES_OF_PROPERTY;
use numbers::{Kind, Numbers, id};

/// A database to fill, to try something out on it.
#[derive(Clone, Debug, Args)]
pub(crate) struct Fill {
    /// The URL of the database, as the product takes it
    #[arg(long)]
    database: String,
    /// How many property users
    #[arg(long)]
    places: u64,
    /// The file to write the keys of all callers into, as `load.lua` reads them
    #[arg(long)]
    keys: PathBuf,
}

impl Fill {
    /// Fills it.
    pub(crate) fn carry_out(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        fill(&self.database, self.places)?.write_keys(&self.keys)?;
        let seconds = begun.elapsed().as_secs_f64();
        writeln!(io::stdout(), "{} in {seconds:.1} s", self.places)?;
        Ok(())
    }
}

/// Somebody who makes requests: the owner of a part of the properties, with all scopes.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) user: UserId,
    /// The text of an API key.
    pub(crate) key: String,
}

/// What a database was filled with.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    numbers: Numbers,
    pub(crate) tenant: TenantId,
    /// Property `n` belongs to caller `n` modulo their number.
    pub(crate) callers: Vec<Caller>,
    /// The `client_id` and the `client_secret` of an application that may ask for everything.
    pub(crate) application: (String, String),
}

impl Population {
    fn of(tenant: TenantId, numbers: Numbers) -> Self {
        let caller = |n| Caller {
            user: Id::from_uuid(id(Kind::User, n)),
            key: people::key(tenant.uuid(), n).reveal().to_owned(),
        };
        let secret = people::application_secret(tenant.uuid());
        Self {
            numbers,
            tenant,
            callers: (0..numbers.callers).map(caller).collect(),
            application: (id(Kind::Application, 0).to_string(), secret.reveal().to_owned()),
        }
    }

    /// How many property users there are.
    pub(crate) fn places(&self) -> u64 {
        self.numbers.places
    }

    /// Writes what callers identify themselves with: in the first line the application, then each with its key.
    pub(crate) fn write_keys(&self, path: &Path) -> io::Result<()> {
        let (client, secret) = &self.application;
        let mut lines = vec![format!("{client} {secret}")];
        let callers = self.callers.iter();
        lines.extend(callers.map(|caller| format!("{} {}", caller.user, caller.key)));
        fs::write(path, lines.join("\n"))
    }

    pub(crate) fn property_id(n: u64) -> PropertyId {
        Id::from_uuid(id(Kind::Property, n))
    }

    /// The `n`th property user of all.
    pub(crate) fn place_id(n: u64) -> PropertyUserId {
        Id::from_uuid(id(Kind::Place, n))
    }

    /// The `n`th account of all; each caller has the next twenty.
    pub(crate) fn account_id(n: u64) -> AccountId {
        Id::from_uuid(id(Kind::Account, n))
    }
}

/// Makes the tables of the database at `url`, if they are missing, and fills them.
pub(crate) fn fill(url: &str, places: u64) -> anyhow::Result<Population> {
    let numbers = Numbers::of(places)?;
    let store = SqlStore::open(&StoreConfig::new(url, MasterKey::from_bytes([0; 32]))?)?;
    store.migrate()?;
    let tenant = store.tenant_called("default")?.context("there is no tenant")?.id;
    let everybody = UserFilter {
        only: None,
        email: None,
        direction: Direction::Ascending,
    };
    let users = store.users(tenant, &everybody, PageRequest::first(1))?;
    ensure!(users.items.is_empty(), "there are people in the database already");
    // Its connections would be in the way.
    drop(store);
    let id = tenant.uuid();
    let fillings = vec![
        people::users(id, numbers),
        people::credentials(id, numbers),
        people::keys(id, numbers),
        people::applications(id),
        places::properties(id, numbers),
        places::property_users(id, numbers),
        accounts::accounts(id, numbers),
        accounts::slots(id, numbers),
        accounts::runs(id, numbers),
    ];
    match url.strip_prefix("sqlite://") {
        Some(path) => sqlite::fill(Path::new(path), fillings)?,
        None => postgres::fill(url, fillings)?,
    }
    Ok(Population::of(tenant, numbers))
}
