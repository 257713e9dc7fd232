//! The binary as others see it: its commands, its configuration, how it starts and how it ends.
#![cfg(test)]

mod configuration;
mod demo;
mod harness;
mod keys;
mod people;
mod readme;
mod schema;
mod serving;
mod startup;
mod tenants;
mod tokens;
mod usage;
