//! Measurements. `import`: Innkeeper's beside a bare pipeline and beside dlt, all reading the same simulated channel in the
//! same run. `queue`: how soon imports begin, how many a second, and what a kill costs. `scale`: requests on populations of
//! several sizes. `timing`: whether the time of a refusal tells who is known. `scripts/bench` starts them;
//! `docs/performance.md` tells what they found. What one decision costs is measured by a package of its own, in `peers`.

mod bare;
mod bare_http;
mod databases;
mod http;
mod load;
mod measure;
mod ours;
mod peer;
mod plan;
mod population;
mod process;
mod queue;
mod ranks;
mod report;
mod scale;
mod server;
mod site;
mod timing;
mod work;

use std::io::{self, BufRead as _, Write as _};

use clap::{Parser, Subcommand};
use innkeeper_sandbox::{Options, Running};

/// Measurements that are told as ratios between things measured side by side
#[derive(Debug, Parser)]
#[command(name = "innkeeper-bench")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measures imports on both databases, and prints a table
    Import(plan::Plan),
    /// Measures the queue of imports on both databases
    Queue(queue::Plan),
    /// Measures requests over HTTP beside a bare server on both databases, and prints a table
    Http(http::Plan),
    /// Measures requests on populations of several sizes, on both databases
    Scale(scale::Plan),
    /// Measures refused invitations of known and unknown people on both databases
    Timing(timing::Plan),
    /// Fills a database with a tenant of so many property users
    #[command(hide = true)]
    Fill(population::Fill),
    /// Plays the channels until its input ends
    #[command(hide = true)]
    Sandbox,
    /// Serves what Innkeeper's server is measured beside, until it is killed
    #[command(hide = true)]
    BareHttp(bare_http::BareHttp),
    /// Does one piece of work and tells what it took
    #[command(hide = true)]
    Work(work::Work),
}

fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Import(plan) => plan.carry_out(),
        Command::Queue(plan) => plan.carry_out(),
        Command::Http(plan) => plan.carry_out(),
        Command::Scale(plan) => plan.carry_out(),
        Command::Timing(plan) => plan.carry_out(),
        Command::Fill(fill) => fill.carry_out(),
        Command::Sandbox => play(),
        Command::BareHttp(bare) => bare.carry_out(),
        Command::Work(work) => work.carry_out(),
    }
}

fn play() -> anyhow::Result<()> {
    let running = Running::start(Options {
        limits: false,
        ..Options::default()
    })?;
    writeln!(io::stdout(), "{}", running.url())?;
    for line in io::stdin().lock().lines() {
        line?;
    }
    Ok(())
}
