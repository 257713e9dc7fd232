//! `innkeeper sandbox`.

use std::net::SocketAddr;

use clap::Args;
use innkeeper_sandbox::Options;

use super::{
    answer::{Answer, Form, Record},
    failure::Failure,
};
use crate::{compose::StartError, config::Config, listening, shutdown, telemetry};

/// Simulate the channels, to try innkeeper out without an account anywhere
#[derive(Clone, Copy, Debug, Args)]
#[command(after_help = "\
Each channel stands under /SLUG with the paths of its real API. A secret is valid if it is `good`, or `good-LxR` for an \
account with L listings of R reservations each. Nothing is stored; the same seed gives the same data. Prints `url` once \
it answers. Have innkeeper look there with INNKEEPER_CHANNELS__SANDBOX_URL.

Controls: POST and DELETE /_sandbox/faults, GET /_sandbox/requests, GET /_sandbox/truth, POST /_sandbox/change.

Examples:
  innkeeper sandbox
  innkeeper sandbox --listen 127.0.0.1:9090 --seed 7 --listings 3 --reservations 10
  INNKEEPER_CHANNELS__SANDBOX_URL=http://127.0.0.1:9090 innkeeper serve")]
pub(crate) struct Sandbox {
    /// Where to listen; port 0 is any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9090")]
    listen: SocketAddr,
    /// What the data is made from
    #[arg(long, value_name = "N", default_value_t = Options::default().seed)]
    seed: u64,
    /// Listings of an account whose secret names no size
    #[arg(long, value_name = "N", default_value_t = Options::default().listings,
        value_parser = clap::value_parser!(u32).range(1..=10_000))]
    listings: u32,
    /// Reservations of each listing of such an account
    #[arg(long, value_name = "N", default_value_t = Options::default().reservations,
        value_parser = clap::value_parser!(u32).range(0..=10_000))]
    reservations: u32,
    /// Let requests come as fast as they may, without the limits that the real channels have
    #[arg(long)]
    no_limits: bool,
}

impl Sandbox {
    pub(crate) fn run(self, config: &Config, form: Form) -> Result<Answer, Failure> {
        telemetry::start(&config.log);
        let options = Options {
            seed: self.seed,
            listings: self.listings,
            reservations: self.reservations,
            limits: !self.no_limits,
        };
        let listener = listening::on(self.listen).map_err(told)?;
        let address = listener.local_addr()?;
        actix_web::rt::System::new().block_on(async move {
            let mut signals = shutdown::Signals::listen()?;
            let server = innkeeper_sandbox::serve(listener, options)?;
            let handle = server.handle();
            let ended = actix_web::rt::spawn(server);
            let answer = Record::default()
                .with("url", format!("http://{address}"))
                .with("seed", options.seed)
                .with("listings", options.listings)
                .with("reservations", options.reservations);
            form.print(&Answer::One(answer))?;
            signals.any().await;
            handle.stop(true).await;
            ended.await.map_err(std::io::Error::other)?
        })?;
        Ok(Answer::Told)
    }
}

fn told(error: StartError) -> Failure {
    match error {
        StartError::PortTaken { address } => Failure::Refused(format!(
            "{address} is taken by another program; stop that, or choose another with --listen"
        )),
        StartError::NotListening { address, error } => Failure::Refused(format!(
            "cannot listen on {address} ({error}); choose another with --listen"
        )),
        error => Failure::Start(error),
    }
}
