//! `GET /api/v1/users/{id}/accounts/`.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{TestApp, assert_shows};

on_each_backend!(
    no_accounts_are_an_empty_page,
    the_newest_account_is_the_first,
    what_a_list_does_not_know_is_refused,
);

fn no_accounts_are_an_empty_page(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    assert_shows!(ada.shows("", "").line(), @r#"200 {"data":[],"links":{"first":"https://inn.example/api/v1/users/[ada]/accounts/?page%5Bnumber%5D=1","last":"https://inn.example/api/v1/users/[ada]/accounts/?page%5Bnumber%5D=1","next":null,"prev":null},"meta":{"pagination":{"count":0,"page":1,"pages":1}}}"#);
}

fn the_newest_account_is_the_first(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let accounts = [3, 1, 2].map(|number| ada.connects(number));
    bob.connects(1);
    let path = ada.path_of("", "").replace("//", "/");
    let list = |query: &str| app.application().get(&format!("{path}{query}"));
    let whole = list("");
    let [third, first, second] = &accounts;
    assert_eq!(whole.each("/id"), [second.as_str(), first, third]);
    // Each is shown as it is by itself.
    for item in whole.items() {
        let id = item["id"].as_str().expect("an id");
        assert_eq!(ada.shows(id, "").at("/data"), item);
    }
    let page = list("?page[size]=1&page[number]=2");
    assert_eq!(page.each("/id"), [first.as_str()]);
    assert_shows!(format!("{:#}\n{:#}", page.names.tell(page.at("/links")), page.at("/meta")), @r#"
    {
      "first": "https://inn.example/api/v1/users/[ada]/accounts/?page%5Bnumber%5D=1&page%5Bsize%5D=1",
      "last": "https://inn.example/api/v1/users/[ada]/accounts/?page%5Bnumber%5D=3&page%5Bsize%5D=1",
      "next": "https://inn.example/api/v1/users/[ada]/accounts/?page%5Bnumber%5D=3&page%5Bsize%5D=1",
      "prev": "https://inn.example/api/v1/users/[ada]/accounts/?page%5Bnumber%5D=1&page%5Bsize%5D=1"
    }
    {
      "pagination": {
        "count": 3,
        "page": 2,
        "pages": 3
      }
    }
    "#);
    assert_eq!(list("?page[size]=1&page[number]=4").refusal(), "404 not_found");
    ada.disconnects(first).expect(204);
    assert_eq!(list("").each("/id"), [second.as_str(), third]);
    assert_eq!(list("?page[size]=1").at("/meta/pagination/count"), 2);
}

fn what_a_list_does_not_know_is_refused(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let told = [
        ("", "filter[channel]=hostaway"),
        ("", "page[size]=0"),
        ("", "page[number]=x"),
        ("listings/", "filter[updated_since]=2030-01-01T00:00:00Z"),
        ("listings/", "filter[status]=confirmed"),
        ("listings/", "filter[updated-since]="),
        ("listings/", "filter[updated-since]=yesterday"),
        ("listings/", "filter[updated-since]=2030-01-01"),
        ("reservations/", "filter[updated-since]=1"),
        ("reservations/", "filter[listing]=L1"),
        ("reservations/", "filter[listing]="),
        ("reservations/", "filter[status]=Confirmed"),
        ("reservations/", "filter[status]=confirmed,gone"),
        ("reservations/", "filter[status]=confirmed,"),
        ("reservations/", "filter[check-in-from]=2030-7-1"),
        ("reservations/", "filter[check-in-from]=2030-02-30"),
        ("reservations/", "filter[check-in-to]=2030-07-01T00:00:00Z"),
        ("reservations/", "filter[check-in-to]=%2B2030-07-01"),
        ("reservations/", "filter[check-out-to]=2030-07-01"),
        ("reservations/", "filter=x"),
        ("runs/", "filter[state]=failed"),
        ("runs/", "page[size]=-1"),
    ]
    .map(|(beneath, query)| {
        let path = if beneath.is_empty() {
            format!("/api/v1/users/{}/accounts/", ada.id)
        } else {
            ada.path_of(&account, beneath)
        };
        format!(
            "{beneath}?{query} -> {}",
            ada.get(&format!("{path}?{query}")).refusal()
        )
    });
    assert_shows!(told.join("\n"), @"
    ?filter[channel]=hostaway -> 400 filter[channel] invalid
    ?page[size]=0 -> 400 page[size] invalid
    ?page[number]=x -> 400 page[number] invalid
    listings/?filter[updated_since]=2030-01-01T00:00:00Z -> 400 filter[updated_since] invalid
    listings/?filter[status]=confirmed -> 400 filter[status] invalid
    listings/?filter[updated-since]= -> 400 filter[updated-since] invalid
    listings/?filter[updated-since]=yesterday -> 400 filter[updated-since] invalid
    listings/?filter[updated-since]=2030-01-01 -> 400 filter[updated-since] invalid
    reservations/?filter[updated-since]=1 -> 400 filter[updated-since] invalid
    reservations/?filter[listing]=L1 -> 400 filter[listing] invalid
    reservations/?filter[listing]= -> 400 filter[listing] invalid
    reservations/?filter[status]=Confirmed -> 400 filter[status] invalid
    reservations/?filter[status]=confirmed,gone -> 400 filter[status] invalid
    reservations/?filter[status]=confirmed, -> 400 filter[status] invalid
    reservations/?filter[check-in-from]=2030-7-1 -> 400 filter[check-in-from] invalid
    reservations/?filter[check-in-from]=2030-02-30 -> 400 filter[check-in-from] invalid
    reservations/?filter[check-in-to]=2030-07-01T00:00:00Z -> 400 filter[check-in-to] invalid
    reservations/?filter[check-in-to]=%2B2030-07-01 -> 400 filter[check-in-to] invalid
    reservations/?filter[check-out-to]=2030-07-01 -> 400 filter[check-out-to] invalid
    reservations/?filter=x -> 400 filter invalid
    runs/?filter[state]=failed -> 400 filter[state] invalid
    runs/?page[size]=-1 -> 400 page[size] invalid
    ");
    let many = vec!["confirmed"; 101].join(",");
    let answer = ada.shows(&account, &format!("reservations/?filter[status]={many}"));
    assert_eq!(answer.refusal(), "400 filter[status] invalid");
}
