//! Codes and secrets that are exchanged for tokens, and what those are worth.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;

use crate::bench::{Bench, Reply};

const SECRET: &str = "good-2x5";

fn beds24(bench: &Bench, path: &str, header: &str, value: &str) -> Reply {
    bench.get(&format!("/beds24/api/v2/{path}"), &[(header, value.to_owned())])
}

#[test]
fn a_beds24_invite_code_counts_once_and_its_refresh_token_goes_on() {
    let bench = Bench::new();
    let first = beds24(&bench, "authentication/setup", "code", SECRET);
    assert_eq!(first.status, 200, "{}", first.body);
    let issued = first.json();
    assert_eq!(issued["expiresIn"], 86_400);
    let again = beds24(&bench, "authentication/setup", "code", SECRET);
    let refused = |error: &str| json!({"success": false, "type": "error", "code": 400, "error": error});
    assert_eq!((again.status, again.json()), (400, refused("Code already used")));
    let bad = beds24(&bench, "authentication/setup", "code", "bad");
    assert_eq!((bad.status, bad.json()), (400, refused("Invalid code")));

    let token = issued["token"].as_str().unwrap();
    assert_eq!(beds24(&bench, "properties", "token", token).status, 200);
    let refresh = issued["refreshToken"].as_str().unwrap();
    let next = beds24(&bench, "authentication/token", "refreshToken", refresh).json();
    assert_eq!(
        beds24(&bench, "properties", "token", next["token"].as_str().unwrap()).status,
        200
    );
    assert_eq!(
        beds24(&bench, "properties", "token", refresh).status,
        401,
        "another kind of token"
    );
}

#[test]
fn beds24_tells_a_bad_token_by_a_field_and_a_good_ones_scopes() {
    let bench = Bench::new();
    let bad = beds24(&bench, "authentication/details", "token", "bad");
    assert_eq!((bad.status, bad.json()), (200, json!({"validToken": false})));
    let good = beds24(&bench, "authentication/details", "token", SECRET).json();
    assert_eq!(good["validToken"], true);
    assert!(
        good["token"]["scopes"]
            .as_array()
            .unwrap()
            .contains(&json!("read:bookings"))
    );
}

#[test]
fn an_expired_beds24_token_is_replaced_and_a_long_lived_one_is_not() {
    let bench = Bench::new();
    let issue = || beds24(&bench, "authentication/token", "refreshToken", SECRET).json();
    let token = issue()["token"].as_str().unwrap().to_owned();
    bench.fault("beds24", "unauthorized", 0, Some(1));
    assert_eq!(beds24(&bench, "properties", "token", &token).status, 401);
    assert_eq!(
        beds24(&bench, "properties", "token", &token).status,
        401,
        "dead for good"
    );
    assert_eq!(
        beds24(&bench, "properties", "token", issue()["token"].as_str().unwrap()).status,
        200
    );
    assert_eq!(beds24(&bench, "properties", "token", SECRET).status, 200);
}

#[test]
fn beds24_counts_credits_and_says_how_many_are_left() {
    let bench = Bench::new();
    let ask = || beds24(&bench, "properties", "token", SECRET);
    for left in (0..100).rev() {
        let answer = ask();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["x-five-min-limit-remaining"], left.to_string());
        assert_eq!(answer.headers["x-request-cost"], "1");
    }
    let refused = ask();
    assert_eq!((refused.status, &refused.json()["code"]), (429, &json!(429)));
    assert_eq!(refused.headers["x-five-min-limit-remaining"], "0");
    let wait: u64 = refused.headers["x-five-min-limit-resets-in"].parse().unwrap();
    assert!((1..=301).contains(&wait), "{wait}");
    let free = Bench::unlimited();
    assert!((0..101).all(|_| beds24(&free, "properties", "token", SECRET).status == 200));
}

fn apaleo_token(bench: &Bench, secret: &str) -> Reply {
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("client:{secret}")));
    bench.form(
        "/apaleo/connect/token",
        &[("authorization", basic)],
        "grant_type=client_credentials",
    )
}

#[test]
fn apaleo_takes_its_client_from_the_header_and_only_its_own_tokens() {
    let bench = Bench::new();
    let form = format!("grant_type=client_credentials&client_id=client&client_secret={SECRET}");
    let in_form = bench.form("/apaleo/connect/token", &[], &form);
    assert_eq!(
        (in_form.status, in_form.json()),
        (401, json!({"error": "invalid_client"}))
    );
    let issued = apaleo_token(&bench, SECRET).json();
    assert_eq!(
        (&issued["token_type"], &issued["expires_in"]),
        (&json!("Bearer"), &json!(3_600))
    );

    let list = |token: &str| {
        let headers = [("authorization", format!("Bearer {token}"))];
        bench.get("/apaleo/inventory/v1/properties", &headers).status
    };
    let token = issued["access_token"].as_str().unwrap();
    assert_eq!((list(token), list(SECRET)), (200, 401));
    bench.fault("apaleo", "unauthorized", 0, Some(1));
    assert_eq!((list(token), list(token)), (401, 401), "dead for good");
    let anew = apaleo_token(&bench, SECRET).json();
    assert_eq!(list(anew["access_token"].as_str().unwrap()), 200);
}
