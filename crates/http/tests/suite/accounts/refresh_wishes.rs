//! The parameters of a refresh.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{NOBODY, TestApp, assert_shows};

on_each_backend!(
    a_threshold_is_a_number_of_minutes,
    what_to_do_behind_a_run_is_one_word,
    a_bad_parameter_tells_nothing_about_the_account,
);

fn a_threshold_is_a_number_of_minutes(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    app.imports(&account, 1, 1);
    let told = [
        "",
        "0",
        "1",
        "60",
        "0060",
        "525600",
        "525601",
        "-1",
        "-0",
        "+5",
        "%2B5",
        "1.5",
        "1e3",
        "abc",
        "NaN",
        "99999999999999999999",
        "0x10",
        "%20",
        "null",
        "6%000",
    ]
    .map(|value| {
        let answer = ada.refreshes(&account, &format!("?recent_sync_threshold_minutes={value}"));
        if answer.status == 202 {
            format!(
                "`{value}` -> 202 {}",
                answer.at("/meta/recent-sync-threshold-minutes")
            )
        } else {
            format!("`{value}` -> {}", answer.refusal())
        }
    });
    assert_shows!(told.join("\n"), @"
    `` -> 400 recent_sync_threshold_minutes invalid
    `0` -> 202 0
    `1` -> 202 1
    `60` -> 202 60
    `0060` -> 202 60
    `525600` -> 202 525600
    `525601` -> 400 recent_sync_threshold_minutes invalid
    `-1` -> 400 recent_sync_threshold_minutes invalid
    `-0` -> 400 recent_sync_threshold_minutes invalid
    `+5` -> 400 recent_sync_threshold_minutes invalid
    `%2B5` -> 400 recent_sync_threshold_minutes invalid
    `1.5` -> 400 recent_sync_threshold_minutes invalid
    `1e3` -> 400 recent_sync_threshold_minutes invalid
    `abc` -> 400 recent_sync_threshold_minutes invalid
    `NaN` -> 400 recent_sync_threshold_minutes invalid
    `99999999999999999999` -> 400 recent_sync_threshold_minutes invalid
    `0x10` -> 400 recent_sync_threshold_minutes invalid
    `%20` -> 400 recent_sync_threshold_minutes invalid
    `null` -> 400 recent_sync_threshold_minutes invalid
    `6%000` -> 400 recent_sync_threshold_minutes invalid
    ");
    assert_eq!(
        ada.refreshes(&account, "")
            .at("/meta/recent-sync-threshold-minutes"),
        60
    );
    // Of several, the last counts; what is not known is let be.
    let several =
        "?recent_sync_threshold_minutes=x&recent_sync_threshold_minutes=5&recent-sync-threshold-minutes=9";
    assert_eq!(
        ada.refreshes(&account, several)
            .at("/meta/recent-sync-threshold-minutes"),
        5
    );
    assert_shows!(ada.refreshes(&account, "?recent_sync_threshold_minutes=x"), @r#"
    400
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "invalid",
          "detail": "This value is not valid.",
          "source": {
            "parameter": "recent_sync_threshold_minutes"
          },
          "status": "400",
          "title": "Bad Request"
        }
      ]
    }
    "#);
}

fn what_to_do_behind_a_run_is_one_word(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let account = ada.connects(1);
    let told = ["queue", "", "QUEUE", "refuse", "1"].map(|value| {
        let answer = ada.refreshes(&account, &format!("?if_running={value}"));
        format!(
            "`{value}` -> {}",
            if answer.status == 202 {
                "202".to_owned()
            } else {
                answer.refusal()
            }
        )
    });
    assert_shows!(told.join("\n"), @"
    `queue` -> 202
    `` -> 400 if_running invalid
    `QUEUE` -> 400 if_running invalid
    `refuse` -> 400 if_running invalid
    `1` -> 400 if_running invalid
    ");
}

fn a_bad_parameter_tells_nothing_about_the_account(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, eve] = ["ada", "eve"].map(|name| app.person(name));
    let (account, hers) = (ada.connects(1), eve.connects(1));
    for query in ["?recent_sync_threshold_minutes=-1", "?if_running=x"] {
        let told = [&account, &hers, NOBODY, "x"].map(|id| ada.refreshes(id, query).fingerprint());
        assert!(told.iter().all(|one| *one == told[0]), "{told:#?}");
        assert!(told[0].starts_with("400"), "{}", told[0]);
    }
}
