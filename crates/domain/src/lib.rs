#![doc = include_str!("../README.md")]
#![warn(clippy::wildcard_enum_match_arm)]

pub mod access;
pub mod accounts;
pub mod effects;
pub mod ids;
pub mod imports;
#[cfg(feature = "mocks")]
pub mod mocks;
pub mod onboarding;
pub mod people;
pub mod ports;
pub mod properties;
pub mod record;
pub mod sync;
pub mod tenancy;
pub mod time;
pub mod tokens;
pub mod usecases;
pub mod values;
