//! The binary as others see it: its commands, its configuration, how it starts and how it ends.
#![cfg(test)]

mod channels;
mod coming_in;
mod configuration;
mod credentials;
mod demo;
mod documents;
mod guides;
mod harness;
mod imports;
mod keys;
mod mails;
mod mails_kills;
mod people;
mod queue;
mod readme;
mod record;
mod recovery;
mod reference;
mod revocations;
mod schema;
mod serving;
mod startup;
mod tenants;
mod tokens;
mod trying_out;
mod usage;
mod writes_kills;

/// Not a test: the SMTP server of the other tests, when this executable is started as one.
#[test]
#[ignore = "started by the tests that send mail"]
fn smtp_server_process() {
    innkeeper_test_support::smtp::serve_as_told();
}
