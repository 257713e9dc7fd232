//! What people see who follow a link.

use std::time::Duration;

use innkeeper_domain::effects::MessageKind;
use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use super::{ANOTHER, PASSWORD, invited};
use crate::harness::{Answer, TestApp, assert_shows};

on_each_backend!(
    a_page_says_who_invited_whom_to_what,
    c_36_looking_changes_nothing,
    what_was_typed_is_text_and_nothing_else,
    c_38_over_and_never_there_look_alike,
    a_new_mail_comes_for_whoever_the_link_was_for,
    a_link_is_used_once_and_says_so,
    what_is_wrong_is_said_in_the_readers_language,
    a_forgotten_password_is_set_by_the_same_page,
    d_45_every_page_keeps_its_link_to_itself,
    whoever_tries_too_often_waits,
);

const CLIENT: &str = "192.0.2.1";

/// A secret of the right form that was never given out.
const UNKNOWN: &str = "inno_0351pQZ4zW1hrgLjwZzYTW0351pQZyYSlOot6EP0XzbQ6iSaJvcD2YoesBOCUn5ARE4JkR0T";

impl TestApp {
    fn page(&self, token: &str) -> Answer {
        self.request("GET", &format!("/onboarding/{token}")).send()
    }

    fn sends_form(&self, token: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.request("POST", &format!("/onboarding/{token}"));
        request.header("X-Forwarded-For", CLIENT).form(fields).send()
    }

    fn asks_again(&self, token: &str) -> Answer {
        let request = self.request("POST", &format!("/onboarding/{token}/again"));
        request.header("X-Forwarded-For", CLIENT).form(&[]).send()
    }
}

/// What a page says, without its style.
fn said(page: &Answer) -> String {
    let (head, rest) = page.body.split_once("<style>").expect("a page has a style");
    let (_, rest) = rest.split_once("</style>").expect("and its end");
    format!("{} {head}{rest}", page.status)
}

/// A page with a name in the place of its token.
fn anonymous(page: &Answer, token: &str) -> String {
    page.fingerprint().replace(token, "TOKEN")
}

const GOOD: [(&str, &str); 3] = [
    ("name", "Zoe Lind"),
    ("password", PASSWORD),
    ("password_confirmation", PASSWORD),
];

