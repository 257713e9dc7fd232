//! The questions, each asked of every connector.

use std::{
    collections::BTreeSet,
    net::TcpListener,
    sync::Arc,
    time::{Duration, Instant},
};

use innkeeper_channels::Unshared;
use innkeeper_domain::{
    accounts::{ChannelFault, Stream},
    ports::{ChannelGateway, Clock},
};
use innkeeper_test_support::LogCapture;

use super::{
    bench::{Bench, Import, WallClock, channels_at, check_request, refusal},
    connectors::Connector,
};

/// Good credentials name an account, the same one each time; others another.
pub(crate) fn good_credentials_name_the_account(connector: &Connector) {
    let bench = Bench::new();
    let first = bench.check(connector, connector.size).unwrap();
    assert!(!first.channel_id.is_empty());
    assert_eq!(bench.check(connector, connector.size).unwrap(), first);
    let credentials = connector.credentials(&bench.sandbox.url(), connector.size);
    for (key, value) in &credentials.values {
        assert_eq!(first.credentials.values.get(key), Some(value), "{key} is kept");
    }
    let empty = bench.check(connector, "good-0x0").unwrap();
    assert!(!empty.channel_id.is_empty(), "an empty account is fine");
}

pub(crate) fn bad_credentials_are_refused(connector: &Connector) {
    let bench = Bench::new();
    for _ in 0..2 {
        let error = bench.check(connector, "bad").unwrap_err();
        assert_eq!(refusal(error), ChannelFault::InvalidCredentials);
    }
}

pub(crate) fn an_unreachable_channel_is_unavailable(connector: &Connector) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let channels = channels_at(&url, &Arc::default());
    let credentials = connector.credentials(&url, "good");
    let error = channels
        .check(&check_request(connector, credentials))
        .unwrap_err();
    assert_eq!(refusal(error), ChannelFault::Unavailable);
}

pub(crate) fn an_import_holds_the_truth(connector: &Connector) {
    let bench = Bench::new();
    for secret in [connector.size, "good-1x1"] {
        let truth = bench.truth(connector, secret);
        assert!(!truth.reservations.is_empty());
        bench.import(connector, secret).assert_is(&truth, secret);
    }
}

pub(crate) fn an_empty_account_is_fine(connector: &Connector) {
    let bench = Bench::new();
    // A calendar is one listing, whatever it holds.
    let empty = if connector.is_calendar() {
        vec!["good-1x0"]
    } else {
        vec!["good-1x0", "good-0x0"]
    };
    for secret in empty {
        bench
            .import(connector, secret)
            .assert_is(&bench.truth(connector, secret), secret);
    }
}

pub(crate) fn changes_are_found(connector: &Connector) {
    let bench = Bench::new();
    let secret = connector.size;
    let before = bench.import(connector, secret);
    let since = WallClock.now();
    bench.change(connector, secret, 6);
    let truth = bench.truth(connector, secret);
    let changed: BTreeSet<_> = truth
        .reservations
        .iter()
        .filter(|(id, row)| before.reservations.get(*id) != Some(row))
        .map(|(id, _)| id.clone())
        .collect();
    let credentials = bench.kept(connector, secret);
    let plan = bench
        .channels
        .plan(&connector.slug.parse().unwrap(), connector.set);
    let mut import = Import::new(&bench.channels, connector, credentials);
    import.since = Some(since);
    let found = import.run(&mut |failure| panic!("{failure:?}"));
    if plan.incremental {
        assert!(
            found.reservations.len() < truth.reservations.len(),
            "only changes are read"
        );
        for id in changed {
            assert_eq!(found.reservations.get(&id), truth.reservations.get(&id), "{id}");
        }
    } else {
        found.assert_is(&truth, "everything is read again");
    }
}

/// A refusal in the middle: with tokens one renewal repairs it, without it stands.
pub(crate) fn a_refusal_in_the_middle_is_repaired_or_stands(connector: &Connector) {
    let bench = Bench::new();
    let secret = connector.size;
    bench.check(connector, secret).unwrap();
    for after in [0, 1] {
        let mut failures = Vec::new();
        let credentials = bench.kept(connector, secret);
        bench.arm(connector, "unauthorized", after, Some(1));
        let import = Import::new(&bench.channels, connector, credentials);
        import
            .run(&mut |failure| failures.push(failure.fault))
            .assert_is(&bench.truth(connector, secret), secret);
        let expected = if connector.tokens {
            vec![]
        } else {
            vec![ChannelFault::InvalidCredentials]
        };
        assert_eq!(failures, expected, "after {after}");
    }
    let credentials = bench.kept(connector, secret);
    bench.arm(connector, "unauthorized", 0, None);
    let import = Import::new(&bench.channels, connector, credentials);
    let failure = import.page(Stream::Listings, None, None).unwrap_err();
    assert_eq!(
        failure.fault,
        ChannelFault::InvalidCredentials,
        "refused for good"
    );
}

