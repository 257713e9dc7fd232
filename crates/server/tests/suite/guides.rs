//! The guides, followed as they stand: every command in them is executed, and what they show of the answers compared.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::guide;

const PARTNER: &str = "docs/partner-onboarding.md";
const PROPERTY_USERS: &str = "docs/property-users.md";
const FROM_CHANNEX: &str = "docs/migrating-from-channex.md";
const FROM_BEYOND: &str = "docs/migrating-from-beyond.md";

/// The guides that are followed here.
pub(crate) const FOLLOWED: [&str; 4] = [PARTNER, PROPERTY_USERS, FROM_CHANNEX, FROM_BEYOND];

on_each_backend!(
    a_partner_gets_from_a_token_to_listings,
    a_person_is_invited_and_withdrawn,
    a_client_of_channex_changes_its_base_url,
    a_client_of_beyond_changes_its_base_url,
);

fn a_partner_gets_from_a_token_to_listings(backend: Backend) {
    guide::follow(PARTNER, guide::place(backend));
}

fn a_person_is_invited_and_withdrawn(backend: Backend) {
    guide::follow(PROPERTY_USERS, guide::place(backend));
}

fn a_client_of_channex_changes_its_base_url(backend: Backend) {
    guide::follow(FROM_CHANNEX, guide::place(backend));
}

fn a_client_of_beyond_changes_its_base_url(backend: Backend) {
    guide::follow(FROM_BEYOND, guide::place(backend));
}
