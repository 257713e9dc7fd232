//! `GET /api/v1/users/`.

use std::time::Duration;

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Answer, TestApp, assert_shows};

on_each_backend!(
    a_list_is_told_whole,
    users_are_the_newest_first_unless_asked,
    an_address_is_found_in_any_case,
    users_list_themselves,
    pages_link_to_each_other,
    what_a_list_does_not_know_is_refused,
    links_are_not_built_from_the_request,
);

fn three(app: &TestApp) {
    for name in ["ada", "bob", "cleo"] {
        app.person(name);
        app.pass(Duration::from_secs(1));
    }
}

fn emails(answer: &Answer) -> String {
    answer
        .each("/attributes/email")
        .join(" ")
        .replace("@example.test", "")
}

fn a_list_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    app.person("ada");
    assert_shows!(app.application().get("/api/v1/users/"), @r#"
    200
    content-type: application/vnd.api+json
    {
      "data": [
        {
          "attributes": {
            "created-at": "2030-06-01T12:00:00.000000Z",
            "email": "ada@example.test",
            "first-name": "Ada",
            "last-name": "Tester",
            "locale": "en",
            "status": "new"
          },
          "id": "[ada]",
          "type": "users"
        }
      ],
      "links": {
        "first": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1",
        "last": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1",
        "next": null,
        "prev": null
      },
      "meta": {
        "pagination": {
          "count": 1,
          "page": 1,
          "pages": 1
        }
      }
    }
    "#);
}

fn users_are_the_newest_first_unless_asked(backend: Backend) {
    let app = TestApp::start(backend);
    three(&app);
    for (query, expected) in [
        ("", "cleo bob ada"),
        ("sort=created-at", "ada bob cleo"),
        ("sort=-created-at", "cleo bob ada"),
        ("sort=created_at", "ada bob cleo"),
        ("include=accounts&fields[users]=email", "cleo bob ada"),
    ] {
        let answer = app
            .application()
            .get(&format!("/api/v1/users?{query}"))
            .expect(200);
        assert_eq!(emails(&answer), expected, "{query}");
    }
}

fn an_address_is_found_in_any_case(backend: Backend) {
    let app = TestApp::start(backend);
    three(&app);
    for (query, expected) in [
        ("filter[email]=bob@example.test", "bob"),
        ("filter%5Bemail%5D=BOB%40EXAMPLE.TEST", "bob"),
        ("filter[email]=bo@example.test", ""),
        ("filter[email]=%25@example.test", ""),
        ("filter[email]=eve@example.test", ""),
    ] {
        let answer = app
            .application()
            .get(&format!("/api/v1/users/?{query}"))
            .expect(200);
        assert_eq!(emails(&answer), expected, "{query}");
    }
    app.found("Rival").person("roy");
    let theirs = app
        .application()
        .get("/api/v1/users/?filter[email]=roy@example.test");
    assert_eq!(emails(&theirs), "");
}

fn users_list_themselves(backend: Backend) {
    let app = TestApp::start(backend);
    three(&app);
    let ada = app.person("eve");
    assert_eq!(emails(&ada.get("/api/v1/users/")), "eve");
    assert_eq!(
        emails(&ada.get("/api/v1/users/?filter[email]=bob@example.test")),
        ""
    );
    assert_eq!(
        emails(&ada.get("/api/v1/users/?filter[email]=eve@example.test")),
        "eve"
    );
}

