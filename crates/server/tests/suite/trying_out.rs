//! From the secret of an application to an imported account, without leaving the page of the reference.

use innkeeper_test_support::{Backend, ReferencePage, browser::Setup, eventually, on_each_backend};
use serde_json::json;

use crate::harness::{PATIENCE, Place, Sandbox, Server};

on_each_backend!(an_account_is_connected_without_leaving_the_page);

fn an_account_is_connected_without_leaving_the_page(backend: Backend) {
    let sandbox = Sandbox::start();
    let place = Place::migrated(backend).with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url);
    let server = Server::start(&place, &[]);
    let tenant = place.line("tenant create --name acme --json").json();
    let client = |name: &str| tenant[name].as_str().unwrap();

    let page = ReferencePage::open(&server.url, Setup::default());
    page.authorize_as(client("client_id"), client("client_secret"));

    // The example that stands there will do.
    let (status, user) = page.tries("createUser", &[], None);
    assert_eq!(status, "201", "{user}");
    let user = user["data"]["id"].as_str().unwrap();

    let credentials = json!({"account_id": "61148", "api_key": "good-3x5"});
    let attributes = json!({"channel": "hostaway", "credentials": credentials});
    let body = json!({"data": {"type": "accounts", "attributes": attributes}});
    let (status, account) = page.tries("addAccount", &[("user_id", user)], Some(&body));
    assert_eq!(status, "201", "{account}");
    page.picture("addAccount", &format!("reference-{backend}-4-account"));
    let account = account["data"]["id"].as_str().unwrap();

    let of_account = [("user_id", user), ("account_id", account)];
    let seen = eventually(PATIENCE, "a completed import", || {
        let (status, seen) = page.tries("getAccount", &of_account, None);
        assert_eq!(status, "200", "{seen}");
        let attributes = seen["data"]["attributes"].clone();
        (attributes["sync-status"]["state"] == "completed").then_some(attributes)
    });
    assert_eq!(seen["nb-listings"], 3, "{seen}");
    let (status, listings) = page.tries("listListings", &of_account, None);
    assert_eq!(status, "200", "{listings}");
    assert_eq!(listings["data"].as_array().map(Vec::len), Some(3), "{listings}");
    page.picture("listListings", &format!("reference-{backend}-5-listings"));
    page.assert_nothing_is_amiss();

    drop(page);
    let said = server.end();
    assert!(
        !said.contains(client("client_secret")),
        "the log holds a secret:\n{said}"
    );
}
