//! `POST /api/v1/users/{id}/accounts/`: what becomes of a channel's refusal or failure. Nothing is left of any.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, CredentialCode, CredentialProblem},
    ports::CheckError,
};
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{TestApp, assert_shows, logs};

on_each_backend!(
    a_refusal_is_told_whole,
    an_unknown_channel_is_told_whole,
    a_channel_without_connector_is_told_whole,
    every_failure_has_its_answer,
    a_channel_that_asks_to_wait_says_how_long,
    what_a_channel_finds_without_a_call_is_told_key_by_key,
    nothing_is_left_of_a_failed_add,
);

fn a_refusal_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    app.channels()
        .refuse("wrong", ChannelFailure::from(ChannelFault::InvalidCredentials));
    assert_shows!(ada.adds(1, "wrong"), @r#"
    422
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "invalid_credentials",
          "detail": "The channel does not accept the credentials.",
          "meta": {
            "channel": "hostaway",
            "code": "invalid_credentials"
          },
          "status": "422",
          "title": "Unprocessable Entity"
        }
      ],
      "meta": {
        "channel": "hostaway",
        "code": "invalid_credentials"
      }
    }
    "#);
}

fn an_unknown_channel_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let adds = |channel: &str| ada.adds_account(&ada.id, &json!({"channel": channel, "credentials": {}}));
    assert_shows!(adds("nowhere"), @r#"
    422
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "unknown_channel",
          "detail": "There is no such channel.",
          "meta": {
            "channel": "nowhere",
            "code": "unknown_channel"
          },
          "source": {
            "pointer": "/data/attributes/channel"
          },
          "status": "422",
          "title": "Unprocessable Entity"
        }
      ],
      "meta": {
        "channel": "nowhere",
        "code": "unknown_channel"
      }
    }
    "#);
    let long = "x".repeat(41);
    for odd in ["Hostaway", "hostaway ", "host away", "../hostaway", &long] {
        let answer = adds(odd);
        assert_eq!(
            answer.refusal(),
            "422 /data/attributes/channel unknown_channel",
            "{odd}"
        );
        assert_eq!(
            answer.at("/meta"),
            json!({"channel": null, "code": "unknown_channel"}),
            "{odd}"
        );
    }
}

fn a_channel_without_connector_is_told_whole(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let attributes = json!({"channel": "opera", "credentials": {"hotel_id": "x"}});
    assert_shows!(ada.adds_account(&ada.id, &attributes), @r#"
    422
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "unsupported",
          "detail": "This channel cannot be connected here, or not with such credentials.",
          "meta": {
            "channel": "opera",
            "code": "unsupported"
          },
          "source": {
            "pointer": "/data/attributes/channel"
          },
          "status": "422",
          "title": "Unprocessable Entity"
        }
      ],
      "meta": {
        "channel": "opera",
        "code": "unsupported"
      }
    }
    "#);
    assert_eq!(app.channels().asked(), 0);
}

