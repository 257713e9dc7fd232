//! Each fault has its effect, when it is wanted and as often.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    bench::{Bench, Reply, ids},
    vendors::hostaway_token,
};

const SECRET: &str = "good-5x20";

/// One page of reservations of Lodgify.
fn page(bench: &Bench, page: u32) -> Reply {
    bench.get(
        &format!("/lodgify/v2/reservations/bookings?stayFilter=All&size=10&page={page}"),
        &key(),
    )
}

fn key() -> [(&'static str, String); 1] {
    [("X-ApiKey", SECRET.to_owned())]
}

fn statuses(bench: &Bench, count: u32) -> Vec<u16> {
    (1..=count).map(|number| page(bench, number).status).collect()
}

#[test]
fn a_fault_waits_for_its_request_and_ends_after_its_times() {
    let bench = Bench::new();
    bench.fault("lodgify", "outage", 2, Some(2));
    assert_eq!(statuses(&bench, 5), [200, 200, 503, 503, 200]);

    let one = json!({"channel": "lodgify", "fault": "outage"});
    assert_eq!(bench.post("/_sandbox/faults", &[], &one).status, 204);
    assert_eq!(
        statuses(&bench, 2),
        [503, 200],
        "once, at once, unless told otherwise"
    );

    bench.fault("lodgify", "outage", 0, Some(0));
    assert_eq!(statuses(&bench, 1), [200], "not even once");
    bench.fault("lodgify", "outage", 0, None);
    assert_eq!(statuses(&bench, 4), [503; 4], "null is for ever");
    bench.no_faults();
    assert_eq!(statuses(&bench, 1), [200]);
}

#[test]
fn faults_of_other_channels_are_not_met_and_two_of_one_take_turns() {
    let bench = Bench::new();
    bench.fault("guesty", "outage", 0, None);
    bench.fault("lodgify", "outage", 0, Some(1));
    bench.fault("lodgify", "rate_limited", 0, Some(1));
    assert_eq!(statuses(&bench, 3), [503, 429, 200]);
}

#[test]
fn what_is_not_known_is_not_armed() {
    let bench = Bench::new();
    let unknown = json!({"channel": "nowhere", "fault": "outage"});
    assert_eq!(bench.post("/_sandbox/faults", &[], &unknown).status, 422);
    let unknown = json!({"channel": "lodgify", "fault": "fire"});
    assert_eq!(bench.post("/_sandbox/faults", &[], &unknown).status, 400);
    assert_eq!(statuses(&bench, 1), [200]);
}

#[test]
fn a_control_written_by_hand_is_read_and_one_that_is_wrong_says_why() {
    let bench = Bench::new();
    let by_hand = bench.form(
        "/_sandbox/faults",
        &[],
        r#"{"channel": "lodgify", "fault": "outage", "times": null}"#,
    );
    assert_eq!((by_hand.status, statuses(&bench, 1)), (204, vec![503]));
    let wrong = bench.form("/_sandbox/faults", &[], r#"{"channel": "lodgify"}"#);
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.json()["error"]
            .as_str()
            .unwrap()
            .contains("missing field `fault`")
    );
    assert_eq!(bench.get("/_sandbox/truth?channel=lodgify", &[]).status, 400);
}

#[test]
fn an_unauthorized_answer_kills_a_token_and_spares_a_key() {
    let bench = Bench::new();
    let headers = hostaway_token(&bench, SECRET).unwrap();
    bench.fault("hostaway", "unauthorized", 0, Some(1));
    let refused = bench.get("/hostaway/v1/listings", &headers);
    assert_eq!((refused.status, &refused.json()["status"]), (403, &json!("fail")));
    assert_eq!(
        bench.get("/hostaway/v1/listings", &headers).status,
        403,
        "dead for good"
    );
    let anew = hostaway_token(&bench, SECRET).unwrap();
    assert_eq!(bench.get("/hostaway/v1/listings", &anew).status, 200);

    bench.fault("lodgify", "unauthorized", 0, Some(1));
    assert_eq!(statuses(&bench, 2), [403, 200]);
}

#[test]
fn each_vendor_has_its_own_hint_how_long_to_wait() {
    let bench = Bench::new();
    for slug in ["hostaway", "guesty", "lodgify"] {
        bench.fault(slug, "rate_limited", 0, None);
    }
    let before = chrono::Utc::now().timestamp();
    let hostaway = bench.get("/hostaway/v1/listings", &[]);
    let after = chrono::Utc::now().timestamp();
    let until: i64 = hostaway.headers["x-ratelimit-retry-after"].parse().unwrap();
    assert!(
        (before + 1..=after + 1).contains(&until),
        "a moment, not a number of seconds: {until}"
    );
    assert_eq!(hostaway.json()["status"], "fail");
    assert_eq!(bench.get("/guesty/v1/listings", &[]).headers["retry-after"], "1");
    let lodgify = page(&bench, 1);
    assert_eq!(lodgify.status, 429);
    assert!(!lodgify.headers.contains_key("retry-after"));
}

#[test]
fn a_slow_answer_begins_and_does_not_end() {
    let bench = Bench::new();
    bench.fault("lodgify", "slow", 0, Some(1));
    let answer = bench
        .client
        .get(format!("{}/lodgify/v2/properties", bench.url()))
        .header("X-ApiKey", SECRET)
        .timeout(Duration::from_millis(2_500))
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    let error = answer.bytes().unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}

#[test]
fn a_cut_answer_ends_before_its_announced_end() {
    let bench = Bench::new();
    bench.fault("lodgify", "cut_body", 0, Some(1));
    let answer = bench
        .client
        .get(format!("{}/lodgify/v2/properties", bench.url()))
        .header("X-ApiKey", SECRET)
        .send()
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.content_length().is_some_and(|length| length > 100));
    let error = answer.bytes().unwrap_err();
    assert!(!error.is_timeout(), "{error:?}");
}

