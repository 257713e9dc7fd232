//! The binary `innkeeper`.

mod application;
mod background;
mod channels;
mod cli;
mod clock;
mod compose;
mod config;
mod demo;
mod durations;
mod entropy;
mod housekeeping;
mod key_file;
mod listening;
mod measures;
mod one_line;
mod postman;
mod progress;
mod refused;
mod sealing;
mod shutdown;
mod telemetry;
mod workers;
mod working;

use std::{
    io::{Write, stderr},
    process::ExitCode,
};

use clap::{CommandFactory, Parser, error::ErrorKind};

use cli::{Cli, Failure};

/// Wrong usage ends with exit code 2; every other failure is one line on stderr and exit code 1.
fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(told)) => Cli::command().error(ErrorKind::ValueValidation, told).exit(),
        Err(failure) => {
            // Nobody is left to be told if stderr is gone, too.
            drop(writeln!(stderr(), "innkeeper: {}", failure.line()));
            ExitCode::FAILURE
        }
    }
}
