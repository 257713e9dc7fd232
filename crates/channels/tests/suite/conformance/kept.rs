//! What the check makes of credentials: codes that work once, values that the channel fills in, other spellings.

use std::sync::Arc;

use innkeeper_channels::Unshared;
use innkeeper_domain::{accounts::ChannelFault, ports::ChannelGateway};

use super::{
    bench::{Bench, Import, check_request, refusal},
    connectors::Connector,
};

const INVITED: Connector = Connector {
    slug: "beds24",
    set: "invite_code",
    values: &[("invite_code", "$")],
    tokens: true,
    size: "good-2x60",
};

const WITHOUT_AGENCY: Connector = Connector {
    slug: "hostfully",
    set: "api_key",
    values: &[("api_key", "$")],
    tokens: false,
    size: "good-2x60",
};

const BY_EMAIL: Connector = Connector {
    slug: "rentals_united",
    set: "email",
    values: &[("email", "host@hosts.example"), ("password", "$")],
    tokens: false,
    size: "good-2x60",
};

#[test]
fn an_invite_code_becomes_a_refresh_token() {
    let bench = Bench::new();
    let account = bench.check(&INVITED, INVITED.size).unwrap();
    assert_eq!(account.credentials.set, "refresh_token");
    assert_eq!(
        account.credentials.values.keys().collect::<Vec<_>>(),
        ["refresh_token"]
    );
    let found = Import::new(&bench.channels, &INVITED, account.credentials);
    let found = found.run(&mut |failure| panic!("{failure:?}"));
    found.assert_is(&bench.truth(&INVITED, INVITED.size), "with what the code came to");
}

#[test]
fn an_invite_code_works_once() {
    let bench = Bench::new();
    bench.check(&INVITED, INVITED.size).unwrap();
    // By somebody else, who does not know what the first one got.
    let credentials = INVITED.credentials(&bench.sandbox.url(), INVITED.size);
    let elsewhere = bench.afresh(&Arc::<Unshared>::default());
    let error = elsewhere
        .check(&check_request(&INVITED, credentials))
        .unwrap_err();
    assert_eq!(refusal(error), ChannelFault::CodeAlreadyUsed);
    let error = bench.check(&INVITED, "bad").unwrap_err();
    assert_eq!(refusal(error), ChannelFault::InvalidCredentials);
}

#[test]
fn what_the_check_fills_in_is_kept_and_used() {
    let bench = Bench::new();
    let account = bench.check(&WITHOUT_AGENCY, WITHOUT_AGENCY.size).unwrap();
    assert_eq!(
        account.credentials.text("agency_uid"),
        Some(account.channel_id.as_str())
    );
    let found = Import::new(&bench.channels, &WITHOUT_AGENCY, account.credentials);
    let found = found.run(&mut |failure| panic!("{failure:?}"));
    found.assert_is(
        &bench.truth(&WITHOUT_AGENCY, WITHOUT_AGENCY.size),
        "of the filled-in agency",
    );
}

#[test]
fn a_login_may_be_an_email_address() {
    let bench = Bench::new();
    let account = bench.check(&BY_EMAIL, BY_EMAIL.size).unwrap();
    assert_eq!(account.channel_id, "host@hosts.example");
    let found = Import::new(&bench.channels, &BY_EMAIL, account.credentials);
    let found = found.run(&mut |failure| panic!("{failure:?}"));
    found.assert_is(&bench.truth(&BY_EMAIL, BY_EMAIL.size), "by e-mail");
}

/// Prices stand in the orders of a listing, which are asked for once and not again for each page.
#[test]
fn orders_are_asked_for_once_a_listing() {
    let bench = Bench::new();
    let size = "good-3x90";
    bench
        .import(&WITHOUT_AGENCY, size)
        .assert_is(&bench.truth(&WITHOUT_AGENCY, size), size);
    let requests = bench.requests(&WITHOUT_AGENCY);
    let asked = |end: &str| {
        let paths = requests.iter().filter_map(|request| request["path"].as_str());
        paths
            .filter(|path| path.split('?').next().is_some_and(|path| path.ends_with(end)))
            .count()
    };
    assert!(asked("/leads") >= 3, "several pages");
    assert_eq!(asked("/orders"), 3);
}
