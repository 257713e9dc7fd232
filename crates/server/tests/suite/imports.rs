//! Accounts from the first request to the last reservation, with the binary and the channels as processes.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{Owner, PATIENCE, Place, Sandbox, Server};

on_each_backend!(
    an_account_holds_what_the_channel_has,
    deleting_in_the_middle_ends_all_calls,
    dead_credentials_are_told_and_mended,
    a_token_that_is_refused_once_is_renewed,
    a_busy_channel_is_waited_for,
    an_outage_passes,
);

fn begin(backend: Backend) -> (Sandbox, Place, Server, Owner) {
    let sandbox = Sandbox::start();
    let place = Place::migrated(backend).with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url);
    let server = Server::start(&place, &[]);
    let owner = Owner::new(&place, &server);
    (sandbox, place, server, owner)
}

fn an_account_holds_what_the_channel_has(backend: Backend) {
    let (sandbox, _place, server, owner) = begin(backend);
    let refused = owner.try_to_add(
        &server,
        "hostaway",
        &json!({"account_id": "1", "api_key": "hush-hush"}),
    );
    assert_eq!(
        (refused.0, &refused.1["meta"]["code"]),
        (422, &"invalid_credentials".into())
    );

    let account = owner.add(&server, "1", "good-5x70");
    let seen = owner.wait_until_completed(&server, &account);
    assert_eq!((&seen["nb-listings"], &seen["valid"]), (&5.into(), &true.into()));
    owner
        .holdings(&server, &account)
        .assert_is(&sandbox.truth("hostaway", "good-5x70"));

    sandbox.change("hostaway", "good-5x70");
    let (status, body) = owner.refresh(&server, &account);
    assert_eq!((status, &body["meta"]["disposition"]), (202, &"queued".into()));
    owner.wait_until_completed(&server, &account);
    owner
        .holdings(&server, &account)
        .assert_is(&sandbox.truth("hostaway", "good-5x70"));

    let metrics = server.answer("/metrics").1;
    assert!(
        metrics.contains(r#"innkeeper_sync_runs_total{outcome="succeeded"} 2"#),
        "{metrics}"
    );
    for name in [
        "innkeeper_sync_pages_total ",
        "innkeeper_sync_rows_total{kind=\"reservations\"} ",
        "innkeeper_sync_runs_held 0",
        "innkeeper_sync_queue_lag_seconds_count 2",
    ] {
        assert!(metrics.contains(name), "{name} in {metrics}");
    }
    let log = server.end();
    assert!(
        log.contains("an import ended: succeeded") && log.contains(&account),
        "{log}"
    );
    assert!(!log.contains("good-") && !log.contains("hush-hush"), "{log}");
}

fn deleting_in_the_middle_ends_all_calls(backend: Backend) {
    let (sandbox, _place, server, owner) = begin(backend);
    let account = owner.add(&server, "1", "good-80x100");
    sandbox.asked_more_than("hostaway", 6, PATIENCE);
    assert_eq!(owner.delete(&server, &account), 204);
    assert_eq!(owner.get(&server, &format!("{account}/")).0, 404);
    assert_eq!(owner.refresh(&server, &account).0, 404);
    let asked = sandbox.requests("hostaway");
    let credential = asked.last().unwrap()["credential"].clone();
    assert!(asked.len() < 60, "it was deleted in the middle");

    // When another account has been imported, whatever was in hand is long over.
    let other = owner.add(&server, "2", "good-2x3");
    owner.wait_until_completed(&server, &other);
    let later = sandbox.requests("hostaway");
    let later = later[asked.len()..].iter();
    let more = later
        .filter(|request| request["credential"] == credential)
        .count();
    assert!(
        more <= 1,
        "{more} calls after the account was deleted, one may have been in hand"
    );
    server.end();
}

fn dead_credentials_are_told_and_mended(backend: Backend) {
    let (sandbox, _place, server, owner) = begin(backend);
    let account = owner.add(&server, "1", "good-2x5");
    owner.wait_until_completed(&server, &account);

    sandbox.fault("hostaway", "unauthorized", 0, None);
    assert_eq!(owner.refresh(&server, &account).0, 202);
    let is_dead = |account: &serde_json::Value| account["health"]["state"] == "needs_reauth";
    let seen = owner.wait(&server, &account, "dead credentials", is_dead);
    assert_eq!(seen["valid"], false);
    assert_eq!(seen["nb-listings"], 2, "what was imported stays");
    let last = &owner.runs(&server, &account)[0];
    assert_eq!(
        (&last["state"], &last["failure"]["code"]),
        (&"failed".into(), &"invalid_credentials".into())
    );

    // A refresh asks again, and finds that they work.
    sandbox.mend();
    assert_eq!(owner.refresh(&server, &account).0, 202);
    owner.wait(&server, &account, "credentials that work", |account| {
        account["valid"] == true
    });
    owner.wait_until_completed(&server, &account);

    // Or the account is added again, and is the same.
    sandbox.fault("hostaway", "unauthorized", 0, None);
    assert_eq!(owner.refresh(&server, &account).0, 202);
    owner.wait(&server, &account, "dead credentials", is_dead);
    sandbox.mend();
    assert_eq!(owner.add(&server, "1", "good-2x5"), account);
    assert_eq!(owner.account(&server, &account)["valid"], true);
    owner.wait_until_completed(&server, &account);
    owner
        .holdings(&server, &account)
        .assert_is(&sandbox.truth("hostaway", "good-2x5"));
    server.end();
}

fn a_token_that_is_refused_once_is_renewed(backend: Backend) {
    let (sandbox, _place, server, owner) = begin(backend);
    let account = owner.add(&server, "1", "good-3x70");
    owner.wait_until_completed(&server, &account);
    sandbox.change("hostaway", "good-3x70");
    sandbox.fault("hostaway", "unauthorized", 1, Some(1));
    assert_eq!(owner.refresh(&server, &account).0, 202);
    owner.wait_until_completed(&server, &account);
    let run = &owner.runs(&server, &account)[0];
    assert_eq!(
        (&run["state"], &run["attempts"], &run["listings"]["failed"]),
        (&"succeeded".into(), &1.into(), &0.into())
    );
    owner
        .holdings(&server, &account)
        .assert_is(&sandbox.truth("hostaway", "good-3x70"));
    server.end();
}

fn a_busy_channel_is_waited_for(backend: Backend) {
    let (sandbox, _place, server, owner) = begin(backend);
    let account = owner.add(&server, "1", "good-3x70");
    owner.wait_until_completed(&server, &account);
    sandbox.fault("hostaway", "rate_limited", 0, None);
    assert_eq!(owner.refresh(&server, &account).0, 202);
    let seen = owner.wait(&server, &account, "a run that waits", |account| {
        account["sync-detail"]["waiting-reason"] == "rate_limited"
    });
    assert_eq!(seen["sync-status"]["state"], "in_progress");
    assert!(seen["sync-detail"]["next-attempt-at"].is_string());
    let (status, body) = owner.refresh(&server, &account);
    assert_eq!(
        (status, &body["errors"][0]["code"]),
        (409, &"refresh_in_progress".into())
    );
    sandbox.mend();
    owner.wait_until_completed(&server, &account);
    let run = &owner.runs(&server, &account)[0];
    // Waiting for the channel is no failed try.
    assert_eq!(
        (&run["state"], &run["attempts"], &run["rescues"]),
        (&"succeeded".into(), &1.into(), &0.into())
    );
    server.end();
}

fn an_outage_passes(backend: Backend) {
    let (sandbox, _place, server, owner) = begin(backend);
    let account = owner.add(&server, "1", "good-3x70");
    owner.wait_until_completed(&server, &account);
    sandbox.fault("hostaway", "outage", 0, None);
    assert_eq!(owner.refresh(&server, &account).0, 202);
    let seen = owner.wait(&server, &account, "a channel that is down", |account| {
        account["health"]["state"] == "channel_down"
    });
    assert_eq!(
        (&seen["valid"], &seen["health"]["code"]),
        (&true.into(), &"channel_unavailable".into())
    );
    sandbox.mend();
    let seen = owner.wait_until_completed(&server, &account);
    assert_eq!(seen["health"]["state"], "healthy");
    let run = &owner.runs(&server, &account)[0];
    assert_eq!((&run["state"], &run["rescues"]), (&"succeeded".into(), &0.into()));
    assert!(
        run["attempts"].as_u64().unwrap() > 1,
        "a failed try is one: {run}"
    );
    server.end();
}
