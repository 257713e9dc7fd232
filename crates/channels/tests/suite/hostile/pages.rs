//! Pages that lead elsewhere, in circles, or nowhere.

use std::sync::Arc;

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, Fetched, Stream},
    ports::ChannelGateway,
};
use serde_json::{Value, json};

use super::{
    page,
    server::{Heard, Server, good},
};
use crate::conformance::{
    bench::channels_at,
    connectors::{Connector, HOSTFULLY, OWNERREZ},
};

/// The first two pages of reservations of a channel that answers so.
fn two_pages(connector: &Connector, server: &Server) -> Result<Fetched, ChannelFailure> {
    let channels = channels_at(&server.url, &Arc::default());
    let credentials = connector.credentials(&server.url, "good");
    let mut request = page(connector.slug, &credentials, Stream::Reservations, None);
    request.position = channels.fetch(&request)?.next;
    assert!(request.position.is_some(), "there is a second page");
    channels.fetch(&request)
}

fn json_of(document: &Value) -> Vec<u8> {
    good("application/json", document.to_string().as_bytes())
}

/// The credentials go with every page: an address in an answer must not lead them away.
#[test]
fn the_next_page_is_only_ever_where_the_first_was() {
    for next in [
        "https://elsewhere.example/v2/bookings?page=2",
        "http://elsewhere.example/v2/bookings?page=2",
        "//elsewhere.example/v2/bookings?page=2",
        "\\\\elsewhere.example/v2/bookings",
        "http://127.0.0.1:1/ownerrez/v2/bookings",
        "https://127.0.0.1/ownerrez/v2/bookings",
        "file:///etc/passwd",
        "http://[::ffff:7f00:1]/",
    ] {
        let answer = json_of(&json!({"items": [{"id": 1}], "next_page_url": next}));
        let server = Server::answering(move |_| answer.clone());
        let failure = two_pages(&OWNERREZ, &server).unwrap_err();
        assert_eq!(failure.fault, ChannelFault::BadResponse, "{next}");
        assert_eq!(server.heard().len(), 1, "{next}");
    }
}

#[test]
fn a_page_that_leads_to_itself_is_no_end() {
    let server = Server::answering(|heard: &Heard| {
        let next = heard.line.split(' ').nth(1).unwrap();
        json_of(&json!({"items": [{"id": heard.line}], "next_page_url": next}))
    });
    let failure = two_pages(&OWNERREZ, &server).unwrap_err();
    assert_eq!(failure.fault, ChannelFault::BadResponse);
}

/// Orders without end are a failure: prices must not be left out in silence.
#[test]
fn joined_records_without_end_are_a_failure() {
    let server = Server::answering(|heard: &Heard| {
        if heard.line.contains("/leads") {
            json_of(&json!({"leads": [{"uid": "l1", "propertyUid": "p1"}], "_paging": {}}))
        } else {
            let cursor = heard.line.split("_cursor=").nth(1).map_or(0, |rest| {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                digits.parse::<u32>().unwrap()
            });
            let next = (cursor + 1).to_string();
            json_of(&json!({"orders": [{"leadUid": next}], "_paging": {"_nextCursor": next}}))
        }
    });
    let channels = channels_at(&server.url, &Arc::default());
    let credentials = HOSTFULLY.credentials(&server.url, "good");
    let found = channels.fetch(&page("hostfully", &credentials, Stream::Reservations, None));
    assert_eq!(found.unwrap_err().fault, ChannelFault::BadResponse);
}
