//! What a mail is made of: one recipient, fixed headers, and nothing of what people typed but in its body.

use std::time::Duration;

use innkeeper_domain::{
    effects::MessageKind,
    ports::{Letter, MailFault},
    time::Timestamp,
    values::{Email, Locale},
};
use innkeeper_mail::{Composed, Sender, compose, render};
use mail_parser::MessageParser;
use proptest::prelude::*;
use url::Url;

use crate::letters::{email, invitation, letter, now, public_url, secret, sender, title};

fn composed(letter: &Letter) -> Composed {
    compose(letter, &sender(), &public_url(), now()).unwrap()
}

fn head(mail: &Composed) -> String {
    let raw = std::str::from_utf8(mail.raw()).unwrap();
    raw.split("\r\n\r\n").next().unwrap().to_owned()
}

#[test]
fn hostile_texts_change_no_header() {
    let plain = head(&composed(&invitation()));
    let titles = [
        "=?utf-8?q?=0d=0aBcc:_eve@evil.example?=",
        "=?utf-8?b?DQpCY2M6IGV2ZQ==?= Villa",
        "Bcc: eve@evil.example",
        "%0d%0aBcc:%20eve@evil.example",
        "\\r\\nBcc: eve",
        ". --=_018f3e2c-7a00-7000-8000-000000000002--",
        "<script>alert(1)</script><!-- \"'",
    ];
    for hostile in titles {
        let letter = Letter {
            property: Some(title(hostile)),
            inviter: Some(email("=?utf-8?q?=0d=0a?=.{}|~@evil.example")),
            ..invitation()
        };
        let mail = composed(&letter);
        assert_eq!(head(&mail), plain, "{hostile}");
        let parsed = MessageParser::default().parse(mail.raw()).unwrap();
        assert_eq!(parsed.parts.len(), 3, "{hostile}");
        let html = parsed.body_html(0).unwrap();
        assert!(!html.contains("<script") && !html.contains("<!-- "), "{html}");
    }
    for line in [
        "a\rb",
        "a\nb",
        "a\r\nBcc: x",
        "a\u{2028}b",
        "a\u{2029}b",
        "a\u{85}b",
        "a\0b",
    ] {
        assert!(innkeeper_domain::values::Title::parse(line).is_err(), "{line:?}");
        assert!(Email::parse(&format!("{line}@example.com")).is_err(), "{line:?}");
        assert!(
            Sender::parse(&format!("{line} <inn@example.com>")).is_err(),
            "{line:?}"
        );
    }
}

#[test]
fn an_address_that_reads_as_an_encoded_word_gets_no_mail() {
    let letter = Letter {
        to: email("=?utf-8?q?=0d=0a?=@example.com"),
        ..invitation()
    };
    let refused = compose(&letter, &sender(), &public_url(), now());
    assert_eq!(refused.err(), Some(MailFault::Uncomposable));
}

#[test]
fn markup_in_a_title_is_shown_and_not_obeyed() {
    let letter = Letter {
        property: Some(title("<b>\"Rosa\"</b> & 'Co'")),
        ..invitation()
    };
    let rendered = render(&letter, &public_url()).unwrap();
    assert!(rendered.text.contains("Property: <b>\"Rosa\"</b> & 'Co'"));
    assert!(
        rendered
            .html
            .contains("&#60;b&#62;&#34;Rosa&#34;&#60;/b&#62; &#38; &#39;Co&#39;"),
        "{}",
        rendered.html
    );
}

#[test]
fn inviters_are_shown_unless_they_are_bait() {
    let lead = |inviter: &str| {
        let letter = Letter {
            inviter: Some(email(inviter)),
            ..invitation()
        };
        let text = render(&letter, &public_url()).unwrap().text;
        text.lines().nth(2).unwrap().to_owned()
    };
    for (inviter, shown) in [
        (
            "Otto.O'Neil+inn_1-a@hotel.example",
            "Otto.O'Neil+inn_1-a@hotel.example has",
        ),
        ("otto@h\u{43e}tel.example", "otto@xn--htel-55d.example has"),
    ] {
        assert!(lead(inviter).starts_with(shown), "{}", lead(inviter));
    }
    for bait in [
        "evil.example/login@evil.example",
        "www.evil.example@evil.example",
        "a=?b@evil.example",
    ] {
        assert_eq!(
            lead(bait),
            "You have been invited to help run a property in Innkeeper."
        );
    }
}

#[test]
fn links_begin_with_the_configured_url() {
    let shown = secret();
    for (public_url, begins) in [
        ("https://inn.example", "https://inn.example/onboarding/"),
        ("https://inn.example/", "https://inn.example/onboarding/"),
        (
            "http://127.0.0.1:8080/base/",
            "http://127.0.0.1:8080/base/onboarding/",
        ),
        (
            "https://inn.example/base?x=1#y",
            "https://inn.example/base/onboarding/",
        ),
    ] {
        let rendered = render(&invitation(), &Url::parse(public_url).unwrap()).unwrap();
        let link = format!("{begins}{}", shown.reveal());
        assert!(rendered.text.lines().any(|line| line == link), "{public_url}");
        assert!(
            rendered.html.contains(&format!("href=\"{link}\"")),
            "{public_url}"
        );
    }
}

