//! What is no JSON.

use super::SECRET;
use crate::bench::{Bench, Reply};

fn handle(bench: &Bench, password: &str, method: &str, fields: &str) -> Reply {
    let body = format!(
        "<{method}_RQ><Authentication><UserName>ann</UserName><Password>{password}</Password></Authentication>\
        {fields}</{method}_RQ>"
    );
    bench.ask("POST", "/rentals_united/api/Handler.ashx", &[], &body)
}

#[test]
fn rentals_united_refuses_with_status_200() {
    let bench = Bench::new();
    let table = [
        (
            SECRET,
            "Pull_ListStatuses",
            "<Pull_ListStatuses_RS><Status ID=\"0\">Success</Status>",
        ),
        (
            "bad",
            "Pull_ListStatuses",
            "<Pull_ListStatuses_RS><Status ID=\"-4\">Incorrect login or password</Status>",
        ),
        (
            SECRET,
            "Pull_Everything",
            "<Status ID=\"-1\">The XML contains not implemented method</Status>",
        ),
        (SECRET, "Pull_ListReservations", "<Status ID=\"-3\">"),
    ];
    for (password, method, wanted) in table {
        let reply = handle(&bench, password, method, "");
        assert_eq!(reply.status, 200);
        assert!(reply.headers["content-type"].starts_with("text/xml"));
        assert!(reply.body.contains(wanted), "{method}: {}", reply.body);
    }
    let broken = bench.ask("POST", "/rentals_united/api/Handler.ashx", &[], "<Pull");
    assert!(
        broken.status == 200 && broken.body.contains("Status ID=\"-3\""),
        "{}",
        broken.body
    );
    assert_eq!(bench.get("/rentals_united/api/Handler.ashx", &[]).status, 404);
    bench.fault("rentals_united", "unauthorized", 0, Some(1));
    assert!(
        handle(&bench, SECRET, "Pull_ListStatuses", "")
            .body
            .contains("ID=\"-4\"")
    );
}

#[test]
fn rentals_united_leaves_out_what_is_not_available_and_what_did_not_change() {
    let bench = Bench::new();
    let count = |text: &str, part: &str| text.matches(part).count();
    let listed = |fields: &str| {
        count(
            &handle(&bench, "good-60x2", "Pull_ListProp", fields).body,
            "<Property>",
        )
    };
    let (all, available) = (listed(""), listed("<IncludeNLA>false</IncludeNLA>"));
    assert!(all == 60 && 40 < available && available < 60, "{available}");
    let changed = |from: &str, to: &str| {
        let fields = format!("<DateFrom>{from} 00:00:00</DateFrom><DateTo>{to} 00:00:00</DateTo>");
        count(
            &handle(&bench, SECRET, "Pull_ListReservations", &fields).body,
            "<ReservationID>",
        )
    };
    let parts = changed("2020-01-01", "2025-01-01") + changed("2025-01-01", "2026-07-02");
    assert_eq!((parts, changed("2020-01-01", "2026-07-02")), (200, 200));
    assert_eq!(changed("2026-07-02", "2027-01-01"), 0);
    bench.change("rentals_united", SECRET, 0, 4, 0);
    assert_eq!(changed("2026-07-02", "2100-01-01"), 4);
}

#[test]
fn a_calendar_link_that_does_not_count_leads_nowhere() {
    let bench = Bench::new();
    for slug in ["ical", "airbnb", "vrbo", "booking_com"] {
        assert_eq!(
            bench
                .get(&format!("/{slug}/good-1x9.ics"), &[])
                .body
                .matches("BEGIN:VEVENT")
                .count(),
            9
        );
        for path in ["bad.ics", "good-1x9", "good-1x9.ics/more", ""] {
            assert_eq!(
                bench.get(&format!("/{slug}/{path}"), &[]).status,
                404,
                "{slug} {path}"
            );
        }
        bench.fault(slug, "unauthorized", 0, Some(1));
        assert_eq!(bench.get(&format!("/{slug}/good-1x9.ics"), &[]).status, 404);
    }
}

#[test]
fn a_calendar_of_several_listings_is_one_listing_all_the_same() {
    let bench = Bench::new();
    let truth = bench.truth("ical", "good-3x4");
    assert_eq!(truth["listings"].as_array().unwrap().len(), 1);
    assert_eq!(truth["reservations"].as_array().unwrap().len(), 12);
    assert_eq!(
        bench
            .get("/ical/good-3x4.ics", &[])
            .body
            .matches("BEGIN:VEVENT")
            .count(),
        12
    );
}
