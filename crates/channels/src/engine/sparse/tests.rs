use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::manifest::path::Path;

fn paths(texts: &[&str]) -> Vec<Path> {
    texts.iter().map(|text| Path::parse(text).unwrap()).collect()
}

fn parsed(body: &str, texts: &[&str]) -> Option<Value> {
    parse(body.as_bytes(), &Wanted::by(&paths(texts))).ok()
}

/// What is left of a whole document.
fn pruned(whole: &Value, wanted: &Wanted) -> Value {
    match wanted {
        Wanted::Whole => whole.clone(),
        Wanted::Parts(parts) => pruned_parts(whole, parts),
    }
}

fn pruned_parts(whole: &Value, parts: &Parts) -> Value {
    match whole {
        Value::Object(members) => {
            let kept = members.iter().filter_map(|(name, value)| {
                let wanted = parts.member(name)?;
                Some((name.clone(), pruned(value, wanted)))
            });
            Value::Object(kept.collect())
        }
        Value::Array(elements) => {
            let kept = elements.iter().map(|value| match parts.elements() {
                Elements::Parts(parts) => pruned_parts(value, parts),
                Elements::Wanted(wanted) => pruned(value, wanted),
            });
            kept.collect()
        }
        scalar => scalar.clone(),
    }
}

#[test]
fn only_what_is_wanted_is_kept() {
    let page = r#"{"count": 2, "next": null, "debug": {"took": 1}, "result": [
        {"id": 7, "name": "x", "rooms": [{"people": 2, "beds": 3}, {"people": 1}], "rates": {"a": {"price": 1.10}, "b": 2}},
        {"id": 8, "id": 9, "rooms": {"people": 4, "beds": 1}, "rates": []}, "text", null]}"#;
    let wanted = [
        "count",
        "next",
        "result.id",
        "result.rooms.*.people",
        "result.rates.*.price",
    ];
    let expected = json!({"count": 2, "next": null, "result": [
        {"id": 7, "rooms": [{"people": 2}, {"people": 1}], "rates": {"a": {"price": 1.10}, "b": 2}},
        {"id": 9, "rooms": {"people": 4, "beds": 1}, "rates": []}, "text", null]});
    assert_eq!(parsed(page, &wanted), Some(expected));
    assert_eq!(parsed(page, &["$"]), serde_json::from_str(page).ok());
    assert_eq!(parsed(page, &[]), Some(json!({})));
    assert_eq!(
        parsed(r#"[{"a": 1, "b": 2}, {"a": 3}]"#, &["1.a"]),
        Some(json!([{"a": 1}, {"a": 3}]))
    );
    assert_eq!(
        parsed(r#"[{"on": true, "code": 1, "b": 2}]"#, &["?on.code"]),
        Some(json!([{"on": true, "code": 1}]))
    );
}

/// A member of an array is that of its first element, beside whatever is wanted of all.
#[test]
fn what_is_meant_of_the_first_element_is_kept_beside_what_is_meant_of_all() {
    let list = r#"[{"a": 1, "b": 2, "c": 3}, {"a": 4, "b": 5, "c": 6}]"#;
    let expected = json!([{"a": 1, "b": 2}, {"a": 4, "b": 5}]);
    assert_eq!(parsed(list, &["a", "*.b"]), Some(expected));
}

#[test]
fn numbers_are_kept_as_they_are() {
    for number in [
        "0",
        "-1",
        "18446744073709551615",
        "-9223372036854775808",
        "123456789.99",
        "0.1",
        "1e3",
        "1.10",
        "-0.0",
    ] {
        let whole: Value = serde_json::from_str(number).unwrap();
        let kept = parsed(&format!(r#"{{"a": {number}, "b": {number}}}"#), &["a"]).unwrap();
        assert_eq!(kept, json!({"a": whole}));
        assert_eq!(kept["a"].to_string(), whole.to_string());
    }
}

#[test]
fn what_is_passed_over_is_read_as_strictly_as_what_is_kept() {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (value, is_fit) in [
        (deep(100), true),
        (deep(100_000), false),
        (r#""\ud800""#.to_owned(), false),
        ("\"\u{1}\"".to_owned(), false),
        ("1e999".to_owned(), false),
        ("01".to_owned(), false),
        ("tru".to_owned(), false),
        ("[1,]".to_owned(), false),
        (r#"{"a" 1}"#.to_owned(), false),
        ("{1: 1}".to_owned(), false),
        ("1} {".to_owned(), false),
    ] {
        for name in ["a", "b"] {
            let found = parsed(&format!(r#"{{"{name}": {value}}}"#), &["a"]);
            assert_eq!(found.is_some(), is_fit, "{name}: {value:.20}");
        }
    }
    let not_utf8 = [b"{\"b\": \"".as_slice(), &[0xff], b"\"}"].concat();
    assert!(parse(&not_utf8, &Wanted::by(&paths(&["a"]))).is_err());
}

/// Documents as they come: with names that repeat, and names that look like numbers.
fn document() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "c", "0", "1"]);
    let scalar = prop::sample::select(vec![
        "null",
        "true",
        "false",
        "0",
        "-7",
        "1.50",
        "\"\"",
        "\"a\\u0062\"",
        "\"é\"",
    ]);
    scalar
        .prop_map(str::to_owned)
        .prop_recursive(5, 40, 5, move |inner| {
            let members = prop::collection::vec((name.clone(), inner.clone()), 0..5);
            let object = members.prop_map(|members| {
                let members = members.iter().map(|(name, value)| format!("\"{name}\": {value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            });
            let array =
                prop::collection::vec(inner, 0..4).prop_map(|elements| format!("[{}]", elements.join(",")));
            prop_oneof![3 => object, 2 => array]
        })
}

fn some_paths() -> impl Strategy<Value = Vec<Path>> {
    let step = prop::sample::select(vec!["a", "b", "c", "0", "1", "*", "?a"]);
    let path = prop::collection::vec(step, 1..5).prop_map(|steps| Path::parse(&steps.join(".")).unwrap());
    prop::collection::vec(path, 0..5)
}

proptest! {
    #[test]
    fn a_document_in_part_is_the_whole_one_pruned(body in document(), paths in some_paths()) {
        let wanted = Wanted::by(&paths);
        let whole: Value = serde_json::from_str(&body).unwrap();
        let kept = parse(body.as_bytes(), &wanted).unwrap();
        prop_assert_eq!(&kept, &pruned(&whole, &wanted));
        for path in paths {
            prop_assert_eq!(path.all(&kept), path.all(&whole), "{:?}", path);
            prop_assert_eq!(path.place(&kept).is_some(), path.place(&whole).is_some());
        }
    }

    #[test]
    fn a_broken_document_is_none_in_part_either(
        body in document(), paths in some_paths(), at in any::<prop::sample::Index>(), put in "[\\[\\]{}\",:0-9a\\\\ ]?",
    ) {
        let mut body = body;
        let mut places = body.char_indices().map(|(at, _)| at).collect::<Vec<_>>();
        places.push(body.len());
        let at = *at.get(&places);
        let rest = body.split_off(at);
        body = format!("{body}{put}{}", rest.chars().skip(1).collect::<String>());
        let whole = serde_json::from_str::<Value>(&body).ok();
        let wanted = Wanted::by(&paths);
        prop_assert_eq!(parse(body.as_bytes(), &wanted).ok(), whole.map(|whole| pruned(&whole, &wanted)));
    }
}