pub(crate) fn too_many_requests_are_a_wait(connector: &Connector) {
    let bench = Bench::new();
    let secret = connector.size;
    bench.check(connector, secret).unwrap();
    let credentials = bench.kept(connector, secret);
    bench.arm(connector, "rate_limited", 0, Some(1));
    let import = Import::new(&bench.channels, connector, credentials.clone());
    let failure = import.page(Stream::Listings, None, None).unwrap_err();
    assert_eq!(failure.fault, ChannelFault::RateLimited);
    let wait = failure.retry_after.unwrap();
    assert!(
        (Duration::from_secs(1)..=Duration::from_hours(1)).contains(&wait),
        "{wait:?}"
    );
    // Nobody else tries meanwhile.
    let asked = bench.requests(connector).len();
    if wait > Duration::from_secs(3) {
        let failure = import.page(Stream::Listings, None, None).unwrap_err();
        assert_eq!(failure.fault, ChannelFault::RateLimited);
        assert_eq!(bench.requests(connector).len(), asked);
    }
    let elsewhere = bench.afresh(&Arc::default());
    Import::new(&elsewhere, connector, credentials)
        .run(&mut |failure| panic!("{failure:?}"))
        .assert_is(&bench.truth(connector, secret), secret);
}

/// What passes is told as what it is, and the same page asked again brings the rest.
pub(crate) fn passing_faults_are_told_and_survived(connector: &Connector) {
    let bench = Bench::new();
    let secret = connector.size;
    let truth = bench.truth(connector, secret);
    for (fault, expected) in [
        ("outage", ChannelFault::Unavailable),
        ("cut_body", ChannelFault::Unavailable),
        ("html", ChannelFault::BadResponse),
    ] {
        let error = {
            bench.arm(connector, fault, 0, Some(1));
            let error = bench.afresh(&Arc::default()).check(&check_request(
                connector,
                connector.credentials(&bench.sandbox.url(), secret),
            ));
            refusal(error.unwrap_err())
        };
        assert_eq!(error, expected, "{fault} at the check");
        bench.check(connector, secret).unwrap();
        let mut failures = Vec::new();
        let credentials = bench.kept(connector, secret);
        bench.arm(connector, fault, 1, Some(1));
        let import = Import::new(&bench.channels, connector, credentials);
        import
            .run(&mut |failure| failures.push(failure.fault))
            .assert_is(&truth, fault);
        assert_eq!(failures, [expected], "{fault} in the middle");
    }
}

pub(crate) fn a_slow_answer_is_given_up(connector: &Connector) {
    let bench = Bench::new();
    bench.check(connector, connector.size).unwrap();
    let credentials = bench.kept(connector, connector.size);
    bench.arm(connector, "slow", 0, None);
    let mut import = Import::new(&bench.channels, connector, credentials);
    import.limit = Duration::from_millis(700);
    let began = Instant::now();
    let failure = import.page(Stream::Listings, None, None).unwrap_err();
    assert_eq!(failure.fault, ChannelFault::Unavailable);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

/// Pages that come again, are short, or move: every record that was there is found.
pub(crate) fn crooked_pages_lose_nothing(connector: &Connector) {
    let bench = Bench::new();
    let secret = connector.size;
    for (fault, after) in [
        ("repeat_page", 2),
        ("repeat_page", 3),
        ("short_page", 1),
        ("short_page", 3),
        ("mutate", 2),
    ] {
        let before = bench.truth(connector, secret);
        let credentials = bench.kept(connector, secret);
        bench.arm(connector, fault, after, Some(1));
        let import = Import::new(&bench.channels, connector, credentials);
        let found = import.run(&mut |failure| {
            assert_eq!((failure.fault, fault), (ChannelFault::BadResponse, "repeat_page"));
        });
        bench.disarm();
        let lost = before
            .reservations
            .keys()
            .filter(|id| !found.reservations.contains_key(*id))
            .count();
        assert_eq!(lost, 0, "{fault} after {after}");
        if fault != "mutate" {
            found.assert_is(&before, &format!("{fault} after {after}"));
        }
    }
}

/// Check and import need one token between them, in one process or two.
pub(crate) fn one_token_serves_check_and_import(connector: &Connector) {
    let bench = Bench::new();
    let store = Arc::new(Unshared::default());
    let secret = connector.size;
    let credentials = connector.credentials(&bench.sandbox.url(), secret);
    let checking = bench.afresh(&store);
    let account = checking.check(&check_request(connector, credentials)).unwrap();
    let importing = bench.afresh(&store);
    Import::new(&importing, connector, account.credentials).run(&mut |failure| panic!("{failure:?}"));
    let requests = bench.requests(connector);
    let tokens = requests.iter().filter(|request| {
        let path = request["path"].as_str().unwrap().to_lowercase();
        path.contains("token") && !path.contains("personal")
    });
    assert_eq!(tokens.count(), usize::from(connector.tokens));
}

pub(crate) fn no_secret_is_logged(connector: &Connector) {
    let log = LogCapture::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let bench = Bench::new();
    // With one subscriber alone, a place that logs first on a thread without it would be silent for good.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(subscriber);
    bench.check(connector, "good-1x7").unwrap();
    drop(bench.check(connector, "bad-secret-1"));
    bench.import(connector, "good-1x7");
    drop(guard);
    assert!(log.contains("called a channel"), "{}", log.text());
    for secret in ["good-1x7", "bad-secret-1"] {
        assert_eq!(log.lines_with(secret), Vec::<String>::new());
    }
}
