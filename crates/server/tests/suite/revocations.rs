//! What one process takes away counts in every other, however lately it read the token.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Place, Server};

on_each_backend!(what_a_command_takes_away_counts_at_once);

const ROUNDS: usize = 5;
const ANA: &str = "user create --email ana@example.com --first-name Ana --last-name Lima";

/// A key of Ana's: its id and its secret.
fn key(place: &Place) -> (String, String) {
    let made = place.line("api-key create --user ana@example.com --json").json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("api_key_id"), text("api_key"))
}

fn status(server: &Server, secret: &str) -> u16 {
    let request = server.get("/api/v1/properties").bearer_auth(secret);
    request.send().unwrap().status().as_u16()
}

/// Asked twice, the token is remembered.
#[track_caller]
fn assert_remembered(server: &Server, secret: &str) {
    assert_eq!([status(server, secret), status(server, secret)], [200, 200]);
}

fn what_a_command_takes_away_counts_at_once(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    let server = Server::start(&place, &["--no-workers"]);
    let (_, other) = key(&place);
    for round in 0..ROUNDS {
        let (id, secret) = key(&place);
        assert_remembered(&server, &secret);
        assert_remembered(&server, &other);
        place.line(&format!("api-key revoke {id}")).succeeded();
        assert_eq!(status(&server, &secret), 401, "round {round}");
        assert_eq!(status(&server, &other), 200, "round {round}: nobody else's");
    }
    server.end();
}

#[test]
fn what_one_server_takes_away_counts_in_the_other_at_once() {
    if !Backend::Postgres.enabled() {
        return;
    }
    let place = Place::migrated(Backend::Postgres);
    place.line(ANA).succeeded();
    let [here, there] = [(); 2].map(|()| Server::start(&place, &["--no-workers"]));
    let (_, owner) = key(&place);
    for round in 0..ROUNDS {
        let (id, secret) = key(&place);
        assert_remembered(&here, &secret);
        assert_remembered(&there, &secret);
        let revoke = there
            .delete(&format!("/api/v1/api_keys/{id}/"))
            .bearer_auth(&owner);
        assert_eq!(revoke.send().unwrap().status().as_u16(), 204, "round {round}");
        let after = [status(&here, &secret), status(&there, &secret)];
        assert_eq!(after, [401, 401], "round {round}");
    }
    here.end();
    there.end();
}