fn a_page_says_who_invited_whom_to_what(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    let page = said(&app.page(&token).expect(200)).replace(&token, "TOKEN");
    assert_shows!(page, @r#"
    200 <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <meta name="color-scheme" content="light dark">
    <title>Welcome</title>

    </head>
    <body>
    <main>
    <h1>Welcome</h1>
    <p>ada@example.test invited you to work on:</p>
    <ul class="properties">
    <li><bdi>Sea Inn</bdi></li>
    </ul>
    <form method="post" action="https://inn.example/onboarding/TOKEN" novalidate>
    <p class="field">
    <label for="email">E-mail address</label>
    <input id="email" type="email" value="zoe@example.test" autocomplete="username" readonly>
    </p>
    <p class="field">
    <label for="name">Your name</label>
    <input id="name" name="name" value="" autocomplete="name" maxlength="150" required>
    </p>
    <p class="field">
    <label for="password">Password</label>
    <span class="hint" id="password-hint">At least 10 characters. Several unrelated words make a good password.</span>
    <input id="password" name="password" type="password" autocomplete="new-password" required aria-describedby="password-hint">
    </p>
    <p class="field">
    <label for="password_confirmation">Password once more</label>
    <input id="password_confirmation" name="password_confirmation" type="password" autocomplete="new-password" required>
    </p>
    <button>Finish</button>
    </form>
    <p class="small">This link works until 2030-06-04 12:00 UTC.</p>
    </main>
    </body>
    </html>
    "#);
}

fn c_36_looking_changes_nothing(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    let first = app.page(&token).fingerprint();
    let (cost, _) = app.cost_of(|| app.page(&token));
    assert_eq!(cost, 1, "the link with the places that wait");
    for _ in 0..20 {
        assert_eq!(app.page(&token).fingerprint(), first);
    }
    let head = app.request("HEAD", &format!("/onboarding/{token}")).send();
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(app.count("audit_records WHERE action = 'user.onboarded'"), 0);
    app.sends_form(&token, &GOOD).expect(303);
}

fn what_was_typed_is_text_and_nothing_else(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("<script>alert(1)</script> \"Inn\" & Sons");
    ada.invites("o'brien+\"x@example.test", "user", &inn);
    ada.invites("zoe@example.test", "user", &inn).expect(201);
    let token = app.mailed("zoe@example.test", MessageKind::Invitation);
    let form = [
        ("name", "\"><script>alert(2)</script>"),
        ("password", "x"),
        ("password_confirmation", "y"),
    ];
    let page = app.sends_form(&token, &form).expect(422).body;
    assert!(!page.contains("<script"), "{page}");
    assert!(
        page.contains("&#60;script&#62;alert(1)&#60;/script&#62; &#34;Inn&#34; &#38; Sons"),
        "{page}"
    );
    assert!(
        page.contains("value=\"&#34;&#62;&#60;script&#62;alert(2)&#60;/script&#62;\""),
        "{page}"
    );
    for odd in [
        "%3Cscript%3Ealert(3)%3C%2Fscript%3E",
        "%22%3E%3Cb%3E",
        "..%2F..%2Fetc",
        "%00",
        "%F0%9F%90%9A",
    ] {
        let page = app.page(odd).expect(410).body;
        assert!(!page.contains("<script") && !page.contains("\"><b>"), "{page}");
    }
}

fn c_38_over_and_never_there_look_alike(backend: Backend) {
    let app = TestApp::start(backend);
    let never = anonymous(&app.page(UNKNOWN), UNKNOWN);
    assert!(never.starts_with("410 "), "{never}");
    assert!(never.contains("/onboarding/TOKEN/again"), "{never}");

    let (ada, _, place, cancelled) = invited(&app, "user");
    ada.withdraws(&place).expect(200);
    assert_eq!(anonymous(&app.page(&cancelled), &cancelled), never, "cancelled");

    let inn = ada.opens("Hill Inn");
    ada.invites("kim@example.test", "user", &inn).expect(201);
    let late = app.mailed("kim@example.test", MessageKind::Invitation);
    app.pass(Duration::from_hours(72) - Duration::from_micros(1));
    assert_eq!(app.page(&late).title(), "200 Welcome");
    app.pass(Duration::from_micros(1));
    assert_eq!(
        anonymous(&app.page(&late), &late),
        never,
        "expired, at the very instant"
    );
    assert_eq!(
        anonymous(&app.sends_form(&late, &GOOD), &late),
        never,
        "a form that came too late"
    );
    assert_eq!(
        anonymous(&app.sends_form(UNKNOWN, &GOOD), UNKNOWN),
        never,
        "a form from nowhere"
    );
    assert_eq!(app.count("users WHERE state = 'invited'"), 2);
}

fn a_new_mail_comes_for_whoever_the_link_was_for(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, late) = invited(&app, "user");
    app.pass(Duration::from_hours(73));
    let answers: Vec<_> = [late.as_str(), UNKNOWN, "nonsense"]
        .map(|token| app.asks_again(token).fingerprint())
        .to_vec();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert!(answers[0].contains("Look at your mail"), "{}", answers[0]);
    assert_eq!(app.answers_requests(), 1);
    let fresh = app.mailed("zoe@example.test", MessageKind::InvitationResent);
    assert_ne!(fresh, late);
    assert_eq!(app.page(&fresh).title(), "200 Welcome");
    app.sends_form(&fresh, &GOOD).expect(303);
}

fn a_link_is_used_once_and_says_so(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    let done = app.sends_form(&token, &GOOD).expect(303);
    let location = done.header("location").expect("a way back");
    assert!(location.ends_with(&format!("/onboarding/{token}")), "{location}");
    assert_eq!(app.page(&token).title(), "200 Done");
    let other = [
        ("name", "Eve"),
        ("password", ANOTHER),
        ("password_confirmation", ANOTHER),
    ];
    assert_eq!(app.sends_form(&token, &other).title(), "200 Done");
    app.signs_in("zoe@example.test", ANOTHER).expect(401);
    app.signs_in("zoe@example.test", PASSWORD).expect(200);
    assert_eq!(app.count("audit_records WHERE action = 'user.onboarded'"), 1);
}

