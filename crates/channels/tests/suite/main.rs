//! Tests of the channels: the catalogue, and every connector against the sandbox.
#![cfg(test)]

mod catalogue;
mod conformance;
mod hostile;
mod mistakes;
mod published;
