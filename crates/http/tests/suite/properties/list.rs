//! `GET /api/v1/properties`.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    a_list_is_told_whole,
    properties_are_ordered_by_title,
    everybody_sees_their_own,
    filters_and_pages,
    what_a_list_does_not_know_is_refused,
);

fn a_list_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    ada.opens("Sea Inn");
    assert_shows!(ada.get("/api/v1/properties"), @r#"
    200
    content-type: application/json
    {
      "data": [
        {
          "attributes": {
            "country": null,
            "currency": "EUR",
            "email": null,
            "id": "[Sea Inn]",
            "timezone": null,
            "title": "Sea Inn"
          },
          "id": "[Sea Inn]",
          "meta": {
            "created_at": "2030-06-01T12:00:00.000000Z",
            "updated_at": "2030-06-01T12:00:00.000000Z"
          },
          "type": "property"
        }
      ],
      "meta": {
        "limit": 100,
        "order_by": "title",
        "order_direction": "asc",
        "page": 1,
        "total": 1
      }
    }
    "#);
}

fn properties_are_ordered_by_title(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    for title in ["b", "a b", "B", "É", "a", "ab", "Z", "_", "a"] {
        ada.opens(title);
    }
    let titles = |query: &str| {
        ada.get(&format!("/api/v1/properties?{query}"))
            .each("/attributes/title")
    };
    // By code points, on every database.
    let ascending = ["B", "Z", "_", "a", "a", "a b", "ab", "b", "É"];
    assert_eq!(titles(""), ascending);
    assert_eq!(titles("order[title]=asc"), ascending);
    let mut descending = ascending;
    descending.reverse();
    assert_eq!(titles("order%5Btitle%5D=desc"), descending);
}

fn everybody_sees_their_own(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, blind, eve] = ["ada", "bob", "blind", "eve"].map(|name| app.person(name));
    let [sea, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
    app.puts(&bob, &sea, "user");
    let colleagues = json!({"users.read": false});
    ada.invites_with(&bob.email, "user", &hill, &colleagues)
        .expect(201);
    let sightless = json!({"property.read": false});
    ada.invites_with(&blind.email, "user", &sea, &sightless)
        .expect(201);
    let (limited, _) = ada.with_key(&json!({"scopes": ["property:read"], "property-ids": [hill]}));
    let rival = app.found("Rival");
    rival.person("roy").opens("Theirs");
    for (who, caller, expected) in [
        ("ada", &*ada, "Hill House, Sea Inn"),
        ("bob", &bob, "Hill House, Sea Inn"),
        ("blind", &blind, ""),
        ("eve", &eve, ""),
        ("a limited key", &limited, "Hill House"),
        ("the application", &app.application(), "Hill House, Sea Inn"),
        ("another tenant", &rival.caller(), "Theirs"),
    ] {
        let found = caller.get("/api/v1/properties");
        assert_eq!(found.each("/attributes/title").join(", "), expected, "{who}");
    }
}

fn filters_and_pages(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let [sea, hill, _] = ["Sea Inn", "Hill House", "Lodge"].map(|title| ada.opens(title));
    let theirs = eve.opens("Eve's");
    for (query, expected) in [
        (format!("filter[id]={sea}"), "1: Sea Inn"),
        (
            format!("filter[id]={sea},{hill},{theirs},{NOBODY}"),
            "2: Hill House, Sea Inn",
        ),
        (
            format!("filter%5Bid%5D={sea}&filter%5Bid%5D={hill}"),
            "2: Hill House, Sea Inn",
        ),
        (format!("filter[id]={theirs}"), "0: "),
        ("filter[title]=Lodge".to_owned(), "1: Lodge"),
        ("filter[title]=Lodge,Sea%20Inn".to_owned(), "2: Lodge, Sea Inn"),
        ("filter[title]=lodge".to_owned(), "0: "),
        ("filter[title]=%25".to_owned(), "0: "),
        (format!("filter[title]=Lodge&filter[id]={sea}"), "0: "),
        ("pagination[limit]=2".to_owned(), "3: Hill House, Lodge"),
        ("pagination[limit]=2&pagination[page]=2".to_owned(), "3: Sea Inn"),
        ("pagination[limit]=2&pagination[page]=3".to_owned(), "3: "),
    ] {
        let answer = ada.get(&format!("/api/v1/properties?{query}")).expect(200);
        let titles = answer.each("/attributes/title").join(", ");
        assert_eq!(
            format!("{}: {titles}", answer.at("/meta/total")),
            expected,
            "{query}"
        );
    }
}

fn what_a_list_does_not_know_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let told = [
        "filter[name]=x",
        "filter[id]=x",
        "filter[title]=",
        "order[id]=asc",
        "order[title]=up",
        "pagination[limit]=1001",
        "pagination[page]=1001",
    ]
    .map(|query| {
        format!(
            "{query} -> {}",
            ada.get(&format!("/api/v1/properties?{query}")).refusal()
        )
    });
    assert_shows!(told.join("\n"), @"
    filter[name]=x -> 422 filter[name]: is invalid
    filter[id]=x -> 422 filter[id]: is invalid
    filter[title]= -> 422 filter[title]: is invalid
    order[id]=asc -> 422 order[id]: is invalid
    order[title]=up -> 422 order[title]: is invalid
    pagination[limit]=1001 -> 422 pagination[limit]: is invalid
    pagination[page]=1001 -> 422 pagination[page]: is invalid
    ");
}
