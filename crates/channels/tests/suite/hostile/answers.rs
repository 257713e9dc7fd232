//! Answers that no vendor documents: of a firewall, of an outage, in other spellings, too deep.

use std::sync::{Arc, Mutex};

use innkeeper_channels::Channels;
use innkeeper_domain::{
    accounts::{ChannelFault, RemoteAccount},
    ports::{ChannelGateway, CheckError},
};

use super::server::{Server, answer, good};
use crate::conformance::{
    bench::{channels_at, check_request, refusal},
    connectors::{self, Connector},
};

/// A channel that always answers the same, until it is told what.
struct Stage {
    answer: Arc<Mutex<Vec<u8>>>,
    server: Server,
    channels: Channels,
}

impl Stage {
    fn new() -> Self {
        let answer = Arc::<Mutex<Vec<u8>>>::default();
        let told = Arc::clone(&answer);
        let server = Server::answering(move |_| told.lock().unwrap().clone());
        let channels = channels_at(&server.url, &Arc::default());
        Self {
            answer,
            server,
            channels,
        }
    }

    /// What the check makes of this answer.
    fn check(&self, connector: &Connector, bytes: Vec<u8>) -> Result<RemoteAccount, CheckError> {
        *self.answer.lock().unwrap() = bytes;
        let credentials = connector.credentials(&self.server.url, "good");
        self.channels.check(&check_request(connector, credentials))
    }

    fn fault(&self, connector: &Connector, bytes: Vec<u8>) -> Option<ChannelFault> {
        self.check(connector, bytes).err().map(refusal)
    }
}

const ALL: [&Connector; 19] = [
    &connectors::HOSTAWAY,
    &connectors::HOSTAWAY_CLIENT,
    &connectors::GUESTY,
    &connectors::GUESTY_JWT,
    &connectors::LODGIFY,
    &connectors::OWNERREZ,
    &connectors::SMOOBU,
    &connectors::HOSPITABLE,
    &connectors::UPLISTING,
    &connectors::HOSTFULLY,
    &connectors::BEDS24,
    &connectors::BEDS24_REFRESH,
    &connectors::APALEO,
    &connectors::MEWS,
    &connectors::CLOUDBEDS,
    &connectors::CHANNEX,
    &connectors::RENTALS_UNITED,
    &connectors::ICAL,
    &connectors::AIRBNB,
];

/// Nobody is told that a key is wrong because something in between is.
#[test]
fn a_page_in_the_way_says_nothing_about_the_credentials() {
    let stage = Stage::new();
    let page =
        b"<html><title>Access denied</title>Error 1020: too many keys, account_locked, clienttoken</html>";
    for connector in ALL {
        let name = (connector.slug, connector.set);
        for status in ["500 Oops", "502 Bad Gateway", "503 Unavailable", "504 Timeout"] {
            for kind in ["text/html", "application/json", "text/xml"] {
                let bytes = answer(&format!("{status}\r\ncontent-type: {kind}"), page);
                assert_eq!(
                    stage.fault(connector, bytes),
                    Some(ChannelFault::Unavailable),
                    "{name:?} {status}"
                );
            }
        }
        // A calendar's host refuses a link by a page: there is no other.
        let refused = if connector.is_calendar() {
            ChannelFault::InvalidCredentials
        } else {
            ChannelFault::Unavailable
        };
        let bytes = answer("403 Forbidden\r\ncontent-type: text/html; charset=utf-8", page);
        assert_eq!(stage.fault(connector, bytes), Some(refused), "{name:?}");
        for (head, expected) in [
            ("200 OK\r\ncontent-type: text/html", ChannelFault::BadResponse),
            (
                "302 Found\r\nlocation: http://169.254.169.254/latest/meta-data",
                ChannelFault::BadResponse,
            ),
            (
                "200 OK\r\ncontent-type: application/json",
                ChannelFault::BadResponse,
            ),
        ] {
            assert_eq!(
                stage.fault(connector, answer(head, page)),
                Some(expected),
                "{name:?} {head}"
            );
        }
    }
}