#[test]
fn the_end_of_a_link_is_never_rounded_up() {
    let rendered = render(&invitation(), &public_url()).unwrap();
    assert!(rendered.text.contains("until 2026-11-22 14:05 UTC."));
}

#[test]
fn a_link_is_there_where_it_is_needed_and_nowhere_else() {
    for kind in MessageKind::ALL {
        let full = letter(kind, Locale::En);
        let needed = full.link.is_some();
        let without = Letter {
            link: None,
            ..full.clone()
        };
        assert_eq!(render(&without, &public_url()).is_err(), needed, "{kind:?}");
        let with = Letter {
            link: invitation().link,
            ..full
        };
        let rendered = render(&with, &public_url()).unwrap();
        assert_eq!(rendered.text.contains(secret().reveal()), needed, "{kind:?}");
        assert_eq!(rendered.html.contains(secret().reveal()), needed, "{kind:?}");
    }
}

#[test]
fn a_repeat_differs_in_its_date_only() {
    let first = composed(&invitation());
    let later = now() + Duration::from_hours(1);
    let second = compose(&invitation(), &sender(), &public_url(), later).unwrap();
    assert_eq!(first.raw(), composed(&invitation()).raw());
    let lines = |mail: &Composed| -> Vec<String> {
        let raw = String::from_utf8(mail.raw().to_vec()).unwrap();
        raw.lines().map(str::to_owned).collect()
    };
    let (first, second) = (lines(&first), lines(&second));
    let differing: Vec<_> = first.iter().zip(&second).filter(|(a, b)| a != b).collect();
    assert_eq!(differing.len(), 1);
    assert_eq!(differing[0].1, "Date: Thu, 19 Nov 2026 15:05:07 +0000");
}

#[test]
fn no_instant_is_too_odd_for_a_date() {
    for micros in [i64::MIN, -1, 0, i64::MAX] {
        let mail = compose(
            &invitation(),
            &sender(),
            &public_url(),
            Timestamp::from_micros(micros),
        )
        .unwrap();
        assert!(head(&mail).contains("\r\nDate: "), "{micros}");
    }
}

#[test]
fn senders_are_addresses_with_or_without_a_name() {
    let from = |text: &str| {
        let mail = compose(&invitation(), &Sender::parse(text).unwrap(), &public_url(), now()).unwrap();
        let head = head(&mail);
        let line = head.lines().find(|line| line.starts_with("From: ")).unwrap();
        line.to_owned()
    };
    assert_eq!(from("inn@example.com"), "From: inn@example.com");
    assert_eq!(from("Inn <inn@example.com>"), "From: Inn <inn@example.com>");
    assert_eq!(
        from("\"The, Inn\" <inn@example.com>"),
        "From: =?utf-8?b?VGhlLCBJbm4=?= <inn@example.com>"
    );
    assert_eq!(from("inn@Bücher.example"), "From: inn@xn--bcher-kva.example");
    assert_eq!(
        from("Gäste <inn@example.com>"),
        "From: =?utf-8?b?R8Okc3Rl?= <inn@example.com>"
    );
    for wrong in [
        "",
        "Inn",
        "Inn <inn@example.com",
        "Inn <inn>",
        "a@b.example, c@d.example",
        "<a@b.example> x",
    ] {
        assert!(Sender::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn nothing_that_is_held_prints_itself() {
    let mail = composed(&invitation());
    let rendered = render(&invitation(), &public_url()).unwrap();
    let printed = format!("{mail:?} {rendered:?} {:?} {:?}", sender(), invitation());
    for hidden in [secret().reveal(), "Lima", "otto", "inn@", "onboarding"] {
        assert!(!printed.contains(hidden), "{hidden}: {printed}");
    }
}

proptest! {
    /// Whatever address was accepted as one gets its mail, in the form that servers know.
    #[test]
    fn every_person_can_be_written_to(
        local in "[a-zA-Z0-9!#$%&'*+/^_`{|}~-]{1,20}(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,10}){0,2}",
        domain in "[a-z0-9äöüß]{1,12}(-[a-z0-9]{1,5})?(\\.[a-z0-9]{1,8}){0,2}\\.[a-zé]{1,8}",
    ) {
        prop_assume!(!local.contains("=?"));
        if let Ok(to) = Email::parse(&format!("{local}@{domain}")) {
            let letter = Letter { to: to.clone(), ..invitation() };
            let mail = compose(&letter, &sender(), &public_url(), now());
            prop_assert!(mail.is_ok(), "{}@{}", local, domain);
            let expected = format!("\r\nTo: {}@{}\r\n", local, to.key().as_str().rsplit_once('@').unwrap().1);
            let head = head(&mail.unwrap()).replace("\r\n ", " ");
            prop_assert!(head.contains(&expected), "{}", head);
        }
    }
}
