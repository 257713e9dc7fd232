//! What callers send as credentials, and the forms of values.

use std::collections::BTreeMap;

use innkeeper_domain::accounts::{
    Channel, ChannelKind, CredentialField, CredentialSet, CredentialValue, Format, History, MOST_LIST_VALUES,
    MOST_VALUE_BYTES, RawCredential, fit,
};
use rstest::rstest;

fn field(key: &str, required: bool, format: Format) -> CredentialField {
    CredentialField {
        key: key.to_owned(),
        label: key.to_owned(),
        secret: false,
        required,
        list: key.ends_with('s'),
        format,
        example: "x".to_owned(),
    }
}

fn set(name: &str, available: bool, fields: Vec<CredentialField>) -> CredentialSet {
    CredentialSet {
        name: name.to_owned(),
        available,
        fields,
    }
}

/// Four sets: two that share a key, one that is closed, one with a list.
fn channel() -> Channel {
    let text = |key: &str, required| field(key, required, Format::Text);
    Channel {
        slug: "sandbox".parse().unwrap(),
        label: "Sandbox".to_owned(),
        kind: ChannelKind::Pms,
        history: History::Full,
        credential_sets: vec![
            set("partner", false, vec![text("code", true)]),
            set(
                "key",
                true,
                vec![
                    field("id", true, Format::Integer),
                    text("secret", true),
                    text("region", false),
                ],
            ),
            set("oauth", true, vec![text("code", true), text("region", false)]),
            set("calendar", true, vec![field("urls", true, Format::Url)]),
        ],
        docs_url: None,
    }
}

fn raw(text: &str) -> RawCredential {
    RawCredential::Text(text.to_owned().into())
}

fn raws(texts: &[&str]) -> RawCredential {
    RawCredential::List(texts.iter().map(|text| (*text).to_owned().into()).collect())
}

fn fitted(offered: &[(&str, RawCredential)]) -> Result<String, Vec<(String, &'static str)>> {
    let offered: BTreeMap<_, _> = offered
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect();
    let problems = |problems: Vec<innkeeper_domain::accounts::CredentialProblem>| {
        problems
            .into_iter()
            .map(|it| (it.key, it.code.as_str()))
            .collect()
    };
    fit(&channel(), &offered).map(|found| found.set).map_err(problems)
}

#[rstest]
#[case::the_one_that_knows_the_keys(&[("id", raw("1")), ("secret", raw("s"))], "key")]
#[case::an_optional_one_more(&[("id", raw("1")), ("secret", raw("s")), ("region", raw("eu"))], "key")]
#[case::of_two_that_fit_the_available_one(&[("code", raw("c"))], "oauth")]
#[case::blank_ones_do_not_count(&[("id", raw("1")), ("secret", raw("s")), ("region", raw(" "))], "key")]
#[case::a_list(&[("urls", raws(&["https://a.example/1", "https://a.example/2"]))], "calendar")]
#[case::a_list_of_one(&[("urls", raw("https://a.example/1"))], "calendar")]
fn credentials_go_to_the_set_they_are_meant_for(
    #[case] offered: &[(&str, RawCredential)],
    #[case] chosen: &str,
) {
    assert_eq!(fitted(offered), Ok(chosen.to_owned()));
}

#[rstest]
#[case::nothing_at_all(&[], &[("code", "missing_credential")])]
#[case::one_missing(&[("id", raw("1"))], &[("secret", "missing_credential")])]
#[case::null(&[("id", raw("1")), ("secret", RawCredential::Missing)], &[("secret", "missing_credential")])]
#[case::blank(&[("id", raw("1")), ("secret", raw(" \t"))], &[("secret", "missing_credential")])]
#[case::an_empty_list(&[("urls", raws(&[]))], &[("code", "missing_credential"), ("urls", "unknown_credential")])]
#[case::unknown(
    &[("id", raw("1")), ("secret", raw("s")), ("password", raw("p"))],
    &[("password", "unknown_credential")],
)]
#[case::of_another_set(
    &[("id", raw("1")), ("secret", raw("s")), ("urls", raw("https://a.example/"))],
    &[("urls", "unknown_credential")],
)]
#[case::of_another_form(&[("id", raw("one")), ("secret", raw("s"))], &[("id", "invalid_format")])]
#[case::a_flag(&[("id", RawCredential::Other), ("secret", raw("s"))], &[("id", "invalid_format")])]
#[case::a_list_for_a_text(&[("id", raws(&["1"])), ("secret", raw("s"))], &[("id", "invalid_format")])]
#[case::a_header_smuggled_in(&[("id", raw("1")), ("secret", raw("s\r\nX: y"))], &[("secret", "invalid_format")])]
#[case::one_bad_link_of_two(&[("urls", raws(&["https://a.example/1", "ftp://b"]))], &[("urls", "invalid_format")])]
#[case::one_blank_link_of_two(&[("urls", raws(&["https://a.example/1", " "]))], &[("urls", "invalid_format")])]
#[case::all_at_once_in_the_order_of_keys(
    &[("id", raw("x")), ("zone", raw("z")), ("Secret", raw("s"))],
    &[("Secret", "unknown_credential"), ("id", "invalid_format"), ("secret", "missing_credential"), ("zone", "unknown_credential")],
)]
fn each_wrong_key_is_named_once_with_what_is_wrong(
    #[case] offered: &[(&str, RawCredential)],
    #[case] problems: &[(&str, &'static str)],
) {
    let problems = problems
        .iter()
        .map(|(key, code)| ((*key).to_owned(), *code))
        .collect();
    assert_eq!(fitted(offered), Err(problems));
}