fn every_failure_has_its_answer(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let told = ChannelFault::ALL.map(|fault| {
        app.channels().refuse("unlucky", ChannelFailure::from(fault));
        let answer = ada.adds(1, "unlucky");
        let after = answer
            .header("retry-after")
            .map_or(String::new(), |after| format!(" after {after}"));
        format!("{}: {}{after}", fault.as_str(), answer.line())
    });
    assert_shows!(told.join("\n"), @r#"
    invalid_credentials: 422 {"errors":[{"code":"invalid_credentials","detail":"The channel does not accept the credentials.","meta":{"channel":"hostaway","code":"invalid_credentials"},"status":"422","title":"Unprocessable Entity"}],"meta":{"channel":"hostaway","code":"invalid_credentials"}}
    authorization_revoked: 422 {"errors":[{"code":"authorization_revoked","detail":"The permission to read this account has ended.","meta":{"channel":"hostaway","code":"authorization_revoked"},"status":"422","title":"Unprocessable Entity"}],"meta":{"channel":"hostaway","code":"authorization_revoked"}}
    user_action_required: 422 {"errors":[{"code":"user_action_required","detail":"The channel wants you to confirm something there first.","meta":{"channel":"hostaway","code":"user_action_required"},"status":"422","title":"Unprocessable Entity"}],"meta":{"channel":"hostaway","code":"user_action_required"}}
    insufficient_permissions: 422 {"errors":[{"code":"insufficient_permissions","detail":"The credentials lack a permission, or the plan lacks this interface.","meta":{"channel":"hostaway","code":"insufficient_permissions"},"status":"422","title":"Unprocessable Entity"}],"meta":{"channel":"hostaway","code":"insufficient_permissions"}}
    connected_elsewhere: 422 {"errors":[{"code":"connected_elsewhere","detail":"The channel has this account connected to another system.","meta":{"channel":"hostaway","code":"connected_elsewhere"},"status":"422","title":"Unprocessable Entity"}],"meta":{"channel":"hostaway","code":"connected_elsewhere"}}
    code_already_used: 422 {"errors":[{"code":"code_already_used","detail":"This code was used before.","meta":{"channel":"hostaway","code":"code_already_used"},"status":"422","title":"Unprocessable Entity"}],"meta":{"channel":"hostaway","code":"code_already_used"}}
    channel_rate_limited: 502 {"errors":[{"code":"channel_rate_limited","detail":"The channel asks to wait.","meta":{"channel":"hostaway","code":"channel_rate_limited"},"status":"502","title":"Bad Gateway"}],"meta":{"channel":"hostaway","code":"channel_rate_limited"}} after 60
    channel_unavailable: 502 {"errors":[{"code":"channel_unavailable","detail":"The channel cannot be reached.","meta":{"channel":"hostaway","code":"channel_unavailable"},"status":"502","title":"Bad Gateway"}],"meta":{"channel":"hostaway","code":"channel_unavailable"}}
    channel_bad_response: 502 {"errors":[{"code":"channel_bad_response","detail":"The channel answered in a form that is not understood.","meta":{"channel":"hostaway","code":"channel_bad_response"},"status":"502","title":"Bad Gateway"}],"meta":{"channel":"hostaway","code":"channel_bad_response"}}
    unsupported: 422 {"errors":[{"code":"unsupported","detail":"The channel does not offer this for the account.","meta":{"channel":"hostaway","code":"unsupported"},"status":"422","title":"Unprocessable Entity"}],"meta":{"channel":"hostaway","code":"unsupported"}}
    internal: 500 {"errors":[{"code":"internal_error","detail":"Something went wrong on our side.","status":"500","title":"Internal Server Error"}]}
    crashed: 500 {"errors":[{"code":"internal_error","detail":"Something went wrong on our side.","status":"500","title":"Internal Server Error"}]}
    "#);
    assert!(logs().contains("a check of credentials failed on our side"));
    assert_eq!(app.count("accounts"), 0);
}

fn a_channel_that_asks_to_wait_says_how_long(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let waits = [None, Some(0), Some(1), Some(1_001), Some(3_600_000)].map(|millis| {
        let failure = ChannelFailure {
            fault: ChannelFault::RateLimited,
            retry_after: millis.map(Duration::from_millis),
        };
        app.channels().refuse("unlucky", failure);
        let answer = ada.adds(1, "unlucky").expect(502);
        answer.header("retry-after").unwrap_or_default().to_owned()
    });
    assert_eq!(waits, ["60", "1", "1", "2", "3600"]);
    assert_shows!(ada.adds(1, "unlucky"), @r#"
    502
    content-type: application/vnd.api+json
    retry-after: 3600
    {
      "errors": [
        {
          "code": "channel_rate_limited",
          "detail": "The channel asks to wait.",
          "meta": {
            "channel": "hostaway",
            "code": "channel_rate_limited"
          },
          "status": "502",
          "title": "Bad Gateway"
        }
      ],
      "meta": {
        "channel": "hostaway",
        "code": "channel_rate_limited"
      }
    }
    "#);
}

fn what_a_channel_finds_without_a_call_is_told_key_by_key(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let link = "http://10.0.0.1/private.ics";
    let problem = CredentialProblem {
        key: "ical_urls".to_owned(),
        code: CredentialCode::Format,
    };
    app.channels().refuse(link, CheckError::Wrong(vec![problem]));
    let attributes = json!({"channel": "airbnb", "credentials": {"ical_urls": [link]}});
    assert_shows!(ada.adds_account(&ada.id, &attributes), @r#"
    422
    content-type: application/vnd.api+json
    {
      "errors": [
        {
          "code": "invalid_format",
          "detail": "This credential does not have the form it must have.",
          "meta": {
            "channel": "airbnb",
            "code": "invalid_format"
          },
          "source": {
            "pointer": "/data/attributes/credentials/ical_urls"
          },
          "status": "422",
          "title": "Unprocessable Entity"
        }
      ],
      "meta": {
        "channel": "airbnb",
        "code": "invalid_format"
      }
    }
    "#);
}

fn nothing_is_left_of_a_failed_add(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let tables = [
        "accounts",
        "account_credentials",
        "sync_slots",
        "sync_runs",
        "audit_records",
        "outgoing_messages",
    ];
    let rows = || tables.map(|table| app.count(table));
    let before = rows();
    for fault in ChannelFault::ALL {
        app.channels().refuse("unlucky", ChannelFailure::from(fault));
        assert!(ada.adds(1, "unlucky").status >= 400);
    }
    ada.adds_account(&ada.id, &json!({"channel": "hostaway", "credentials": {}}))
        .expect(422);
    assert_eq!(rows(), before);
    // And the next good one meets nothing of them.
    ada.connects(1);
}
