//! The bare server that Innkeeper's is measured beside: actix-web, diesel and r2d2. It hashes the bearer token, reads the
//! token and what its user is on the property by index, does what is asked for, and nothing else: no checks of what is sent
//! but crude ones, no record, no mail. It has two forms, which share parsing and answers.

mod fill;
mod group;
mod handlers;
mod key;
mod levers;
mod plain;
mod refused;
mod resources;
mod rows;
mod side;
mod statement;
mod statements;

use std::{
    cell::RefCell,
    io::{self, Write as _},
    net::TcpListener,
    rc::Rc,
    thread,
};

use actix_web::{App, HttpServer, web::Data};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use diesel::{
    Connection as _, PgConnection, SqliteConnection,
    connection::SimpleConnection as _,
    r2d2::{ConnectionManager, CustomizeConnection, Pool, R2D2Connection},
};
use serde::Serialize;

pub(crate) use fill::{from_copy, from_file};

use self::{
    group::Writer,
    levers::{Inline, Joined},
    plain::Plain,
    side::Side,
};

/// Connections of a pool.
const POOL: u32 = 10;
/// The durability of Innkeeper's store.
const SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
/// How much of the file is read without asking the kernel.
const MAPPED: &str = "PRAGMA mmap_size = 268435456;";

/// How well it uses the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Form {
    /// As one writes it first.
    Plain,
    /// As well as we know how.
    Best,
}

/// What to serve.
#[derive(Clone, Debug, Args)]
pub(crate) struct BareHttp {
    /// The URL of a database that was filled for it
    #[arg(long)]
    database: String,
    /// How well it uses the database
    #[arg(long)]
    form: Form,
    /// Connections of the pool
    #[arg(long, default_value_t = POOL)]
    pool: u32,
}

#[derive(Debug)]
struct Durable;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Durable {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        connection
            .batch_execute(SETTINGS)
            .map_err(diesel::r2d2::Error::QueryError)
    }
}

impl BareHttp {
    /// Serves until it is killed. The first line printed is the address.
    pub(crate) fn carry_out(&self) -> anyhow::Result<()> {
        let pool = self.pool;
        match (self.database.strip_prefix("sqlite://"), self.form) {
            (Some(path), Form::Plain) => {
                let sqlite = |most| {
                    let pool = Pool::builder().connection_customizer(Box::new(Durable));
                    built(pool, ConnectionManager::<SqliteConnection>::new(path), most)
                };
                let (links, writer) = (sqlite(pool)?, Some(sqlite(1)?));
                serve(move || {
                    let (links, writer) = (links.clone(), writer.clone());
                    Ok(Plain { links, writer })
                })
            }
            (Some(path), Form::Best) => {
                let writer = Writer::start(opened(path)?);
                let path = path.to_owned();
                serve(move || {
                    let link = Rc::new(RefCell::new(opened(&path)?));
                    let writer = writer.clone();
                    Ok(Inline { link, writer })
                })
            }
            (None, form) => {
                let manager = ConnectionManager::<PgConnection>::new(&self.database);
                let links = built(Pool::builder(), manager, pool)?;
                match form {
                    Form::Plain => serve(move || {
                        let links = links.clone();
                        Ok(Plain { links, writer: None })
                    }),
                    Form::Best => serve(move || Ok(Joined(links.clone()))),
                }
            }
        }
    }
}

/// Nothing is tried when a connection is lent: Innkeeper does not either.
fn built<C: R2D2Connection + Send + 'static>(
    pool: diesel::r2d2::Builder<ConnectionManager<C>>,
    manager: ConnectionManager<C>,
    most: u32,
) -> anyhow::Result<Pool<ConnectionManager<C>>> {
    let pool = pool.max_size(most).test_on_check_out(false);
    Ok(pool.build(manager)?)
}

fn opened(path: &str) -> anyhow::Result<SqliteConnection> {
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute(SETTINGS)?;
    connection.batch_execute(MAPPED)?;
    Ok(connection)
}

/// Serves with a worker a processor, each with what `make` makes.
fn serve<S: Side>(make: impl Fn() -> anyhow::Result<S> + Clone + Send + 'static) -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let workers = thread::available_parallelism()?.get();
    // Found out now, for a worker could not tell.
    drop(make().context("the database does not open")?);
    let server = HttpServer::new(move || {
        let app = App::new().configure(handlers::routes::<S>);
        match make() {
            Ok(side) => app.app_data(Data::new(side)),
            Err(_) => app,
        }
    });
    let server = server.workers(workers).listen(listener)?;
    actix_web::rt::System::new().block_on(async {
        let running = server.run();
        writeln!(io::stdout(), "http://{address}")?;
        running.await
    })?;
    Ok(())
}
