//! Titles in mails: short, and without anything that a mail program makes a link of.

use innkeeper_domain::values::Title;
use innkeeper_mail::shown_title;
use linkify::LinkFinder;
use proptest::prelude::*;

use crate::letters::title;

#[test]
fn titles_lose_their_links_and_keep_their_words() {
    let cases = [
        ("Villa Rosa", "Villa Rosa"),
        ("Chez l'Ami «Léo» & Fils", "Chez l'Ami «Léo» & Fils"),
        ("海辺の家", "海辺の家"),
        ("Haus am See. Ruhig!", "Haus am See. Ruhig!"),
        ("Hotel (ehem.)", "Hotel (ehem.)"),
        ("Wait...", "Wait..."),
        ("Check-in 14:30", "Check-in 14:30"),
        ("Bed @ Beach", "Bed @ Beach"),
        ("Bar/Café", "Bar/Café"),
        ("St.Anton", "St Anton"),
        ("evil.example", "evil example"),
        ("EVIL.EXAMPLE/login?x=1", "EVIL EXAMPLE/login?x=1"),
        ("go to https://evil.example/now please", "go to … please"),
        ("HTTPS://EVIL.EXAMPLE ftp://x.y", "…"),
        ("(www.evil.example)", "…"),
        ("www。evil。example", "…"),
        ("evil．example", "evil example"),
        ("mail me@evil.example now", "mail … now"),
        ("me＠evil.example", "…"),
        ("mailto:me", "mailto me"),
        ("tel:+49900", "tel +49900"),
        ("javascript:alert(1)", "javascript alert(1)"),
        ("\\\\evil\\share", "evil share"),
        ("//evil/x", "evil/x"),
        ("evil.\u{200b}example", "evil \u{200b}example"),
        ("ht\u{200b}tps://evil", "…"),
        ("192.0.2.1:8080", "192 0 2 1:8080"),
    ];
    for (typed, shown) in cases {
        assert_eq!(shown_title(&title(typed)), shown, "{typed}");
    }
}

#[test]
fn long_titles_are_cut() {
    assert_eq!(shown_title(&title(&"é".repeat(80))), "é".repeat(80));
    assert_eq!(
        shown_title(&title(&"é".repeat(81))),
        format!("{}…", "é".repeat(79))
    );
    let spaced = format!("{} tail", "x".repeat(78));
    assert_eq!(shown_title(&title(&spaced)), format!("{}…", "x".repeat(78)));
}

/// What links are made of, and what may hide them.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "http",
        "https",
        "ftp",
        "mailto",
        "tel",
        "javascript",
        "www",
        "WWW",
        "evil",
        "example",
        "com",
        "co",
        "uk",
        ".",
        "..",
        "。",
        "．",
        "｡",
        "․",
        "﹒",
        ":",
        "://",
        "/",
        "//",
        "\\",
        "@",
        "＠",
        "?",
        "#",
        "=",
        "%2e",
        "-",
        "_",
        " ",
        " ",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "\"",
        "'",
        ",",
        ";",
        "1",
        "192",
        "xn--",
        "ü",
        "海",
        "\u{200b}",
        "\u{ad}",
        "\u{2060}",
        "\u{fe0f}",
        "…",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)]
}

/// Another mind than ours: what a linkifier finds, with schemes and without, and as a reader sees it, who does not
/// see what is invisible.
fn links(text: &str) -> Vec<String> {
    let visible: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{fe0f}'))
        .map(|c| match c {
            '。' | '．' | '｡' | '․' | '﹒' => '.',
            '＠' => '@',
            c => c,
        })
        .collect();
    let mut finder = LinkFinder::new();
    finder
        .url_must_have_scheme(false)
        .url_can_be_iri(true)
        .email_domain_must_have_dot(false);
    [text, &visible]
        .iter()
        .flat_map(|text| {
            finder
                .links(text)
                .map(|link| link.as_str().to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn the_other_mind_finds_links() {
    for text in [
        "evil.com",
        "www.evil.com",
        "a@b",
        "https://x",
        "evil。com",
        "e\u{200b}vil.com",
    ] {
        assert!(!links(text).is_empty(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_title_becomes_a_link(pieces in prop::collection::vec(piece(), 1..24)) {
        if let Ok(title) = Title::parse(&pieces.concat()) {
            let shown = shown_title(&title);
            prop_assert_eq!(links(&shown), Vec::<String>::new(), "{:?}", shown);
            prop_assert!(shown.chars().count() <= 80);
            prop_assert!(!shown.contains("//") && !shown.contains('\\'));
            // Shown again it stays as it is.
            if let Ok(again) = Title::parse(&shown) {
                prop_assert_eq!(shown_title(&again), shown);
            }
        }
    }
}