fn pages_link_to_each_other(backend: Backend) {
    let app = TestApp::start(backend);
    three(&app);
    let told = [
        "/api/v1/users",
        "/api/v1/users/?page[size]=2",
        "/api/v1/users?page%5Bsize%5D=2&page%5Bnumber%5D=2&sort=created-at",
        "/api/v1/users/?page[size]=1&page[number]=2&include=a%26b",
        "/api/v1/users/?page[size]=101",
        "/api/v1/users/?page[size]=99999999999999999999",
        "/api/v1/users/?filter[email]=eve@example.test",
    ]
    .map(|target| {
        let answer = app.application().get(target).expect(200);
        format!(
            "{target}: {}\n{:#}\n{}",
            emails(&answer),
            answer.at("/links"),
            answer.at("/meta")
        )
    });
    assert_shows!(told.join("\n"), @r#"
    /api/v1/users: cleo bob ada
    {
      "first": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1",
      "last": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1",
      "next": null,
      "prev": null
    }
    {"pagination":{"count":3,"page":1,"pages":1}}
    /api/v1/users/?page[size]=2: cleo bob
    {
      "first": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=2",
      "last": "https://inn.example/api/v1/users/?page%5Bnumber%5D=2&page%5Bsize%5D=2",
      "next": "https://inn.example/api/v1/users/?page%5Bnumber%5D=2&page%5Bsize%5D=2",
      "prev": null
    }
    {"pagination":{"count":3,"page":1,"pages":2}}
    /api/v1/users?page%5Bsize%5D=2&page%5Bnumber%5D=2&sort=created-at: cleo
    {
      "first": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=2&sort=created-at",
      "last": "https://inn.example/api/v1/users/?page%5Bnumber%5D=2&page%5Bsize%5D=2&sort=created-at",
      "next": null,
      "prev": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=2&sort=created-at"
    }
    {"pagination":{"count":3,"page":2,"pages":2}}
    /api/v1/users/?page[size]=1&page[number]=2&include=a%26b: bob
    {
      "first": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=1&include=a%26b",
      "last": "https://inn.example/api/v1/users/?page%5Bnumber%5D=3&page%5Bsize%5D=1&include=a%26b",
      "next": "https://inn.example/api/v1/users/?page%5Bnumber%5D=3&page%5Bsize%5D=1&include=a%26b",
      "prev": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=1&include=a%26b"
    }
    {"pagination":{"count":3,"page":2,"pages":3}}
    /api/v1/users/?page[size]=101: cleo bob ada
    {
      "first": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=101",
      "last": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=101",
      "next": null,
      "prev": null
    }
    {"pagination":{"count":3,"page":1,"pages":1}}
    /api/v1/users/?page[size]=99999999999999999999: cleo bob ada
    {
      "first": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=99999999999999999999",
      "last": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&page%5Bsize%5D=99999999999999999999",
      "next": null,
      "prev": null
    }
    {"pagination":{"count":3,"page":1,"pages":1}}
    /api/v1/users/?filter[email]=eve@example.test: 
    {
      "first": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&filter%5Bemail%5D=eve%40example.test",
      "last": "https://inn.example/api/v1/users/?page%5Bnumber%5D=1&filter%5Bemail%5D=eve%40example.test",
      "next": null,
      "prev": null
    }
    {"pagination":{"count":0,"page":1,"pages":1}}
    "#);
}

fn what_a_list_does_not_know_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    three(&app);
    let application = app.application();
    let told = [
        "page[size]=0",
        "page[size]=-1",
        "page[size]=ten",
        "page[size]=",
        "page[size]=1.5",
        "page[number]=0",
        "page[number]=-1",
        "page[number]=x",
        "page[number]=2",
        "page[number]=9000000000000000000",
        "page[number]=99999999999999999999",
        "page[number]=4001",
        "filter[name]=ada",
        "filter[email]=ada",
        "filter[email]=",
        "filter=ada",
        "sort=email",
        "sort=",
        "sort=created-at,email",
    ]
    .map(|query| {
        format!(
            "{query} -> {}",
            application.get(&format!("/api/v1/users?{query}")).refusal()
        )
    });
    assert_shows!(told.join("\n"), @"
    page[size]=0 -> 400 page[size] invalid
    page[size]=-1 -> 400 page[size] invalid
    page[size]=ten -> 400 page[size] invalid
    page[size]= -> 400 page[size] invalid
    page[size]=1.5 -> 400 page[size] invalid
    page[number]=0 -> 400 page[number] invalid
    page[number]=-1 -> 400 page[number] invalid
    page[number]=x -> 400 page[number] invalid
    page[number]=2 -> 404 not_found
    page[number]=9000000000000000000 -> 400 page[number] invalid
    page[number]=99999999999999999999 -> 400 page[number] invalid
    page[number]=4001 -> 400 page[number] invalid
    filter[name]=ada -> 400 filter[name] invalid
    filter[email]=ada -> 400 filter[email] invalid
    filter[email]= -> 400 filter[email] invalid
    filter=ada -> 400 filter invalid
    sort=email -> 400 sort invalid
    sort= -> 400 sort invalid
    sort=created-at,email -> 400 sort invalid
    ");
    assert_shows!(application.get("/api/v1/users/?page[size]=0"), @r#"
    400
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "parameter": "page[size]"
          },
          "status": "400",
          "title": "Bad Request"
        }
      ]
    }
    "#);
    assert_shows!(application.get(&format!("/api/v1/users/?{}", vec!["a=b"; 101].join("&"))), @r#"
    400
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "invalid",
          "detail": "the query has too many parameters",
          "status": "400",
          "title": "Bad Request"
        }
      ]
    }
    "#);
}

fn links_are_not_built_from_the_request(backend: Backend) {
    let app = TestApp::start(backend);
    three(&app);
    let token = app.application().token;
    let plain = app.application().get("/api/v1/users/?page[size]=1");
    for (header, value) in [
        ("Host", "evil.example"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Forwarded-Proto", "http"),
        ("X-Forwarded-Prefix", "/evil"),
        ("Forwarded", "host=evil.example;proto=http"),
        ("X-Original-URL", "/evil"),
    ] {
        let request = app
            .request("GET", "/api/v1/users/?page[size]=1")
            .header(header, value);
        assert_eq!(request.bearer(&token).send().body, plain.body, "{header}");
    }
    let absolute = app.request("GET", "http://evil.example/api/v1/users/?page[size]=1");
    assert_eq!(absolute.bearer(&token).send().body, plain.body);
}