#[test]
fn a_login_page_stands_where_a_document_should() {
    let bench = Bench::new();
    bench.fault("lodgify", "html", 0, Some(1));
    let answer = page(&bench, 1);
    assert_eq!(answer.status, 200);
    assert!(answer.headers["content-type"].starts_with("text/html"));
    assert!(answer.body.starts_with("<!DOCTYPE html>"));
}

#[test]
fn a_repeated_page_is_the_one_before() {
    let bench = Bench::new();
    let first = page(&bench, 1);
    bench.fault("lodgify", "repeat_page", 0, Some(1));
    assert_eq!(page(&bench, 2).body, first.body);
    assert_ne!(page(&bench, 2).body, first.body);
}

#[test]
fn the_page_of_another_list_is_not_repeated() {
    let bench = Bench::new();
    bench.get("/lodgify/v2/properties", &key());
    bench.fault("lodgify", "repeat_page", 0, Some(1));
    assert_eq!(ids(&page(&bench, 1).json()["items"], "/id").len(), 10);
}

#[test]
fn a_short_page_is_made_up_for_by_the_next() {
    let bench = Bench::new();
    let whole: Vec<String> = (1..=3)
        .flat_map(|number| ids(&page(&bench, number).json()["items"], "/id"))
        .collect();
    bench.fault("lodgify", "short_page", 1, Some(1));
    let pages: Vec<Vec<String>> = (1..=3)
        .map(|number| ids(&page(&bench, number).json()["items"], "/id"))
        .collect();
    let lengths: Vec<usize> = pages.iter().map(Vec::len).collect();
    assert_eq!(lengths, [10, 5, 10]);
    assert_eq!(pages.concat(), whole[..25], "no row is left out");
}

#[test]
fn a_record_changes_while_somebody_reads() {
    let bench = Bench::new();
    let rows = |truth: &Value| truth["reservations"].as_array().unwrap().clone();
    let before = rows(&bench.truth("hostaway", SECRET));
    let headers = hostaway_token(&bench, SECRET).unwrap();
    let first = bench.get("/hostaway/v1/reservations?limit=10", &headers).json();
    bench.fault("hostaway", "mutate", 0, Some(1));
    let last = ids(&first["result"], "/id").pop().unwrap();
    bench.get(
        &format!("/hostaway/v1/reservations?limit=10&afterId={last}"),
        &headers,
    );

    let after = rows(&bench.truth("hostaway", SECRET));
    let changed: Vec<&Value> = after
        .iter()
        .zip(&before)
        .filter(|(new, old)| new != old)
        .map(|(new, _)| new)
        .collect();
    assert_eq!((changed.len(), after.len()), (1, before.len()));
    let front = bench.get("/hostaway/v1/reservations?limit=1", &headers).json();
    assert_eq!(
        ids(&front["result"], "/id"),
        [changed[0]["channel-reservation-id"].as_str().unwrap()]
    );
}

#[test]
fn every_request_is_remembered_in_order() {
    let bench = Bench::new();
    bench.fault("lodgify", "outage", 1, Some(1));
    page(&bench, 1);
    page(&bench, 2);
    bench.get("/lodgify/v2/properties", &[("X-ApiKey", "bad".to_owned())]);
    bench.get("/lodgify/v2/properties?api_key=geheim&token=good-1x1&q=1", &[]);

    let requests = bench.requests("lodgify");
    let told: Vec<String> = requests
        .iter()
        .map(|request| format!("{} {} {}", request["method"], request["path"], request["status"]))
        .collect();
    assert_eq!(
        told,
        [
            r#""GET" "/v2/reservations/bookings?stayFilter=All&size=10&page=1" 200"#,
            r#""GET" "/v2/reservations/bookings?stayFilter=All&size=10&page=2" 503"#,
            r#""GET" "/v2/properties" 403"#,
            r#""GET" "/v2/properties?api_key=***&token=***&q=1" 403"#,
        ]
    );
    let credentials: Vec<&Value> = requests.iter().map(|request| &request["credential"]).collect();
    assert_eq!(credentials[0], credentials[1]);
    assert_ne!(credentials[1], credentials[2]);
    assert_eq!(credentials[3], &Value::Null);
    assert!(requests.is_sorted_by_key(|request| request["time"].as_str().unwrap().to_owned()));
    assert!(bench.requests("guesty").is_empty());
}
