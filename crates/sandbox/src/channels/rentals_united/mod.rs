//! Rentals United: one address for everything, XML in and out, and refusals with status 200.

mod records;

use std::sync::Arc;

use actix_web::http::Method;
use roxmltree::{Document, Node};

use super::{
    Channel,
    moments::{self, Within},
};
use crate::{
    answer::Answer,
    call::Call,
    limits::Limit,
    truth::{ListingTruth, ReservationTruth},
    world::{Account, Order, Stay, StayStatus, Unit},
};

const XML: &str = "text/xml; charset=utf-8";

/// The vendor.
#[derive(Debug)]
pub(super) struct RentalsUnited;

impl Channel for RentalsUnited {
    fn slug(&self) -> &'static str {
        "rentals_united"
    }

    fn statuses(&self) -> &'static [StayStatus] {
        &[StayStatus::Confirmed, StayStatus::Cancelled]
    }

    /// No figure is documented.
    fn limits(&self) -> &'static [Limit] {
        &[]
    }

    fn credential(&self, call: &Call<'_>) -> Option<String> {
        let (user, password) = login(call)?;
        Some(format!("{user} {password}"))
    }

    fn account(&self, call: &Call<'_>) -> Option<Arc<Account>> {
        let (user, password) = login(call)?;
        if user.is_empty() {
            return None;
        }
        call.open(self, &password)
    }

    fn answer(&self, call: &Call<'_>) -> Answer {
        let (&Method::POST, ["api", "Handler.ashx"]) = (call.method, call.segments().as_slice()) else {
            return Answer::text(404, "text/html", "Not found");
        };
        let text = String::from_utf8_lossy(call.body);
        let Ok(document) = Document::parse(&text) else {
            return told("Error", -3, "Invalid request. The XML can not be read.", "");
        };
        let root = document.root_element();
        let Some(account) = self.account(call) else {
            return refused(root);
        };
        match root.tag_name().name() {
            "Pull_ListStatuses_RQ" => success(
                root,
                &records::dictionary("Statuses", "StatusInfo", &records::STATUSES),
            ),
            "Pull_ListReservationStatuses_RQ" => {
                let known = records::dictionary(
                    "ReservationStatuses",
                    "ReservationStatus",
                    &records::RESERVATION_STATUSES,
                );
                success(root, &known)
            }
            "Pull_ListProp_RQ" => properties(root, &account),
            "Pull_ListSpecProp_RQ" => property(root, &account),
            "Pull_ListReservations_RQ" => reservations(root, &account),
            _ => told("Error", -1, "The XML contains not implemented method", ""),
        }
    }

    fn unauthorized(&self, call: &Call<'_>) -> Answer {
        let text = String::from_utf8_lossy(call.body);
        match Document::parse(&text) {
            Ok(document) => refused(document.root_element()),
            Err(_) => told("Error", -4, "Incorrect login or password", ""),
        }
    }

    /// Told by the body too.
    fn rate_limited(&self, _: &Call<'_>, _: u64) -> Answer {
        let message = "This request was rate limited. Maximum number of requests allowed for this API method with \
            specified parameters is 1 per 1 second sliding window. You have reached this limit.";
        told("Error", -6, message, "")
    }

    /// City and country stand in dictionaries of places, which are not played here.
    fn listing_truth(&self, unit: &Unit) -> ListingTruth {
        ListingTruth {
            city: None,
            country: None,
            timezone: None,
            ..ListingTruth::of(unit.number.to_string(), unit)
        }
    }

    fn stay_truth(&self, unit: &Unit, stay: &Stay) -> Vec<ReservationTruth> {
        let truth = ReservationTruth::of(stay.number.to_string(), unit.number.to_string(), unit, stay);
        vec![ReservationTruth {
            // Only the sum of all guests is told.
            adults: None,
            children: None,
            booked_at: None,
            source: Some(records::creator(stay).to_owned()),
            ..truth
        }]
    }

    /// The body says it all, and there are no pages.
    fn list_name(&self, call: &Call<'_>) -> String {
        String::from_utf8_lossy(call.body).into_owned()
    }
}

