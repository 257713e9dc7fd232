//! The files of texts: complete, alike, and plain.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};
use innkeeper_domain::{access::Role, effects::MessageKind, ports::Letter, values::Locale};
use innkeeper_mail::render;

use crate::letters::{letter, public_url};

/// A text, and the blanks in it.
#[derive(Debug, PartialEq)]
struct Text {
    words: String,
    blanks: BTreeSet<String>,
}

fn file(locale: Locale) -> BTreeMap<String, Text> {
    let path = format!("{}/locales/{}.ftl", env!("CARGO_MANIFEST_DIR"), locale.as_str());
    let source = std::fs::read_to_string(path).unwrap();
    let resource = parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{locale:?}: {errors:?}"));
    let mut texts = BTreeMap::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else { continue };
        let text = text(message.value.as_ref().unwrap());
        let twice = texts.insert(message.id.name.clone(), text);
        assert!(twice.is_none(), "{locale:?} says {} twice", message.id.name);
    }
    texts
}

fn text(pattern: &Pattern<String>) -> Text {
    let mut text = Text {
        words: String::new(),
        blanks: BTreeSet::new(),
    };
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.words.push_str(value),
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => {
                text.words.push_str("{}");
                text.blanks.insert(id.name.clone());
            }
            PatternElement::Placeable { expression } => panic!("more than a blank: {expression:?}"),
        }
    }
    text
}

const VARIANTS: [Locale; 3] = [Locale::EnGb, Locale::EnAu, Locale::EnCa];

#[test]
fn every_locale_has_every_text_with_its_blanks() {
    let blanks = |texts: BTreeMap<String, Text>| -> BTreeMap<String, BTreeSet<String>> {
        texts.into_iter().map(|(key, text)| (key, text.blanks)).collect()
    };
    let english = blanks(file(Locale::En));
    assert!(english.len() > 30);
    for locale in Locale::ALL {
        if !VARIANTS.contains(&locale) {
            assert_eq!(blanks(file(locale)), english, "{locale:?}");
        }
    }
}

#[test]
fn variants_of_english_hold_what_differs() {
    let english = file(Locale::En);
    for locale in VARIANTS {
        let variant = file(locale);
        assert!(!variant.is_empty());
        for (key, text) in variant {
            let other = english
                .get(&key)
                .unwrap_or_else(|| panic!("{locale:?} alone has {key}"));
            assert_eq!(other.blanks, text.blanks, "{locale:?}: {key}");
            assert_ne!(other.words, text.words, "{locale:?}: {key} does not differ");
        }
    }
}

#[test]
fn texts_are_plain() {
    for locale in Locale::ALL {
        for (key, text) in file(locale) {
            assert!(!text.words.contains(['<', '>', '&', '@']), "{locale:?}: {key}");
            assert!(!text.words.contains("://"), "{locale:?}: {key}");
            if key.ends_with("-subject") {
                assert!(text.blanks.is_empty(), "{locale:?}: {key}");
                assert!(text.words.chars().count() <= 70, "{locale:?}: {key} is long");
            }
        }
    }
}

#[test]
fn every_kind_speaks_every_locale() {
    let mut subjects = BTreeMap::new();
    for kind in MessageKind::ALL {
        for locale in Locale::ALL {
            for (inviter, role) in [(true, Role::Owner), (true, Role::User), (false, Role::User)] {
                let full = letter(kind, locale);
                let letter = Letter {
                    inviter: full.inviter.clone().filter(|_| inviter),
                    role: full.role.map(|_| role),
                    ..full
                };
                let rendered = render(&letter, &public_url()).unwrap();
                subjects.insert((kind.as_str(), locale.as_str()), rendered.subject);
                assert!(
                    rendered
                        .html
                        .contains(&format!("<html lang=\"{}\"", locale.as_str()))
                );
                for line in rendered.text.lines().filter(|line| *line != "-- ") {
                    let html = line.replace('&', "&#38;");
                    assert!(rendered.html.contains(&html), "only in the text: {line}");
                }
            }
        }
    }
    for locale in Locale::ALL {
        let of_locale: BTreeSet<_> = MessageKind::ALL
            .iter()
            .map(|kind| &subjects[&(kind.as_str(), locale.as_str())])
            .collect();
        assert_eq!(
            of_locale.len(),
            MessageKind::ALL.len(),
            "{locale:?}: equal subjects"
        );
    }
}

#[test]
fn html_loads_and_tracks_nothing() {
    for kind in MessageKind::ALL {
        let html = render(&letter(kind, Locale::En), &public_url()).unwrap().html;
        for forbidden in [
            "<img", "<script", "<link", "<style", "<form", "<iframe", "url(", "src=", "@import",
        ] {
            assert!(!html.contains(forbidden), "{kind:?}: {forbidden}");
        }
        let links = html.matches("href=").count();
        assert_eq!(
            links,
            html.matches("href=\"https://inn.example/onboarding/inno_")
                .count()
        );
    }
}