#[test]
fn values_and_lists_are_bounded() {
    let long = |bytes| fitted(&[("code", raw(&"x".repeat(bytes)))]);
    assert_eq!(long(MOST_VALUE_BYTES), Ok("oauth".to_owned()));
    assert_eq!(
        long(MOST_VALUE_BYTES + 1),
        Err(vec![("code".to_owned(), "invalid_format")])
    );
    let many = |count| fitted(&[("urls", raws(&vec!["https://a.example/"; count]))]);
    assert_eq!(many(MOST_LIST_VALUES), Ok("calendar".to_owned()));
    assert_eq!(
        many(MOST_LIST_VALUES + 1),
        Err(vec![("urls".to_owned(), "invalid_format")])
    );
}

#[test]
fn values_are_kept_without_outer_white_space_and_never_printed() {
    let offered = BTreeMap::from([
        ("id".to_owned(), raw(" 12 ")),
        ("secret".to_owned(), raw("hunter two\n")),
    ]);
    let kept = fit(&channel(), &offered).unwrap();
    assert_eq!(
        (kept.text("id"), kept.text("secret")),
        (Some("12"), Some("hunter two"))
    );
    assert_eq!((kept.text("region"), kept.list("id")), (None, vec!["12"]));
    assert!(kept.list("region").is_empty());
    for printed in [format!("{kept:?}"), format!("{offered:?}")] {
        assert!(!printed.contains("hunter"), "{printed}");
    }
    let list = CredentialValue::List(vec!["hunter".to_owned().into()]);
    assert!(!format!("{list:?}").contains("hunter"));
}

/// Columns: text, integer, e-mail, UUID, URL, host, subdomain.
#[rstest]
#[case("good", [true, false, false, false, false, false, true])]
#[case("good-2x100", [true, false, false, false, false, false, true])]
#[case("12345", [true, true, false, false, false, false, true])]
#[case("123456789012345678901", [true, false, false, false, false, false, true])]
#[case("12 345", [true, false, false, false, false, false, false])]
#[case("-5", [true, false, false, false, false, false, false])]
#[case("ana@example.test", [true, false, true, false, false, false, false])]
#[case("ana@", [true, false, false, false, false, false, false])]
#[case("018f3e2c-7a00-7000-8000-000000000001", [true, false, false, true, false, false, true])]
#[case("018f3e2c7a0070008000000000000001", [true, false, false, false, false, false, true])]
#[case("https://a.example/x?y#z", [true, false, false, false, true, false, false])]
#[case("http://127.0.0.1", [true, false, false, false, true, false, false])]
#[case("https:///x", [true, false, false, false, false, false, false])]
#[case("https://a b", [true, false, false, false, false, false, false])]
#[case("ftp://a.example", [true, false, false, false, false, false, false])]
#[case("company.trackhs.com", [true, false, false, false, false, true, false])]
#[case("-company.trackhs.com", [true, false, false, false, false, false, false])]
#[case("company..com", [true, false, false, false, false, false, false])]
#[case("company.com/x", [true, false, false, false, false, false, false])]
#[case("-company", [true, false, false, false, false, false, false])]
#[case("bücher", [true, false, false, false, false, false, false])]
fn each_form_takes_what_it_says(#[case] value: &str, #[case] fits: [bool; 7]) {
    assert_eq!(Format::ALL.map(|format| format.fits(value)), fits);
}

#[test]
fn host_names_and_labels_have_their_lengths() {
    let label = "x".repeat(63);
    assert!(Format::Subdomain.fits(&label) && !Format::Subdomain.fits(&format!("{label}x")));
    let most = [label.as_str(), &label, &label, &"x".repeat(61)].join(".");
    assert!(most.len() == 253 && Format::Host.fits(&most) && !Format::Host.fits(&format!("{most}x")));
}

#[test]
fn forms_have_their_names_and_all_but_any_text_a_pattern() {
    let names = Format::ALL.map(Format::as_str);
    assert_eq!(
        names,
        ["text", "integer", "email", "uuid", "url", "host", "subdomain"]
    );
    let without: Vec<_> = Format::ALL
        .into_iter()
        .filter(|format| format.pattern().is_none())
        .collect();
    assert_eq!(without, [Format::Text]);
}
