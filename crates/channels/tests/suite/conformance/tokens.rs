//! Tokens and one-time codes, and addresses that must not be called.

use std::{sync::Arc, thread};

use innkeeper_channels::Unshared;
use innkeeper_domain::{
    accounts::{ChannelFault, CredentialCode, CredentialProblem, CredentialValue, Credentials},
    ports::{ChannelGateway, CheckError},
};

use super::{
    bench::{Bench, Import, check_request, refusal},
    connectors::{BEDS24_REFRESH, Connector, HOSTAWAY, ICAL},
};

const INVITATION: Connector = Connector {
    set: "invite_code",
    values: &[("invite_code", "$")],
    ..BEDS24_REFRESH
};

/// Many threads in two processes that share a store ask at once: the channel is asked for one token.
#[test]
fn a_token_is_asked_for_by_one_at_a_time() {
    let bench = Bench::new();
    let store = Arc::new(Unshared::default());
    let (one, other) = (bench.afresh(&store), bench.afresh(&store));
    let credentials = HOSTAWAY.credentials(&bench.sandbox.url(), "good");
    thread::scope(|scope| {
        for channels in [&one, &other, &one, &other, &one, &other] {
            let request = check_request(&HOSTAWAY, credentials.clone());
            scope.spawn(move || channels.check(&request).unwrap());
        }
    });
    let requests = bench.requests(&HOSTAWAY);
    let tokens = requests
        .iter()
        .filter(|request| request["path"].as_str().unwrap().contains("accessTokens"));
    assert_eq!((tokens.count(), requests.len()), (1, 7));
}

/// A code that works once becomes a refresh token, which is what is kept; the code is of no use to others.
#[test]
fn a_code_that_works_once_is_exchanged_for_what_is_kept() {
    let bench = Bench::new();
    let store = Arc::new(Unshared::default());
    let channels = bench.afresh(&store);
    let code = INVITATION.credentials(&bench.sandbox.url(), "good-2x3");
    let account = channels.check(&check_request(&INVITATION, code.clone())).unwrap();
    assert_eq!(account.credentials.set, "refresh_token");
    assert!(account.credentials.text("refresh_token").is_some());
    let again = channels.check(&check_request(&INVITATION, code.clone())).unwrap();
    assert_eq!(
        again, account,
        "asked again before anything was stored, nothing is lost"
    );
    let importing = bench.afresh(&store);
    let found = Import::new(&importing, &BEDS24_REFRESH, account.credentials)
        .run(&mut |failure| panic!("{failure:?}"));
    assert_eq!(
        found.reservations.len(),
        bench.truth(&INVITATION, "good-2x3").reservations.len()
    );
    let elsewhere = bench.afresh(&Arc::default());
    let error = elsewhere.check(&check_request(&INVITATION, code)).unwrap_err();
    assert_eq!(refusal(error), ChannelFault::CodeAlreadyUsed);
}

#[test]
fn links_to_private_addresses_are_refused_without_a_call() {
    let bench = Bench::new();
    for link in [
        "https://127.0.0.1/x.ics",
        "https://[::1]/x.ics",
        "https://10.0.0.8/x.ics",
        "https://localhost/x.ics",
        "http://198.51.100.7/x.ics",
        "http://169.254.169.254/latest/meta-data",
        "https://user:word@calendar.example/x.ics",
    ] {
        let value = CredentialValue::List(vec![link.to_owned().into()]);
        let credentials = Credentials {
            set: "calendar".into(),
            values: [("ical_urls".to_owned(), value)].into(),
        };
        let error = bench
            .channels
            .check(&check_request(&ICAL, credentials))
            .unwrap_err();
        let wrong = CredentialProblem {
            key: "ical_urls".into(),
            code: CredentialCode::Format,
        };
        assert_eq!(error, CheckError::Wrong(vec![wrong]), "{link}");
    }
    assert_eq!(bench.requests(&ICAL).len(), 0);
}
