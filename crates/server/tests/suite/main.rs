//! The binary as others see it: its commands, its configuration, how it starts and how it ends.
#![cfg(test)]

mod channels;
mod configuration;
mod demo;
mod harness;
mod imports;
mod keys;
mod people;
mod queue;
mod readme;
mod recovery;
mod schema;
mod serving;
mod startup;
mod tenants;
mod tokens;
mod usage;
