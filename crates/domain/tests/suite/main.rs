//! The rules of access, tested one by one, by laws, by a model and by a slow reference. A test about a numbered rule
//! carries its number; what the numbers mean stands in `docs/access.md`.
#![cfg(test)]

mod arbitrary;
mod cast;
mod differential;
mod every_rule;
mod laws;
mod matrix;
mod memory;
mod model;
mod reference;
mod rules_identity;
mod rules_invite;
mod rules_keys;
mod rules_mail;
mod rules_onboarding;
mod rules_overrides;
mod rules_owners;
mod rules_roles;
mod rules_secrets;
mod rules_tokens;
mod rules_update_withdraw;
mod targets;
mod tokens;
mod told;
mod truth_table;
mod usecases_invite;
mod usecases_people;
mod usecases_properties;
mod usecases_reading;
mod usecases_tenancy;
mod usecases_update_withdraw;
mod world;
