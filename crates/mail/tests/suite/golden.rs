//! All mails: five kinds in ten locales, as they are sent.

use innkeeper_domain::{effects::MessageKind, ports::Letter, values::Locale};
use innkeeper_mail::compose;
use mail_parser::MessageParser;

use crate::letters::{invitation, letter, now, public_url, sender};

fn raw(letter: &Letter) -> String {
    let mail = compose(letter, &sender(), &public_url(), now()).unwrap();
    let raw = std::str::from_utf8(mail.raw()).unwrap();
    assert!(raw.is_ascii());
    assert_eq!(
        raw.matches('\n').count(),
        raw.matches("\r\n").count(),
        "a bare line end"
    );
    assert!(raw.lines().all(|line| line.len() <= 998), "a line is too long");
    raw.replace("\r\n", "\n")
}

/// Headers as they are, of the parts too; contents decoded.
fn readable(letter: &Letter) -> String {
    let raw = raw(letter);
    let parsed = MessageParser::default().parse(&raw).unwrap();
    let contents = [parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap()];
    let (head, rest) = raw.split_once("\n\n").unwrap();
    let boundary = format!("--=_{}\n", letter.message);
    let parts: Vec<&str> = rest.split(&boundary).skip(1).collect();
    assert_eq!(parts.len(), contents.len());
    let mut readable = head.to_owned();
    for (part, content) in parts.iter().zip(contents) {
        let (head, _) = part.split_once("\n\n").unwrap();
        readable.push_str("\n\n== part ==\n");
        readable.push_str(head);
        readable.push_str("\n\n");
        readable.push_str(content.replace("\r\n", "\n").trim_end());
    }
    readable
}

#[test]
fn every_mail_is_as_it_was_agreed() {
    for kind in MessageKind::ALL {
        for locale in Locale::ALL {
            let name = format!("{}.{}", kind.as_str(), locale.as_str());
            insta::assert_snapshot!(name, readable(&letter(kind, locale)));
        }
    }
}

#[test]
fn not_a_byte_is_left_to_chance() {
    insta::assert_snapshot!("raw.en", raw(&invitation()));
    insta::assert_snapshot!("raw.ja", raw(&letter(MessageKind::Invitation, Locale::Ja)));
}

#[test]
fn what_nobody_caused_about_nothing_is_impersonal() {
    for kind in MessageKind::ALL {
        let letter = Letter {
            inviter: None,
            property: None,
            role: None,
            ..letter(kind, Locale::En)
        };
        insta::assert_snapshot!(format!("impersonal.{}", kind.as_str()), readable(&letter));
    }
}
