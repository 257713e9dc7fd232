//! `GET /api/v1/property_users`: filters, order and pages.

use innkeeper_test_support::{Backend, on_each_backend};

use super::places;
use crate::harness::{Answer, NOBODY, Person, TestApp, assert_shows};

on_each_backend!(
    filters_are_any_of_their_values_and_all_of_each_other,
    lists_are_ordered_by_invitation_or_role,
    pages_follow_each_other,
    what_a_list_does_not_know_is_refused,
);

/// Ada owns Sea Inn and Hill House; Bob, then Cleo, came to the first, then Bob to the second.
fn cast(app: &TestApp) -> (Person<'_>, Person<'_>, [String; 3]) {
    let [ada, bob, cleo, dan] = ["ada", "bob", "cleo", "dan"].map(|name| app.person(name));
    let sea = ada.opens("Sea Inn");
    let hill = ada.opens("Hill House");
    app.puts(&bob, &sea, "user");
    app.puts(&cleo, &sea, "owner");
    app.puts(&bob, &hill, "user");
    let den = dan.opens("Den");
    (ada, bob, [sea, hill, den])
}

fn filters_are_any_of_their_values_and_all_of_each_other(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, bob, [sea, hill, den]) = cast(&app);
    let bob = &bob.id;
    let all = "Sea Inn: ada owner, Hill House: ada owner, Sea Inn: bob user, Sea Inn: cleo owner, \
               Hill House: bob user";
    let of_sea = "Sea Inn: ada owner, Sea Inn: bob user, Sea Inn: cleo owner";
    for (query, expected) in [
        (String::new(), all),
        (format!("filter[property_id]={sea}"), of_sea),
        (format!("filter%5Bproperty_id%5D={sea}"), of_sea),
        (format!("filter%5bproperty_id%5d={sea}"), of_sea),
        (format!("filter[property_id]={}", sea.to_uppercase()), of_sea),
        (format!("filter[property_id]={sea},{hill}"), all),
        (format!("filter[property_id]={sea}%2C%20{hill}"), all),
        (
            format!("filter[property_id]={sea}&filter[property_id]={hill}"),
            all,
        ),
        (format!("filter[property_id]={sea},{den},{NOBODY}"), of_sea),
        (format!("filter[property_id]={den}"), ""),
        (format!("filter[property_id]={NOBODY}"), ""),
        (
            format!("filter[user_id]={bob}"),
            "Sea Inn: bob user, Hill House: bob user",
        ),
        (
            format!("filter[user_id]={bob}&filter[property_id]={hill}"),
            "Hill House: bob user",
        ),
        (format!("filter[user_id]={NOBODY}"), ""),
        (
            "filter[role]=user".to_owned(),
            "Sea Inn: bob user, Hill House: bob user",
        ),
        ("filter[role]=user,owner".to_owned(), all),
        (
            format!("filter[role]=owner&filter[property_id]={hill}"),
            "Hill House: ada owner",
        ),
        ("utm_source=mail&include=user".to_owned(), all),
    ] {
        assert_eq!(places(&ada.lists(&query)), expected, "{query}");
    }
}

fn lists_are_ordered_by_invitation_or_role(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, [sea, ..]) = cast(&app);
    for (order, expected) in [
        ("", "ada owner, bob user, cleo owner by invited_at asc"),
        (
            "order[invited_at]=asc",
            "ada owner, bob user, cleo owner by invited_at asc",
        ),
        (
            "order[invited_at]=desc",
            "cleo owner, bob user, ada owner by invited_at desc",
        ),
        ("order[role]=asc", "ada owner, cleo owner, bob user by role asc"),
        (
            "order%5Brole%5D=desc",
            "bob user, cleo owner, ada owner by role desc",
        ),
    ] {
        let answer = ada.lists(&format!("filter[property_id]={sea}&{order}"));
        let [by, direction] = ["by", "direction"].map(|key| answer.text(&format!("/meta/order_{key}")));
        let told = format!("{} by {by} {direction}", places(&answer).replace("Sea Inn: ", ""));
        assert_eq!(told, expected, "{order}");
    }
}