fn what_is_wrong_is_said_in_the_readers_language(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    let told = |language: &str, name: &str, password: &str, again: &str| {
        let request = app.request("POST", &format!("/onboarding/{token}"));
        let fields = [
            ("name", name),
            ("password", password),
            ("password_confirmation", again),
        ];
        let page = request
            .header("Accept-Language", language)
            .form(&fields)
            .send()
            .expect(422);
        assert_eq!(page.header("content-language"), Some(language));
        assert!(page.body.contains(&format!("<html lang=\"{language}\">")));
        assert!(
            !page.body.contains(password) || password.is_empty(),
            "a password is shown"
        );
        let wrong = page.body.split("class=\"wrong\"").skip(1).map(|rest| {
            let (id, rest) = rest.split_once('>').unwrap();
            let id = id
                .trim()
                .trim_start_matches("id=")
                .trim_matches('"')
                .trim_end_matches("-wrong");
            format!("{id}: {}", rest.split('<').next().unwrap())
        });
        wrong.collect::<Vec<_>>().join(" | ")
    };
    let rows = [
        told("en", "", "", ""),
        told("de", "Zoe", "zwerg", "zwerg"),
        told("fr", "Zoe", "password1234", "password1234"),
        told("es", "Zoe", PASSWORD, "otra"),
        told("it", &"a".repeat(151), PASSWORD, PASSWORD),
        told("pt", "Zoe\u{7}", PASSWORD, PASSWORD),
        told("ja", "Zoe", &"x".repeat(129), "y"),
    ];
    assert_shows!(rows.join("\n"), @r"
    name: Please fill this in. | password: Please fill this in. | password_confirmation: Please fill this in.
    password: Das ist zu kurz: mindestens 10 Zeichen.
    password: Ce mot de passe est trop facile à deviner.
    password_confirmation: Las dos contraseñas son distintas.
    name: È troppo lungo: al massimo 150 caratteri.
    name: Contém caracteres que não podem ser usados.
    password: 長すぎます。128 文字以内で入力してください。 | password_confirmation: 2 つのパスワードが一致しません。
    ");
}

fn a_forgotten_password_is_set_by_the_same_page(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    app.sends_form(&token, &GOOD).expect(303);
    app.posts("request_restore_password", &json!({"email": "zoe@example.test"}))
        .expect(200);
    assert_eq!(app.answers_requests(), 1);
    let token = app.mailed("zoe@example.test", MessageKind::PasswordReset);
    let page = app.page(&token).expect(200);
    assert_eq!(page.title(), "200 Set a new password");
    assert!(
        !page.body.contains("Sea Inn") && !page.body.contains("name=\"name\""),
        "{page}"
    );
    let fields = [("password", ANOTHER), ("password_confirmation", ANOTHER)];
    app.sends_form(&token, &fields).expect(303);
    assert_eq!(app.page(&token).title(), "200 Done");
    app.signs_in("zoe@example.test", PASSWORD).expect(401);
    app.signs_in("zoe@example.test", ANOTHER).expect(200);
}

fn d_45_every_page_keeps_its_link_to_itself(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    let path = format!("/onboarding/{token}");
    let long = "x".repeat(64 * 1024 + 1);
    let answers = [
        ("open", app.page(&token).expect(200)),
        ("wrong", app.sends_form(&token, &[]).expect(422)),
        ("over", app.page(UNKNOWN).expect(410)),
        ("asked", app.asks_again(UNKNOWN).expect(200)),
        ("method", app.request("DELETE", &path).send().expect(405)),
        (
            "path",
            app.request("GET", &format!("{path}/else")).send().expect(404),
        ),
        (
            "type",
            app.request("POST", &path).json(&json!({})).send().expect(415),
        ),
        ("size", app.sends_form(&token, &[("name", &long)]).expect(413)),
        (
            "twice",
            app.sends_form(&token, &[("name", "a"), ("name", "b")])
                .expect(400),
        ),
        ("done", app.sends_form(&token, &GOOD).expect(303)),
    ];
    let policy = answers[0]
        .1
        .header("content-security-policy")
        .expect("a policy")
        .to_owned();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    for (name, answer) in &answers {
        for (header, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-robots-tag", "noindex"),
            ("content-security-policy", &policy),
        ] {
            assert_eq!(answer.header(header), Some(value), "{name}");
        }
        assert!(
            !answer.body.contains("http://") || answer.body.contains("action=\"http"),
            "{name}"
        );
        assert!(
            !answer.body.contains("<script") && !answer.body.contains(" src="),
            "{name}"
        );
    }
    assert_eq!(answers[4].1.header("allow"), Some("GET, HEAD, POST"));
}

fn whoever_tries_too_often_waits(backend: Backend) {
    let app = TestApp::start(backend);
    let (_, _, _, token) = invited(&app, "user");
    let answers: Vec<_> = (0..200).map(|_| app.asks_again(UNKNOWN)).collect();
    let last = answers.last().unwrap();
    assert_eq!(last.title(), "429 Too many tries");
    let wait: u64 = last
        .header("retry-after")
        .expect("it is told")
        .parse()
        .expect("seconds");
    assert!((1..=60).contains(&wait));
    let request = app.request("POST", &format!("/onboarding/{token}"));
    request
        .header("X-Forwarded-For", "198.51.100.7")
        .form(&GOOD)
        .send()
        .expect(303);
}
