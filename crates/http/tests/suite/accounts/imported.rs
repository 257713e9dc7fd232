//! `.../listings/` and `.../reservations/`: what was imported.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ListingRecord, Records, ReservationRecord, ReservationStatus},
    sync::Outcome,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Person, TestApp, assert_shows, listing, reservation};

on_each_backend!(
    listings_are_told_whole,
    reservations_are_told_whole,
    pages_are_in_one_order,
    what_changed_since_is_found,
    reservations_are_found_by_what_they_are,
    each_account_shows_its_own,
);

fn bare_listing() -> ListingRecord {
    ListingRecord {
        channel_listing_id: "bare".to_owned(),
        title: None,
        address: None,
        city: None,
        country: None,
        timezone: None,
        currency: None,
        capacity: None,
        enabled: false,
        changed_at: None,
    }
}

fn bare_reservation() -> ReservationRecord {
    ReservationRecord {
        channel_reservation_id: "bare".to_owned(),
        channel_listing_id: None,
        status: ReservationStatus::Unknown,
        check_in: None,
        check_out: None,
        adults: None,
        children: None,
        total: None,
        currency: None,
        booked_at: None,
        updated_at: None,
        source: None,
        confirmation_code: None,
    }
}

/// Imports exactly this, and tells the account.
fn holds(
    app: &TestApp,
    ada: &Person<'_>,
    listings: Vec<ListingRecord>,
    reservations: Vec<ReservationRecord>,
) -> String {
    let account = ada.connects(1);
    let mut worker = app.takes(&account);
    worker.stores(Records::Listings(listings), false);
    worker.stores(Records::Reservations(reservations), false);
    worker.finishes(Outcome::Succeeded);
    account
}

fn listings_are_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = holds(&app, &ada, vec![listing(1), bare_listing()], Vec::new());
    assert_shows!(ada.shows(&account, "listings/"), @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": [
        {
          "attributes": {
            "address": "1 Sea Road",
            "capacity": 4,
            "channel-listing-id": "L1",
            "city": "Lisbon",
            "country": "PT",
            "currency": "EUR",
            "enabled": true,
            "synced-at": "2030-06-01T12:00:01.000000Z",
            "timezone": "Europe/Lisbon",
            "title": "Listing 1"
          },
          "id": "[listing]",
          "type": "listings"
        },
        {
          "attributes": {
            "address": null,
            "capacity": null,
            "channel-listing-id": "bare",
            "city": null,
            "country": null,
            "currency": null,
            "enabled": false,
            "synced-at": "2030-06-01T12:00:01.000000Z",
            "timezone": null,
            "title": null
          },
          "id": "[listing 2]",
          "type": "listings"
        }
      ],
      "links": {
        "first": "https://inn.example/api/v1/users/[ada]/accounts/[account 1]/listings/?page%5Bnumber%5D=1",
        "last": "https://inn.example/api/v1/users/[ada]/accounts/[account 1]/listings/?page%5Bnumber%5D=1",
        "next": null,
        "prev": null
      },
      "meta": {
        "pagination": {
          "count": 2,
          "page": 1,
          "pages": 1
        }
      }
    }
    "#);
}