fn pages_follow_each_other(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, ..) = cast(&app);
    let told = |query: &str| {
        let answer: Answer = ada.lists(query).expect(200);
        format!("{} {}", answer.items().len(), answer.at("/meta"))
    };
    let queries = [
        "",
        "pagination[limit]=2",
        "pagination[limit]=2&pagination[page]=2",
        "pagination%5Blimit%5D=2&pagination%5Bpage%5D=3",
        "pagination[limit]=5",
        "pagination[page]=2",
        "pagination[limit]=1000",
        "pagination[limit]=1000&pagination[page]=100",
        "pagination[limit]=1&pagination[page]=100000",
    ];
    assert_shows!(queries.map(|query| format!("{query}: {}", told(query))).join("\n"), @r#"
    : 5 {"limit":200,"order_by":"invited_at","order_direction":"asc","page":1,"total":5}
    pagination[limit]=2: 2 {"limit":2,"order_by":"invited_at","order_direction":"asc","page":1,"total":5}
    pagination[limit]=2&pagination[page]=2: 2 {"limit":2,"order_by":"invited_at","order_direction":"asc","page":2,"total":5}
    pagination%5Blimit%5D=2&pagination%5Bpage%5D=3: 1 {"limit":2,"order_by":"invited_at","order_direction":"asc","page":3,"total":5}
    pagination[limit]=5: 5 {"limit":5,"order_by":"invited_at","order_direction":"asc","page":1,"total":5}
    pagination[page]=2: 0 {"limit":200,"order_by":"invited_at","order_direction":"asc","page":2,"total":5}
    pagination[limit]=1000: 5 {"limit":1000,"order_by":"invited_at","order_direction":"asc","page":1,"total":5}
    pagination[limit]=1000&pagination[page]=100: 0 {"limit":1000,"order_by":"invited_at","order_direction":"asc","page":100,"total":5}
    pagination[limit]=1&pagination[page]=100000: 0 {"limit":1,"order_by":"invited_at","order_direction":"asc","page":100000,"total":5}
    "#);
}

fn what_a_list_does_not_know_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let (ada, _, [sea, ..]) = cast(&app);
    let many = vec!["a=b"; 101].join("&");
    let ids = vec![sea.as_str(); 501].join(",");
    let queries = [
        "filter[email]=ada@example.test",
        "filter=x",
        "filter[]=x",
        "filter[property_id][]=x",
        "filter[property_id]=",
        "filter[property_id]=1%20OR%201=1",
        "filter[user_id]=me",
        "filter[role]=Owner",
        "filter[role]=owner,",
        "order[email]=asc",
        "order=role",
        "order[role]=up",
        "order[role]=ASC",
        "order[role]=asc&order[invited_at]=asc",
        "pagination[limit]=0",
        "pagination[limit]=1001",
        "pagination[limit]=-1",
        "pagination[limit]=ten",
        "pagination[limit]=",
        "pagination[limit]=99999999999999999999",
        "pagination[page]=0",
        "pagination[page]=-1",
        "pagination[page]=1.5",
        "pagination[page]=501",
        "pagination[page]=9000000000000000000",
        "pagination[limit]=1000&pagination[page]=101",
        "pagination[size]=1",
    ];
    let told = queries.map(|query| format!("{query} -> {}", ada.lists(query).refusal()));
    assert_shows!(told.join("\n"), @"
    filter[email]=ada@example.test -> 422 filter[email]: is invalid
    filter=x -> 422 filter: is invalid
    filter[]=x -> 422 filter[]: is invalid
    filter[property_id][]=x -> 422 filter[property_id][]: is invalid
    filter[property_id]= -> 422 filter[property_id]: is invalid
    filter[property_id]=1%20OR%201=1 -> 422 filter[property_id]: is invalid
    filter[user_id]=me -> 422 filter[user_id]: is invalid
    filter[role]=Owner -> 422 filter[role]: is invalid
    filter[role]=owner, -> 422 filter[role]: is invalid
    order[email]=asc -> 422 order[email]: is invalid
    order=role -> 422 order: is invalid
    order[role]=up -> 422 order[role]: is invalid
    order[role]=ASC -> 422 order[role]: is invalid
    order[role]=asc&order[invited_at]=asc -> 422 order[invited_at]: is invalid
    pagination[limit]=0 -> 422 pagination[limit]: is invalid
    pagination[limit]=1001 -> 422 pagination[limit]: is invalid
    pagination[limit]=-1 -> 422 pagination[limit]: is invalid
    pagination[limit]=ten -> 422 pagination[limit]: is invalid
    pagination[limit]= -> 422 pagination[limit]: is invalid
    pagination[limit]=99999999999999999999 -> 422 pagination[limit]: is invalid
    pagination[page]=0 -> 422 pagination[page]: is invalid
    pagination[page]=-1 -> 422 pagination[page]: is invalid
    pagination[page]=1.5 -> 422 pagination[page]: is invalid
    pagination[page]=501 -> 422 pagination[page]: is invalid
    pagination[page]=9000000000000000000 -> 422 pagination[page]: is invalid
    pagination[limit]=1000&pagination[page]=101 -> 422 pagination[page]: is invalid
    pagination[size]=1 -> 422 pagination[size]: is invalid
    ");
    assert_shows!(ada.lists(&many), @r#"
    400
    content-type: application/json
    {
      "errors": {
        "code": "bad_request",
        "details": "the query has too many parameters",
        "title": "Bad Request"
      }
    }
    "#);
    assert_shows!(ada.lists(&format!("filter[property_id]={ids}")), @r#"
    422
    content-type: application/json
    {
      "errors": {
        "code": "validation_error",
        "details": {
          "filter[property_id]": [
            "is invalid"
          ]
        },
        "title": "Validation Error"
      }
    }
    "#);
}
