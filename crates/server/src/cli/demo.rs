//! `innkeeper demo`.

use std::net::SocketAddr;

use clap::Args;

use super::{
    answer::{Answer, Form},
    failure::Failure,
};
use crate::{
    compose::StartError,
    config::Config,
    demo::{self, Afterwards},
};

/// Tell the whole story on a database of its own, then stay up to be tried out
#[derive(Debug, Args)]
#[command(after_help = "\
Needs nothing: it makes a fresh database in ./innkeeper-data/demo (what an earlier demo left there is replaced), \
serves it on a free port of this machine beside simulated channels, and tells step by step what it asks and what is \
answered. Each answer is checked. At the end it prints commands to paste, with a key that works while the server runs; Ctrl-C ends it.

Examples:
  innkeeper demo
  innkeeper demo --listen 127.0.0.1:8080
  innkeeper demo --once && echo every step was as it should be")]
pub(crate) struct Demo {
    /// Stop after the story; exit code 0 only if every step was as it should be
    #[arg(long)]
    once: bool,
    /// Where to listen [default: a free port of 127.0.0.1]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
}

impl Demo {
    pub(crate) fn run(&self, config: &Config, form: Form) -> Result<Answer, Failure> {
        let afterwards = if self.once {
            Afterwards::End
        } else {
            Afterwards::Stay
        };
        match demo::run(config, self.listen, afterwards, form) {
            Err(Failure::Start(StartError::PortTaken { address })) => Err(Failure::Refused(format!(
                "{address} is taken by another program; stop that, or choose another with --listen"
            ))),
            outcome => outcome.map(|()| Answer::Told),
        }
    }
}
