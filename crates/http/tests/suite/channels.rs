//! `GET /api/v1/channels/` and `/api/v1/channels/{slug}/`.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{TestApp, assert_shows};

on_each_backend!(
    a_channel_is_told_whole,
    the_catalogue_is_a_list_of_pages,
    any_token_sees_the_catalogue,
    unknown_channels_are_not_there,
);

fn a_channel_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = app.application();
    assert_shows!(caller.get("/api/v1/channels/airbnb/"), @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": {
        "attributes": {
          "available": true,
          "credential-sets": [
            {
              "available": true,
              "fields": [
                {
                  "example": "https://calendars.example/1.ics",
                  "key": "ical_urls",
                  "label": "ical urls",
                  "list": true,
                  "pattern": "^https?://[^\\s/]+\\S*$",
                  "required": true,
                  "secret": true
                }
              ],
              "name": "calendar"
            },
            {
              "available": false,
              "fields": [
                {
                  "example": "example",
                  "key": "access_token",
                  "label": "access token",
                  "required": true,
                  "secret": true
                }
              ],
              "name": "partner"
            }
          ],
          "docs-url": "https://airbnb.example/docs",
          "history": "from_connection",
          "is-pms": false,
          "kind": "ota",
          "label": "Airbnb"
        },
        "id": "airbnb",
        "type": "channels"
      }
    }
    "#);
    let told = ["guesty", "hostaway", "opera"].map(|slug| {
        let shown = caller.get(&format!("/api/v1/channels/{slug}/")).expect(200);
        let attributes = shown.at("/data/attributes");
        ["kind", "is-pms", "available", "history", "docs-url"]
            .map(|name| attributes[name].to_string())
            .join(" ")
    });
    assert_shows!(told.join("\n"), @r#"
    "pms" true true "window(365)" "https://guesty.example/docs"
    "pms" true true "full" "https://hostaway.example/docs"
    "pms" true false "unknown" null
    "#);
}

fn the_catalogue_is_a_list_of_pages(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = app.application();
    let whole = caller.get("/api/v1/channels/");
    assert_eq!(whole.each("/id"), ["airbnb", "guesty", "hostaway", "opera"]);
    assert_eq!(
        whole.items()[2],
        caller.get("/api/v1/channels/hostaway").at("/data")
    );
    let page = caller.get("/api/v1/channels/?page[size]=3&page[number]=2");
    assert_eq!(page.each("/id"), ["opera"]);
    assert_shows!(format!("{:#}\n{:#}", page.at("/links"), page.at("/meta")), @r#"
    {
      "first": "https://inn.example/api/v1/channels/?page%5Bnumber%5D=1&page%5Bsize%5D=3",
      "last": "https://inn.example/api/v1/channels/?page%5Bnumber%5D=2&page%5Bsize%5D=3",
      "next": null,
      "prev": "https://inn.example/api/v1/channels/?page%5Bnumber%5D=1&page%5Bsize%5D=3"
    }
    {
      "pagination": {
        "count": 4,
        "page": 2,
        "pages": 2
      }
    }
    "#);
    let told = [
        "page[number]=2",
        "page[size]=0",
        "filter[available]=true",
        "page[size]=101",
    ]
    .map(|query| {
        let answer = caller.get(&format!("/api/v1/channels/?{query}"));
        format!(
            "{query} -> {}",
            if answer.status == 200 {
                "200".to_owned()
            } else {
                answer.refusal()
            }
        )
    });
    assert_shows!(told.join("\n"), @"
    page[number]=2 -> 404 not_found
    page[size]=0 -> 400 page[size] invalid
    filter[available]=true -> 400 filter[available] invalid
    page[size]=101 -> 200
    ");
}

fn any_token_sees_the_catalogue(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let (limited, _) = ada.with_key(&json!({"scopes": ["property:read"], "property-ids": [inn]}));
    let rival = app.found("Rival").caller();
    let expected = app.application().get("/api/v1/channels/").body;
    for caller in [
        &*ada,
        &limited,
        &rival,
        &app.home().mints(&[("scope", "listings:read")]),
    ] {
        assert_eq!(caller.get("/api/v1/channels/").expect(200).body, expected);
        assert_eq!(caller.get("/api/v1/channels/opera/").status, 200);
    }
    assert_eq!(app.stranger().get("/api/v1/channels/").status, 401);
}

fn unknown_channels_are_not_there(backend: Backend) {
    let app = TestApp::start(backend);
    let caller = app.application();
    assert_shows!(caller.get("/api/v1/channels/nowhere/"), @r#"
    404
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "not_found",
          "detail": "Not found.",
          "status": "404",
          "title": "Not Found"
        }
      ]
    }
    "#);
    let missing = caller.get("/api/v1/channels/nowhere/").fingerprint();
    for slug in [
        "Airbnb",
        "AIRBNB",
        "airbnb%20",
        "%00",
        "..",
        "hostaway;x",
        &"x".repeat(5_000),
    ] {
        assert_eq!(
            caller.get(&format!("/api/v1/channels/{slug}/")).fingerprint(),
            missing,
            "{slug}"
        );
    }
}