fn reservations_are_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let told = ReservationRecord {
        updated_at: innkeeper_domain::time::Timestamp::parse("2030-05-02T10:00:00.5Z"),
        ..reservation(1, 1)
    };
    let account = holds(&app, &ada, vec![listing(1)], vec![told, bare_reservation()]);
    assert_shows!(ada.shows(&account, "reservations/"), @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": [
        {
          "attributes": {
            "adults": 2,
            "booked-at": "2030-05-01T10:00:00.000000Z",
            "channel-reservation-id": "R1-1",
            "check-in": "2030-07-01",
            "check-out": "2030-07-02",
            "children": 1,
            "confirmation-code": "C11",
            "currency": "EUR",
            "listing-id": "[listing]",
            "source": "Direct",
            "status": "confirmed",
            "total": "250.50",
            "updated-at": "2030-05-02T10:00:00.500000Z"
          },
          "id": "[reservation]",
          "type": "reservations"
        },
        {
          "attributes": {
            "adults": null,
            "booked-at": null,
            "channel-reservation-id": "bare",
            "check-in": null,
            "check-out": null,
            "children": null,
            "confirmation-code": null,
            "currency": null,
            "listing-id": null,
            "source": null,
            "status": "unknown",
            "total": null,
            "updated-at": null
          },
          "id": "[reservation 2]",
          "type": "reservations"
        }
      ],
      "links": {
        "first": "https://inn.example/api/v1/users/[ada]/accounts/[account 1]/reservations/?page%5Bnumber%5D=1",
        "last": "https://inn.example/api/v1/users/[ada]/accounts/[account 1]/reservations/?page%5Bnumber%5D=1",
        "next": null,
        "prev": null
      },
      "meta": {
        "pagination": {
          "count": 2,
          "page": 1,
          "pages": 1
        }
      }
    }
    "#);
}

fn pages_are_in_one_order(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 5, 6);
    for (beneath, id, count) in [
        ("listings/", "/attributes/channel-listing-id", 5),
        ("reservations/", "/attributes/channel-reservation-id", 30),
    ] {
        let whole = ada.shows(&account, &format!("{beneath}?page[size]=100")).each(id);
        assert_eq!(whole.len(), count);
        let mut parts = Vec::new();
        let mut next = Some(ada.path_of(&account, &format!("{beneath}?page[size]=4")));
        while let Some(target) = next {
            let page = ada.get(&target).expect(200);
            assert_eq!(page.at("/meta/pagination/count"), count);
            parts.extend(page.each(id));
            let link = page.at("/links/next");
            next = link.as_str().map(|link| link.replace("https://inn.example", ""));
        }
        assert_eq!(parts, whole, "{beneath}");
    }
}

fn what_changed_since_is_found(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = holds(
        &app,
        &ada,
        vec![listing(1), listing(2)],
        vec![reservation(1, 1), reservation(2, 1)],
    );
    app.pass(Duration::from_mins(1));
    let then = app.now();
    ada.refreshes(&account, "?recent_sync_threshold_minutes=0")
        .expect(202);
    let mut worker = app.takes(&account);
    let renamed = ListingRecord {
        title: Some("New name".to_owned()),
        ..listing(2)
    };
    let cancelled = ReservationRecord {
        status: ReservationStatus::Cancelled,
        ..reservation(1, 1)
    };
    worker.stores(Records::Listings(vec![listing(1), renamed]), false);
    worker.stores(Records::Reservations(vec![cancelled, reservation(2, 1)]), false);
    worker.finishes(Outcome::Succeeded);
    let found = |beneath: &str, id: &str, since: &str| {
        ada.shows(&account, &format!("{beneath}?filter[updated-since]={since}"))
            .expect(200)
            .each(id)
    };
    let [listings, reservations] = [
        ("listings/", "/attributes/channel-listing-id"),
        ("reservations/", "/attributes/channel-reservation-id"),
    ];
    let since = then.to_string();
    assert_eq!(found(reservations.0, reservations.1, &since), ["R1-1"]);
    assert!(found(listings.0, listings.1, &since).contains(&"L2".to_owned()));
    for (beneath, id) in [listings, reservations] {
        assert_eq!(found(beneath, id, "2030-01-01T00:00:00%2B02:00").len(), 2);
        let later = (app.now() + Duration::from_secs(1)).to_string();
        assert_eq!(found(beneath, id, &later), Vec::<String>::new());
    }
}

