//! `innkeeper demo`: the whole story on an embedded database, told through real requests to a real server.

mod channel_side;
mod coming_in;
mod farewell;
mod ground;
mod imports;
mod mailbox;
mod narrator;
mod paint;
mod story;

use std::{
    future::pending,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::mpsc,
    thread,
};

use innkeeper_domain::{
    usecases::{CreateTenant, NewApplication, create_tenant},
    values::Label,
};
use tokio::sync::oneshot;

use crate::{
    application::{Application, Schema, Work},
    cli::{Console, Failure, Form, console},
    config::Config,
};
use channel_side::ChannelSide;
use ground::Ground;
use mailbox::Mailbox;
use narrator::Narrator;
use story::Partner;

pub(crate) use ground::GroundError;
pub(crate) use narrator::Broken;

/// Where the demo keeps its database.
const DIRECTORY: &str = "innkeeper-data/demo";

/// What the tenant of the story is called.
const TENANT: &str = "Seaside Stays";

/// What happens when the story is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Afterwards {
    /// The server stays up, to be tried out.
    Stay,
    /// The server ends.
    End,
}

/// Tells the story, and stays up if that is wanted.
pub(crate) fn run(
    config: &Config,
    listen: Option<SocketAddr>,
    afterwards: Afterwards,
    form: Form,
) -> Result<(), Failure> {
    let ground = Ground::prepare(Path::new(DIRECTORY))?;
    let free = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
    // The clients of the story speak plain HTTP, but are not made without. Whoever was first is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let channel = ChannelSide::start()?;
    let config = config
        .clone()
        .elsewhere(ground.database(), listen.unwrap_or(free))
        .with_sandbox(channel.url()?)
        .with_mails_in(ground.mails());
    let application = Application::build(&config, Schema::Migrate, Work::Here)?;
    let partner = open_tenant(&config)?;
    let mailbox = Mailbox::at(ground.mails());
    let narrator = Narrator::new(&local_url(application.address()), form)?;

    let (finish, finished) = oneshot::channel();
    let (tell, told) = mpsc::channel();
    let end = async move {
        // A narrator who is gone without a word has failed.
        if matches!(finished.await, Ok(Afterwards::Stay)) {
            pending::<()>().await;
        }
    };
    application.run_until_stopped(end, move || {
        thread::spawn(move || {
            let outcome = story::tell(narrator, &partner, (&channel, &mailbox), afterwards);
            let next = if outcome.is_ok() {
                afterwards
            } else {
                Afterwards::End
            };
            // Whoever listens is gone only if the visitor has ended it all.
            if tell.send(outcome).is_err() || finish.send(next).is_err() {
                tracing::debug!("the story was over before its end");
            }
            if next == Afterwards::Stay {
                // The channels stay up with the server; the end of the process is the end of both.
                loop {
                    thread::park();
                }
            }
        });
    })?;
    match told.try_recv() {
        Ok(outcome) => Ok(outcome?),
        Err(_silent) => Err(Failure::Refused(
            "the demo was stopped in the middle of the story".to_owned(),
        )),
    }
}

/// The operator's part, as `innkeeper tenant create` does it.
fn open_tenant(config: &Config) -> Result<Partner, Failure> {
    let store = Console::open(config)?;
    let name = Label::parse(TENANT).map_err(|error| Failure::Refused(error.to_string()))?;
    let command = CreateTenant {
        context: console::context(console::new_tenant())?,
        name,
        secret_bits: console::bits(),
    };
    let (tenant, NewApplication { application, secret }) = create_tenant(&*store.uow, &command)?;
    Ok(Partner {
        name: TENANT,
        tenant: tenant.id.to_string(),
        client: application.id.to_string(),
        secret,
    })
}

/// The server as this machine reaches it.
fn local_url(address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(host, address.port()))
}