#[test]
fn a_number_in_an_outage_is_no_answer() {
    let status = |head: &str, number: &str| {
        let body = format!("<error><Status ID=\"{number}\">told</Status></error>");
        answer(&format!("{head}\r\ncontent-type: text/xml"), body.as_bytes())
    };
    for (bytes, expected) in [
        (status("200 OK", "-4"), Some(ChannelFault::InvalidCredentials)),
        (status("200 OK", "-6"), Some(ChannelFault::RateLimited)),
        (status("200 OK", "56"), Some(ChannelFault::BadResponse)),
        (status("500 Oops", "-1"), Some(ChannelFault::Unavailable)),
        (status("503 Unavailable", "0"), Some(ChannelFault::Unavailable)),
        (status("200 OK", "0"), None),
    ] {
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let stage = Stage::new();
        assert_eq!(
            stage.fault(&connectors::RENTALS_UNITED, bytes),
            expected,
            "{shown}"
        );
    }
}

#[test]
fn only_a_failure_that_names_the_key_is_about_the_key() {
    let stage = Stage::new();
    for (body, expected) in [
        (r#"{"success": true, "data": []}"#, None),
        (
            r#"{"success": false, "message": "Invalid API Key"}"#,
            Some(ChannelFault::InvalidCredentials),
        ),
        (
            r#"{"success": false, "message": "Missing scope read:hotel"}"#,
            Some(ChannelFault::InsufficientPermissions),
        ),
        (
            r#"{"success": false, "message": "Unknown keyword"}"#,
            Some(ChannelFault::BadResponse),
        ),
        (
            r#"{"success": false, "requestKey": "9", "message": "Try later"}"#,
            Some(ChannelFault::BadResponse),
        ),
    ] {
        let bytes = good("application/json", body.as_bytes());
        assert_eq!(stage.fault(&connectors::CLOUDBEDS, bytes), expected, "{body}");
    }
}

#[test]
fn documents_are_read_in_the_spellings_that_are_usual_and_no_others() {
    let stage = Stage::new();
    let json = r#"{"data": {"id": "7"}}"#;
    let marked = format!("\u{feff}{json}");
    let other: Vec<u8> = json.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, body, expected) in [
        ("plain", json.as_bytes().to_vec(), true),
        ("with a mark before it", marked.into_bytes(), true),
        ("in another encoding", other, false),
        ("with something behind it", format!("{json}]").into_bytes(), false),
        ("too deep", "[".repeat(4_000_000).into_bytes(), false),
        ("without the id", br#"{"data": {"id": null}}"#.to_vec(), false),
        (
            "with an id that is no text",
            br#"{"data": {"id": {"a": 1}}}"#.to_vec(),
            false,
        ),
    ] {
        let found = stage.check(&connectors::HOSPITABLE, good("application/json", &body));
        assert_eq!(found.is_ok(), expected, "{name}: {found:?}");
    }
    let status = r#"<R><Status ID="0">Success</Status></R>"#;
    let entities: Vec<String> = (1..10)
        .map(|n| format!("<!ENTITY a{n} \"&a{};&a{};\">", n - 1, n - 1))
        .collect();
    let entities = entities.concat();
    for (name, body, expected) in [
        ("plain", status.to_owned(), true),
        ("with a mark before it", format!("\u{feff}{status}"), true),
        (
            "declared",
            format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{status}"),
            true,
        ),
        (
            "with a type",
            format!("<!DOCTYPE R [<!ENTITY a0 \"lol\">{entities}]>{status}"),
            false,
        ),
        (
            "with a type elsewhere",
            format!("<!DOCTYPE R SYSTEM \"file:///etc/passwd\">{status}"),
            false,
        ),
        ("too deep", "<a>".repeat(100_000) + &"</a>".repeat(100_000), false),
        ("deep and open", "<a>".repeat(2_000_000), false),
    ] {
        let found = stage.check(&connectors::RENTALS_UNITED, good("text/xml", body.as_bytes()));
        assert_eq!(found.is_ok(), expected, "{name}: {found:?}");
    }
}

/// Not even to where calls may go: whoever is sent on would be shown the credentials.
#[test]
fn nobody_is_sent_on() {
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let stage = Stage::new();
        let head = format!("{status}\r\nlocation: {}/elsewhere", stage.server.url);
        let found = stage.fault(&connectors::HOSPITABLE, answer(&head, b""));
        assert_eq!(found, Some(ChannelFault::BadResponse), "{status}");
        let lines: Vec<_> = stage.server.heard().into_iter().map(|heard| heard.line).collect();
        assert_eq!(lines, ["GET /hospitable/v2/user HTTP/1.1"], "{status}");
    }
}