fn reservations_are_found_by_what_they_are(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let with = |number, status| ReservationRecord {
        status,
        ..reservation(1, number)
    };
    let account = holds(
        &app,
        &ada,
        vec![listing(1), listing(2)],
        vec![
            with(1, ReservationStatus::Confirmed),
            with(2, ReservationStatus::Cancelled),
            with(3, ReservationStatus::NoShow),
            reservation(2, 4),
            bare_reservation(),
        ],
    );
    let listings = ada.shows(&account, "listings/").each("/id");
    let told = [
        "page[size]=9".to_owned(),
        "filter[status]=confirmed".to_owned(),
        "filter[status]=cancelled,no_show".to_owned(),
        "filter[status]=unknown".to_owned(),
        "filter[status]=blocked".to_owned(),
        format!("filter[listing]={}", listings[0]),
        format!("filter%5Blisting%5D={}", listings[1]),
        format!("filter[listing]={},{}", listings[0], listings[1]),
        format!("filter[listing]={account}"),
        format!("filter[listing]={}&filter[status]=confirmed", listings[0]),
        "filter[check-in-from]=2030-07-03".to_owned(),
        "filter[check-in-to]=2030-07-02".to_owned(),
        "filter[check-in-from]=2030-07-02&filter[check-in-to]=2030-07-03".to_owned(),
        "filter[check-in-from]=2030-07-03&filter[check-in-to]=2030-07-02".to_owned(),
        "filter[check-in-from]=0001-01-01&filter[check-in-to]=9999-12-31".to_owned(),
        "filter[check-in-from]=0000-01-01".to_owned(),
    ]
    .map(|query| {
        let answer = ada.shows(&account, &format!("reservations/?{query}"));
        let mut found = answer.expect(200).each("/attributes/channel-reservation-id");
        if found.is_empty() {
            found.push("nothing".to_owned());
        }
        format!("{} -> {}", app.names().tell_text(&query), found.join(" "))
    });
    assert_shows!(told.join("\n"), @"
    page[size]=9 -> R1-1 R1-2 R1-3 R2-4 bare
    filter[status]=confirmed -> R1-1 R2-4
    filter[status]=cancelled,no_show -> R1-2 R1-3
    filter[status]=unknown -> bare
    filter[status]=blocked -> nothing
    filter[listing]=[id] -> R1-1 R1-2 R1-3
    filter%5Blisting%5D=[id] -> R2-4
    filter[listing]=[id],[id] -> R1-1 R1-2 R1-3 R2-4
    filter[listing]=[account 1] -> nothing
    filter[listing]=[id]&filter[status]=confirmed -> R1-1
    filter[check-in-from]=2030-07-03 -> R1-3 R2-4
    filter[check-in-to]=2030-07-02 -> R1-1 R1-2
    filter[check-in-from]=2030-07-02&filter[check-in-to]=2030-07-03 -> R1-2 R1-3
    filter[check-in-from]=2030-07-03&filter[check-in-to]=2030-07-02 -> nothing
    filter[check-in-from]=0001-01-01&filter[check-in-to]=9999-12-31 -> R1-1 R1-2 R1-3 R2-4
    filter[check-in-from]=0000-01-01 -> R1-1 R1-2 R1-3 R2-4
    ");
}

fn each_account_shows_its_own(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let [one, two] = [1, 2].map(|number| {
        let account = ada.connects(number);
        app.imports(&account, 2, 2);
        account
    });
    let ids = |account: &str, beneath: &str| ada.shows(account, beneath).each("/id");
    for beneath in ["listings/", "reservations/", "runs/"] {
        let [ones, twos] = [&one, &two].map(|account| ids(account, beneath));
        assert!(!ones.is_empty());
        assert!(ones.iter().all(|id| !twos.contains(id)), "{beneath}");
    }
    // A listing of another account finds nothing, a run of one is not there.
    let listing = &ids(&two, "listings/")[0];
    let found = ada.shows(&one, &format!("reservations/?filter[listing]={listing}"));
    assert_eq!(found.items().len(), 0);
    let run = &ids(&two, "runs/")[0];
    assert_eq!(ada.shows(&one, &format!("runs/{run}/")).status, 404);
}