/// User and password of a request.
fn login(call: &Call<'_>) -> Option<(String, String)> {
    let text = std::str::from_utf8(call.body).ok()?;
    let document = Document::parse(text).ok()?;
    let authentication = child(document.root_element(), "Authentication")?;
    Some((
        text_of(authentication, "UserName")?.to_owned(),
        text_of(authentication, "Password")?.to_owned(),
    ))
}

fn child<'a>(node: Node<'a, 'a>, name: &str) -> Option<Node<'a, 'a>> {
    node.children().find(|child| child.tag_name().name() == name)
}

fn text_of<'a>(node: Node<'a, 'a>, name: &str) -> Option<&'a str> {
    child(node, name)?.text().map(str::trim)
}

/// Listings that are no longer available are left out only when the request says so.
fn properties(root: Node<'_, '_>, account: &Account) -> Answer {
    let mut all = true;
    for node in root.children() {
        if node.tag_name().name() == "IncludeNLA" {
            all = node
                .text()
                .is_none_or(|text| !text.trim().eq_ignore_ascii_case("false"));
        }
    }
    let shown: String = account
        .units()
        .iter()
        .map(|index| account.unit(*index))
        .filter(|unit| all || unit.enabled)
        .map(|unit| records::property(&unit, account))
        .collect();
    success(root, &format!("<Properties>{shown}</Properties>"))
}

fn property(root: Node<'_, '_>, account: &Account) -> Answer {
    let id = number_of(root, "PropertyID");
    match id.and_then(|id| account.unit_by_number(id)) {
        Some(unit) => success(root, &records::whole_property(&unit, account)),
        None => told(&answer_name(root), 56, "Property does not exist", ""),
    }
}

/// Reservations that were made or changed between two times.
fn reservations(root: Node<'_, '_>, account: &Account) -> Answer {
    let time = |name: &str| text_in(root, name).and_then(|text| moments::instant(&text));
    let (Some(from), Some(to)) = (time("DateFrom"), time("DateTo")) else {
        return told(
            &answer_name(root),
            -3,
            "Invalid request. DateFrom and DateTo are required.",
            "",
        );
    };
    let within = Within {
        from: Some(from),
        to: Some(to),
    };
    let chosen = account.select(&format!("{within:?}"), Order::UpdatedUp, |stay| {
        within.holds(&stay.updated)
    });
    let shown: String = chosen
        .iter()
        .map(|index| account.stay(*index))
        .map(|stay| records::reservation(&account.unit(stay.unit), &stay))
        .collect();
    success(root, &format!("<Reservations>{shown}</Reservations>"))
}

fn text_in(root: Node<'_, '_>, name: &str) -> Option<String> {
    let node = root.children().find(|child| child.tag_name().name() == name)?;
    Some(node.text()?.trim().to_owned())
}

fn number_of(root: Node<'_, '_>, name: &str) -> Option<u64> {
    text_in(root, name)?.parse().ok()
}

/// The answer to `Pull_X_RQ` is `Pull_X_RS`.
fn answer_name(root: Node<'_, '_>) -> String {
    let name = root.tag_name().name();
    format!("{}_RS", name.strip_suffix("_RQ").unwrap_or(name))
}

fn success(root: Node<'_, '_>, content: &str) -> Answer {
    told(&answer_name(root), 0, "Success", content)
}

fn refused(root: Node<'_, '_>) -> Answer {
    told(&answer_name(root), -4, "Incorrect login or password", "")
}

/// Every answer has status 200; what happened stands in the body.
fn told(name: &str, status: i32, message: &str, content: &str) -> Answer {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<{name}><Status ID=\"{status}\">{message}</Status>\
        <ResponseID>0f8fad5bd9cb469fa16570867728950e</ResponseID>{content}</{name}>"
    );
    Answer::text(200, XML, text)
}
