//! `demo`: the story that a visitor sees first.

use std::{fs, net::TcpListener, time::Duration};

use innkeeper_test_support::{ChildProcess, eventually};
use reqwest::blocking::Client;
use serde_json::Value;

use crate::harness::{Place, client};

const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn the_story_is_as_it_should_be_each_time() {
    let place = Place::bare();
    for _again in 0..2 {
        let story = place.line("demo --once").succeeded();
        assert!(!story.contains('\u{1b}'), "colours are for terminals: {story}");
        assert!(story.contains("Every answer was as it should be ("), "{story}");
        for told in [
            "Ana invites Dan, whom nobody knows yet",
            "400 Bad Request",
            "403 Forbidden",
            "404 Not Found",
            "480 reservations: as many as the channel has",
            "reservations: 480 of 480",
            "409 Conflict",
            "/onboarding/inno_",
            "property_user.withdrawn",
            "the channel is asked for nothing any more",
        ] {
            assert!(story.contains(told), "{story}");
        }
        let is_secret = |word: &str| word.contains("inns_") && !word.contains("inns_…");
        assert!(!story.split_whitespace().any(is_secret), "{story}");
    }
}

#[test]
fn with_json_the_story_is_one_document() {
    let place = Place::bare();
    let story = place.line("demo --once --json").json();
    assert_eq!(story["as_it_should_be"], true);
    let steps = story["steps"].as_array().unwrap();
    let statuses = steps
        .iter()
        .flat_map(|step| step["requests"].as_array().unwrap())
        .map(|request| request["status"].as_u64().unwrap());
    let refused: Vec<u64> = statuses.filter(|status| *status >= 400).collect();
    assert_eq!(refused, [400, 403, 422, 400, 404, 404, 422, 409, 404]);
}

#[test]
fn afterwards_it_stays_up_and_what_it_prints_works() {
    let place = Place::bare();
    let mut demo = ChildProcess::spawn(&mut place.command(["demo"]));
    demo.wait_for_line("Ctrl-C ends it.", PATIENCE);
    let output = demo.output();
    let value = |name: &str| {
        let line = output.lines().find_map(|line| line.trim().strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {output}")).to_owned()
    };
    let (key, house) = (value("KEY="), value("HOUSE="));
    let url = value("A real server answers on ");
    let url = url.split(',').next().unwrap();
    let client = client();
    let path = format!("{url}/api/v1/property_users?filter[property_id]={house}");
    let people: Value = client.get(path).bearer_auth(&key).send().unwrap().json().unwrap();
    assert_eq!(people["meta"]["total"], 4, "{people}");
    let door = output
        .lines()
        .find(|line| line.ends_with("be Gil: choose a password"));
    let door = door.unwrap_or_else(|| panic!("no way in for Gil in {output}"));
    let page = client
        .get(door.split_whitespace().next().unwrap())
        .send()
        .unwrap();
    assert!(page.text().unwrap().contains("Casa Azul"));

    the_reference_can_be_tried_out(&client, &output);

    let second = place.line("demo --once");
    assert_eq!(
        second.refused(),
        "another demo is running in innkeeper-data/demo; stop it, or run this one in another directory"
    );
    demo.terminate();
    assert!(demo.wait(PATIENCE).success());
}

/// From nothing to a connected account with what the demo prints; how the page does it, `trying_out` sees.
fn the_reference_can_be_tried_out(client: &Client, told: &str) {
    let line_with = |word: &str| {
        let line = told.lines().find(|line| line.contains(word));
        line.unwrap_or_else(|| panic!("no {word} in {told}")).trim()
    };
    let after = |word: &str| line_with(word).strip_prefix(word).unwrap().trim();
    let docs = line_with("/api/v1/docs/").split_whitespace().next().unwrap();
    let url = docs.strip_suffix("/api/v1/docs/").unwrap();
    assert_eq!(client.get(docs).send().unwrap().status(), 200);

    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", after("client_id ")),
        ("client_secret", after("client_secret ")),
    ];
    let request = client.post(format!("{url}/o/token/")).form(&form);
    let token: Value = request.send().unwrap().json().unwrap();
    let token = token["access_token"].as_str().unwrap();
    let create = |path: &str, body: &str| {
        let body: Value = serde_json::from_str(body).unwrap();
        let request = client.post(format!("{url}{path}")).bearer_auth(token).json(&body);
        let answer = request.send().unwrap();
        let (status, created) = (answer.status(), answer.json::<Value>().unwrap());
        assert_eq!(status, 201, "{created}");
        created["data"]["id"].as_str().unwrap().to_owned()
    };
    let user = create("/api/v1/users/", line_with(r#""type": "users""#));
    let accounts = format!("/api/v1/users/{user}/accounts/");
    let account = create(&accounts, line_with(r#""type": "accounts""#));
    eventually(PATIENCE, "a completed import", || {
        let request = client
            .get(format!("{url}{accounts}{account}/"))
            .bearer_auth(token);
        let shown: Value = request.send().unwrap().json().unwrap();
        (shown["data"]["attributes"]["sync-status"]["state"] == "completed").then_some(())
    });
}

#[test]
fn it_replaces_nothing_that_is_not_its_own() {
    let place = Place::bare();
    fs::create_dir_all(place.path("innkeeper-data/demo")).unwrap();
    let diary = place.write("innkeeper-data/demo/diary.txt", "dear diary");
    assert_eq!(
        place.line("demo --once").refused(),
        "innkeeper-data/demo was not made by an earlier demo (it holds no .innkeeper-demo); move it away, or run the \
         demo elsewhere"
    );
    assert!(diary.exists());
}

#[test]
fn a_taken_port_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    assert_eq!(
        Place::bare()
            .line(&format!("demo --once --listen {address}"))
            .refused(),
        format!("{address} is taken by another program; stop that, or choose another with --listen")
    );
}
