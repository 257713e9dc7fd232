use serde_json::json;

use super::*;

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

fn offset(end: End) -> Paging {
    Paging::Offset { size: 2, end }
}

fn number(end: End) -> Paging {
    Paging::Number {
        first: 1,
        size: 2,
        end,
    }
}

fn cursor(end: End) -> Paging {
    Paging::Cursor {
        path: path("next"),
        size: 2,
        end,
    }
}

#[test]
fn every_end_rule_knows_its_last_page() {
    let total = || End::Total(path("total"));
    let more = || End::More(path("more"));
    let on = |offset, number, cursor: Option<&str>| Ok(Some((offset, number, cursor.map(str::to_owned))));
    let broken = || Err(ChannelFault::BadResponse);
    // Paging, the document, how many records it has, and what comes next: offset, number, cursor.
    for (paging, document, records, expected) in [
        (Paging::None { end: End::Single }, json!({}), 9, Ok(None)),
        (offset(total()), json!({"total": 6}), 2, Ok(None)),
        (offset(total()), json!({"total": 7}), 2, on(6, 2, None)),
        (offset(total()), json!({"total": "7"}), 1, on(5, 2, None)),
        (offset(total()), json!({"total": 7}), 0, broken()),
        (offset(total()), json!({}), 2, broken()),
        (offset(total()), Value::Null, 0, Ok(None)),
        (offset(End::EmptyPage), json!({}), 1, on(5, 2, None)),
        (offset(End::EmptyPage), json!({}), 0, Ok(None)),
        (offset(more()), json!({"more": true}), 0, on(4, 2, None)),
        (offset(more()), json!({"more": false}), 2, Ok(None)),
        (offset(more()), json!({}), 2, broken()),
        (number(total()), json!({"total": 7}), 1, on(4, 3, None)),
        (number(total()), json!({"total": 6}), 2, Ok(None)),
        (
            number(End::Pages(path("pages"))),
            json!({"pages": 4}),
            2,
            on(4, 3, None),
        ),
        (
            number(End::Pages(path("pages"))),
            json!({"pages": 3}),
            2,
            Ok(None),
        ),
        (number(End::EmptyPage), json!({}), 1, on(4, 3, None)),
        (
            cursor(End::NoCursor),
            json!({"next": "n"}),
            0,
            on(4, 2, Some("n")),
        ),
        (cursor(End::NoCursor), json!({"next": null}), 2, Ok(None)),
        (cursor(End::NoCursor), json!({"next": ""}), 2, Ok(None)),
        (cursor(End::NoCursor), json!({"next": "c"}), 2, broken()),
        (cursor(End::EmptyPage), json!({"next": "n"}), 0, Ok(None)),
        (cursor(more()), json!({"next": "n", "more": false}), 2, Ok(None)),
        (
            Paging::LastId {
                size: 2,
                end: End::EmptyPage,
            },
            json!({}),
            2,
            on(4, 2, Some("last")),
        ),
        (
            Paging::LastId {
                size: 2,
                end: End::EmptyPage,
            },
            json!({}),
            0,
            Ok(None),
        ),
        (
            Paging::LinkHeader {
                size: 2,
                end: End::NoCursor,
            },
            json!({}),
            0,
            on(4, 2, Some("link")),
        ),
    ] {
        let place = Place {
            offset: 4,
            number: 2,
            cursor: Some("c".into()),
            ..Place::default()
        };
        let page = Turned {
            document: &document,
            link: Some("link"),
            records,
            last_id: Some("last"),
            ids: 1,
        };
        let found = next(&paging, &place, &page).map_err(|failure| failure.fault);
        let keeps_cursor = matches!(paging, Paging::Offset { .. } | Paging::Number { .. });
        let found = found
            .map(|next| next.map(|next| (next.offset, next.number, next.cursor.filter(|_| !keeps_cursor))));
        assert_eq!(found, expected, "{paging:?} {document} {records}");
    }
}

#[test]
fn a_page_that_comes_again_is_refused_in_the_middle_and_at_the_end() {
    let place = Place {
        before: Some(7),
        ..Place::default()
    };
    for more in [true, false] {
        let document = json!({"more": more});
        let page = |ids| Turned {
            document: &document,
            link: None,
            records: 2,
            last_id: None,
            ids,
        };
        let paging = offset(End::More(path("more")));
        assert_eq!(
            next(&paging, &place, &page(7)),
            Err(ChannelFault::BadResponse.into())
        );
        let after = next(&paging, &place, &page(8)).unwrap();
        assert_eq!(after.map(|after| after.before), more.then_some(Some(8)));
    }
}

#[test]
fn a_numbered_page_is_as_long_as_it_says_itself() {
    let place = Place {
        number: 2,
        ..Place::default()
    };
    for (paging, is_followed, document, records) in [
        (number(End::EmptyPage), true, json!({}), 2),
        (number(End::EmptyPage), false, json!({}), 0),
        (number(End::Total(path("total"))), false, json!({"total": 5}), 1),
        (number(End::Total(path("total"))), false, json!({"total": 4}), 0),
        (number(End::Total(path("total"))), false, json!({}), 0),
        (offset(End::Total(path("total"))), true, json!({"total": 9}), 0),
    ] {
        assert_eq!(
            expected(&paging, &place, is_followed, &document),
            records,
            "{paging:?} {document}"
        );
    }
}

#[test]
fn a_place_survives_being_written_down() {
    let place = Place {
        pages: 3,
        cursor: Some("c".into()),
        window: Some((1, 2)),
        before: Some(u64::MAX),
        ..Place::default()
    };
    let position = place.position().unwrap();
    assert_eq!(
        position.0,
        r#"{"pages":3,"cursor":"c","window":[1,2],"before":18446744073709551615}"#
    );
    assert_eq!(Place::of(Some(&position), Timestamp::from_micros(0)), Ok(place));
    let nonsense = Position("{\"what\":1}".into());
    assert_eq!(
        Place::of(Some(&nonsense), Timestamp::from_micros(0)),
        Err(ChannelFault::Internal.into())
    );
    let far = Position(format!("{{\"pages\":{}}}", MOST_PAGES + 1));
    assert_eq!(
        Place::of(Some(&far), Timestamp::from_micros(0)),
        Err(ChannelFault::BadResponse.into())
    );
}
