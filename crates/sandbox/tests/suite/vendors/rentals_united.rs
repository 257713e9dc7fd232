//! Rentals United.

use roxmltree::Document;

use super::{Seen, Vendor};
use crate::bench::Bench;

/// Every answer has status 200: these are the vendor's own numbers, without their sign.
pub(super) const VENDOR: Vendor = Vendor {
    slug: "rentals_united",
    read,
    refusal: 4,
    limited: 6,
};

/// The texts of all elements of a name, in the answer to a request.
fn ask(bench: &Bench, secret: &str, method: &str, content: &str, name: &str) -> Result<Vec<String>, u16> {
    let body = format!(
        "<{method}><Authentication><UserName>ann</UserName><Password>{secret}</Password></Authentication>{content}</{method}>"
    );
    let headers = [("content-type", "text/xml".to_owned())];
    let reply = bench.ask("POST", "/rentals_united/api/Handler.ashx", &headers, &body);
    if reply.status != 200 {
        return Err(reply.status);
    }
    let document = Document::parse(&reply.body).unwrap();
    let all = || document.descendants();
    let status = all().find(|node| node.has_tag_name("Status")).unwrap();
    match status.attribute("ID").unwrap().trim_start_matches('-').parse() {
        Ok(0) => {}
        other => return Err(other.unwrap()),
    }
    let found = all().filter(|node| node.has_tag_name(name));
    Ok(found.map(|node| node.text().unwrap().to_owned()).collect())
}

fn read(bench: &Bench, secret: &str) -> Result<Seen, u16> {
    let dates = "<DateFrom>2000-01-01 00:00:00</DateFrom><DateTo>2100-01-01 00:00:00</DateTo><LocationID>0</LocationID>";
    Ok(Seen {
        listings: ask(
            bench,
            secret,
            "Pull_ListProp_RQ",
            "<LocationID>0</LocationID>",
            "ID",
        )?,
        reservations: ask(bench, secret, "Pull_ListReservations_RQ", dates, "ReservationID")?,
    })
}
