//! Runs in which a listing fails, and what the account shows of it: read from a channel that tells reservations listing by
//! listing.

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, Fetched, Records, RemoteAccount, Stream, StreamPlan, TokenKey},
    ports::{CheckError, FetchRequest, MockChannelGateway},
    sync::Outcome,
    time::Timestamp,
    usecases::Left,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, assert_shows, listing, reservation};

on_each_backend!(
    a_listing_that_fails_is_told_and_keeps_no_other_from_being_read,
    refused_credentials_that_a_check_confirms_end_the_run,
);

const PLAN: StreamPlan = StreamPlan {
    per_listing: true,
    incremental: false,
};

/// A channel with three listings, of which some fail with what `fails` says.
fn channel(
    now: Timestamp,
    fails: impl Fn(&str) -> Option<ChannelFault> + Send + Sync + 'static,
    works: bool,
) -> MockChannelGateway {
    let mut channel = MockChannelGateway::new();
    channel.expect_plan().returning(|_, _| PLAN);
    channel.expect_begin().returning(|_| ());
    channel.expect_check().returning(move |request| {
        if works {
            Ok(RemoteAccount {
                channel_id: "1".to_owned(),
                display_id: None,
                email: None,
                credentials: request.credentials.clone(),
                token: TokenKey([7; 16]),
            })
        } else {
            Err(CheckError::Failed(ChannelFault::InvalidCredentials.into()))
        }
    });
    channel.expect_fetch().returning(move |request: &FetchRequest| {
        let records = match request.stream {
            Stream::Listings => Records::Listings((1..=3).map(listing).collect()),
            Stream::Reservations => {
                let of = request.listing.as_deref().unwrap_or_default();
                if let Some(fault) = fails(of) {
                    return Err(ChannelFailure::from(fault));
                }
                let number = of.trim_start_matches('L').parse().expect("a listing of ours");
                Records::Reservations(vec![reservation(number, 1)])
            }
        };
        Ok(Fetched {
            records,
            faulty: Vec::new(),
            next: None,
            began_at: now,
        })
    });
    channel
}

fn a_listing_that_fails_is_told_and_keeps_no_other_from_being_read(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let worker = app.takes(&account);
    let run = worker.run();
    // The second is refused as if the credentials were wrong, which they are not; the third may not be read.
    let fails = |listing: &str| match listing {
        "L2" => Some(ChannelFault::InvalidCredentials),
        "L3" => Some(ChannelFault::InsufficientPermissions),
        _ => None,
    };
    let end = worker.imports_from(&channel(app.now(), fails, true));
    assert_eq!(end.left, Left::Ended(Outcome::PartiallySucceeded));
    let listings = ada.shows(&account, "listings/");
    for (id, name) in listings
        .each("/id")
        .iter()
        .zip(listings.each("/attributes/title"))
    {
        app.names().learn(id, &name);
    }
    let shown = ada.shows(&account, &format!("runs/{run}/"));
    let attributes = shown.at("/data/attributes");
    assert_shows!(
        format!(
            "{} {} {:#}\n{:#}",
            attributes["state"],
            attributes["failure"],
            attributes["listings"],
            shown.names.tell(attributes["failed-items"].clone())
        ),
        @r#"
        "partially_succeeded" null {
          "done": 1,
          "failed": 2,
          "new": 3,
          "skipped": 0,
          "total": 3
        }
        [
          {
            "channel-listing-id": "L2",
            "code": "invalid_credentials",
            "listing-id": "[Listing 2]",
            "title": "The channel does not accept the credentials."
          },
          {
            "channel-listing-id": "L3",
            "code": "insufficient_permissions",
            "listing-id": "[Listing 3]",
            "title": "The credentials lack a permission, or the plan lacks this interface."
          }
        ]
        "#
    );
    let in_list = ada.shows(&account, "runs/");
    assert!(in_list.items()[0]["attributes"].get("failed-items").is_none());

    let shown = ada.shows(&account, "").at("/data/attributes");
    assert_eq!(shown["sync-status"]["state"], "completed");
    assert_eq!(shown["sync-detail"]["last-run-result"], "partially_succeeded");
    assert_eq!(shown["health"]["state"], "degraded");
    assert_eq!(shown["valid"], true);
    let read = ada
        .shows(&account, "reservations/")
        .each("/attributes/channel-reservation-id");
    assert_eq!(read, ["R1-1"]);
    let synced = listings.items();
    let of = |title: &str| {
        let found = synced
            .iter()
            .find(|listing| listing["attributes"]["title"] == title);
        found.expect("it is listed")["attributes"]["synced-at"].is_string()
    };
    assert_eq!(
        ["Listing 1", "Listing 2", "Listing 3"].map(of),
        [true, false, false]
    );

    // The next one reads what is missing, and the failures are history.
    ada.refreshes(&account, "").expect(202);
    let end = app
        .takes(&account)
        .imports_from(&channel(app.now(), |_| None, true));
    assert_eq!(end.left, Left::Ended(Outcome::Succeeded));
    let shown = ada.shows(&account, "").at("/data/attributes");
    assert_eq!(shown["health"]["state"], "healthy");
    assert_eq!(ada.shows(&account, "reservations/").items().len(), 3);
    let again = ada
        .shows(&account, &format!("runs/{run}/"))
        .at("/data/attributes");
    assert_eq!(
        again["failed-items"], attributes["failed-items"],
        "what was stays on record"
    );
}

fn refused_credentials_that_a_check_confirms_end_the_run(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let worker = app.takes(&account);
    let run = worker.run();
    let fails = |listing: &str| (listing == "L2").then_some(ChannelFault::InvalidCredentials);
    let end = worker.imports_from(&channel(app.now(), fails, false));
    let fault = ChannelFault::InvalidCredentials;
    assert_eq!(end.left, Left::Ended(Outcome::Failed(fault)));
    let shown = ada
        .shows(&account, &format!("runs/{run}/"))
        .at("/data/attributes");
    assert_eq!(
        (&shown["state"], &shown["failure"]["code"]),
        (&"failed".into(), &fault.as_str().into())
    );
    let shown = ada.shows(&account, "").at("/data/attributes");
    assert_eq!(
        (&shown["valid"], &shown["health"]["state"]),
        (&false.into(), &"needs_reauth".into())
    );
    assert_eq!(
        ada.shows(&account, "listings/").items().len(),
        3,
        "what was read stays"
    );
    assert_eq!(ada.shows(&account, "reservations/").items().len(), 1);
    // A refresh is taken all the same, and asks first.
    ada.refreshes(&account, "").expect(202);
    let end = app
        .takes(&account)
        .imports_from(&channel(app.now(), |_| None, false));
    assert_eq!(end.left, Left::Ended(Outcome::Failed(fault)));
    ada.refreshes(&account, "").expect(202);
    let end = app
        .takes(&account)
        .imports_from(&channel(app.now(), |_| None, true));
    assert_eq!(end.left, Left::Ended(Outcome::Succeeded));
    assert_eq!(ada.shows(&account, "").at("/data/attributes/valid"), true);
}
