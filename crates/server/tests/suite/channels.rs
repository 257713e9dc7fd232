//! The catalogue on the command line, and checks of credentials.

use std::process::Stdio;

use crate::harness::{Place, Run, Sandbox};

#[test]
fn the_catalogue_is_listed_and_shown() {
    let place = Place::bare();
    let list = place.line("channels list").succeeded();
    assert!(
        list.contains("hostaway: Hostaway (pms)  # api_key client_credentials\n"),
        "{list}"
    );
    assert!(list.contains("  # not available\n"), "{list}");
    let json = place.line("channels list --json").json();
    assert_eq!(
        json["total"].as_u64().unwrap(),
        u64::try_from(list.lines().count()).unwrap()
    );
    let available = place.line("channels list --available --json").json();
    assert!(available["total"].as_u64() < json["total"].as_u64());
    let all = available["channels"].as_array().unwrap();
    assert!(all.iter().all(|channel| channel["available"] == true));

    let shown = place.line("channels show hostaway").succeeded();
    assert!(
        shown.contains("credential set api_key:\n  account_id: "),
        "{shown}"
    );
    assert!(shown.contains(" (secret), such as "), "{shown}");
    let shown = place.line("channels show hostaway --json").json();
    assert_eq!(shown["credential_sets"][0]["fields"][1]["secret"], true);
    assert_eq!(
        place.line("channels show motel").refused(),
        "there is no channel `motel`; see `innkeeper channels list`"
    );
    assert_eq!(place.directory.path().read_dir().unwrap().count(), 0);
}

#[test]
fn a_check_tells_works_from_refused_and_from_out_of_reach() {
    let sandbox = Sandbox::start();
    let place = Place::bare().with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url);
    let check = |rest: &str| place.line(&format!("channels check hostaway {rest}"));
    let good = "--credential account_id=17 --credential api_key=good";
    assert_eq!(check(good).value("channel_id"), "17");
    assert_eq!(check(&format!("{good} --json")).json()["works"], true);

    let bad = "--credential account_id=17 --credential api_key=hush";
    assert_eq!(
        check(bad).refused(),
        "hostaway refuses the credentials (invalid_credentials): The channel does not accept the credentials."
    );
    let run = check(&format!("{bad} --json"));
    assert_eq!(run.code, Some(1));
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&document["works"], &document["code"]),
        (&false.into(), &"invalid_credentials".into())
    );
    assert!(!run.stdout.contains("hush") && !run.stderr.contains("hush"));

    assert_eq!(
        check("--credential api_key=hush --credential colour=red").refused(),
        "account_id is missing (missing_credential); colour is no credential of this set (unknown_credential)"
    );
    sandbox.fault("hostaway", "outage", 0, None);
    assert_eq!(
        check(good).refused(),
        "hostaway could not be asked (channel_unavailable): The channel cannot be reached. The credentials may be right; \
         try again later"
    );
    let run = check(&format!("{good} --json"));
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (run.code, &document["code"]),
        (Some(1), &"channel_unavailable".into())
    );
    assert_eq!(
        place.line("channels check motel --credential a=b").refused(),
        "there is no channel `motel`; see `innkeeper channels list`"
    );
}

#[test]
fn values_come_from_files_and_stdin_and_repeated_keys_are_lists() {
    let sandbox = Sandbox::start();
    let place = Place::bare().with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url);
    place.write("key.txt", "good-2x3\n");
    let arguments = "channels check hostaway --credential account_id=9 --credential";
    let from_file = place.line(&format!("{arguments} api_key=@key.txt"));
    assert_eq!(from_file.value("channel_id"), "9");
    let refusal = place.line(&format!("{arguments} api_key=@nowhere.txt")).refused();
    assert!(
        refusal.starts_with("--credential api_key: cannot read nowhere.txt ("),
        "{refusal}"
    );

    let line = format!("{arguments} api_key=-");
    let mut command = place.command(line.split_whitespace());
    let file = std::fs::File::open(place.path("key.txt")).unwrap();
    let output = command.stdin(Stdio::from(file)).output().unwrap();
    let run = Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    assert_eq!(run.value("channel_id"), "9");

    let links = [1, 2].map(|n| format!("--credential ical_urls={}/ical/good-1x{n}.ics", sandbox.url));
    let line = format!("channels check ical {}", links.join(" "));
    assert_eq!(place.line(&line).value("credential_set"), "calendar");
}

#[test]
fn integrator_values_of_no_channel_are_found_before_anything_starts() {
    let place = Place::bare()
        .with("INNKEEPER_CHANNELS__INTEGRATOR__MEWS__CLIENT_TOKEN", "hush-1")
        .with("INNKEEPER_CHANNELS__INTEGRATOR__MOTEL__CLIENT_ID", "hush-2")
        .with("INNKEEPER_CHANNELS__INTEGRATOR__MOTEL__CLIENT_SECRET", "hush-3");
    place.write("inn.toml", "[channels.integrator.hostel]\nkey = 'hush-4'\n");
    let check = place.line("--config inn.toml config check");
    assert_eq!(check.code, Some(1));
    assert_eq!(check.one_error(), "the configuration has 3 problems");
    let problems = [
        "`channels.integrator.hostel.key` in inn.toml",
        "INNKEEPER_CHANNELS__INTEGRATOR__MOTEL__CLIENT_ID",
        "INNKEEPER_CHANNELS__INTEGRATOR__MOTEL__CLIENT_SECRET",
    ];
    let told = problems.map(|problem| {
        format!("problem: {problem} is for what is no channel; see `innkeeper channels list`\n")
    });
    assert_eq!(check.stdout, told.concat());
    assert!(!check.stderr.contains("hush"));
    let place = Place::bare().with("INNKEEPER_CHANNELS__INTEGRATOR__MEWS__CLIENT_TOKEN", "hush-1");
    assert_eq!(place.line("config check --json").json()["valid"], true);
}
