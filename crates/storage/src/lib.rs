//! The store of Innkeeper: SQLite or PostgreSQL, chosen by URL when the program runs. The only crate that sees SQL.
//!
//! [`SqlStore`] is everything the domain asks of a store: its [`UnitOfWork`], its [`Queries`] and its [`Upkeep`].
//! What the two databases do differently is known to `connection`, `error`, `locking`, `columns` and the migrations,
//! and to nothing else.
//!
//! ```
//! use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};
//! # let directory = std::env::temp_dir().join(format!("innkeeper-doc-{}", std::process::id()));
//! # let url = format!("sqlite://{}/innkeeper.db", directory.display());
//!
//! let store = SqlStore::open(&StoreConfig::new(&url, MasterKey::from_bytes([7; 32]))?)?;
//! store.migrate()?;
//! store.ping()?;
//! # drop(store);
//! # std::fs::remove_dir_all(directory)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`UnitOfWork`]: innkeeper_domain::ports::UnitOfWork
//! [`Queries`]: innkeeper_domain::ports::Queries
//! [`Upkeep`]: innkeeper_domain::ports::Upkeep

mod batch;
mod budgets;
mod channel_state;
mod clock;
mod columns;
mod config;
mod connection;
mod error;
mod group;
mod inserts;
mod known;
mod leases;
mod ledger;
mod locking;
mod migrate;
mod pool;
mod postbox;
mod purge_accounts;
mod queries;
mod queue;
mod repos;
mod rows;
mod schema;
pub mod seal;
mod sealed;
mod session;
mod store;
mod unit_of_work;
mod upkeep;
mod upsert;
mod waiting;

pub use config::{InvalidUrl, StoreConfig};
pub use migrate::{MigrateError, SchemaState, Step};
pub use seal::MasterKey;
pub use store::{OpenError, SqlStore};
