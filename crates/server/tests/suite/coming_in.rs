//! From an invitation to a session, as the invited person lives it: a mail, a page, a password.

use innkeeper_test_support::{
    Backend, Browser,
    browser::Setup,
    on_each_backend,
    smtp::{ReceivedMail, SmtpServer},
};
use serde_json::{Value, json};

use crate::harness::{Inviter, PATIENCE, Server, mailing};

on_each_backend!(
    an_unknown_person_comes_in_through_a_mail_and_a_page,
    a_forgotten_password_is_set_anew_on_a_phone_without_scripts,
);

const PASSWORD: &str = "quiet harbour lantern 7";

fn link(mail: &ReceivedMail) -> String {
    mail.link().expect("the mail has a link")
}

fn sign_in(server: &Server, email: &str, password: &str) -> (u16, Value) {
    let body = json!({"user": {"email": email, "password": password}});
    let answer = server.post("/api/v1/sign_in").json(&body).send().unwrap();
    (answer.status().as_u16(), answer.json().unwrap())
}

/// What a session may see of a collection.
fn seen(server: &Server, session: &Value, path: &str) -> Value {
    let token = session["data"]["attributes"]["token"].as_str().unwrap();
    server
        .get(path)
        .bearer_auth(token)
        .send()
        .unwrap()
        .json()
        .unwrap()
}

fn an_unknown_person_comes_in_through_a_mail_and_a_page(backend: Backend) {
    let smtp = SmtpServer::start();
    let place = mailing(backend, &smtp);
    let server = Server::start(&place, &[]);
    let inviter = Inviter::new(&place, &server);
    place
        .line("property create --title Elsewhere --currency EUR --owner owner@example.org")
        .succeeded();
    inviter.invite(&server, "finn@example.net");
    let link = link(&smtp.wait_for(1, PATIENCE)[0]);
    assert_eq!(sign_in(&server, "finn@example.net", PASSWORD).0, 401);

    // A scanner may look as often as it likes.
    let path = link.strip_prefix(&server.url).unwrap();
    for _ in 0..3 {
        assert_eq!(server.answer(path).0, 200);
    }

    let browser = Browser::start(Setup::default());
    browser.open(&link);
    assert_eq!(browser.title(), "Welcome");
    assert_eq!(browser.text(".properties"), "Seaside");
    assert_eq!(browser.value("#email"), "finn@example.net");
    browser.screenshot(&format!("onboarding-{backend}-1-open"));

    for (name, password, again, told) in [
        ("", PASSWORD, PASSWORD, "Your name: Please fill this in."),
        (
            "Finn Berg",
            "short",
            "short",
            "Password: This is too short: at least 10 characters.",
        ),
        (
            "Finn Berg",
            "password1234",
            "password1234",
            "Password: This password is too easy to guess.",
        ),
        (
            "Finn Berg",
            PASSWORD,
            "another",
            "Password once more: The two passwords differ.",
        ),
    ] {
        browser.fill("#name", name);
        browser.fill("#password", password);
        browser.fill("#password_confirmation", again);
        browser.click("button");
        browser.wait_for("[role=alert]", told);
        assert_eq!(
            (
                browser.value("#name").as_str(),
                browser.value("#password").as_str()
            ),
            (name, "")
        );
    }
    browser.screenshot(&format!("onboarding-{backend}-2-wrong"));

    browser.fill("#password", PASSWORD);
    browser.fill("#password_confirmation", PASSWORD);
    browser.click("button");
    browser.wait_for("h1", "Done");
    assert_eq!(browser.url(), link);
    browser.screenshot(&format!("onboarding-{backend}-3-done"));
    // It calls a form that was sent back a failure; nothing else may be amiss, as something the policy kept out.
    let amiss = browser
        .complaints()
        .into_iter()
        .filter(|line| !line.contains("422"));
    assert_eq!(amiss.collect::<Vec<_>>(), Vec::<String>::new());

    let (status, session) = sign_in(&server, "Finn@example.net", PASSWORD);
    assert_eq!(status, 200, "{session}");
    let properties = seen(&server, &session, "/api/v1/properties");
    assert_eq!(properties["meta"]["total"], 1);
    assert_eq!(properties["data"][0]["attributes"]["title"], "Seaside");
    let people = seen(&server, &session, "/api/v1/property_users");
    let finn =
        people["data"].as_array().unwrap().iter().find(|place| {
            place["relationships"]["user"]["data"]["attributes"]["email"] == "finn@example.net"
        });
    assert_eq!(finn.unwrap()["meta"]["status"], "active");
    assert_eq!(
        finn.unwrap()["relationships"]["user"]["data"]["name"],
        "Finn Berg"
    );

    let said = server.end();
    let secret = link.rsplit('/').next().unwrap();
    for secret in [
        secret,
        PASSWORD,
        session["data"]["attributes"]["token"].as_str().unwrap(),
    ] {
        assert!(!said.contains(secret), "the log holds a secret:\n{said}");
    }
    assert!(said.contains("/onboarding/{token}"), "{said}");
}

fn a_forgotten_password_is_set_anew_on_a_phone_without_scripts(backend: Backend) {
    let smtp = SmtpServer::start();
    let place = mailing(backend, &smtp);
    let server = Server::start(&place, &[]);
    let inviter = Inviter::new(&place, &server);
    inviter.invite(&server, "ines@example.net");
    let invitation = link(&smtp.wait_for(1, PATIENCE)[0]);

    let browser = Browser::start(Setup {
        size: (500, 900),
        scripts: false,
        languages: "de",
        dark: true,
    });
    // Who lost the mail before coming in is sent the invitation once more, and the first link is over.
    let forgot = json!({"user": {"email": "ines@example.net"}});
    let ask = || {
        server
            .post("/api/v1/request_restore_password")
            .json(&forgot)
            .send()
            .unwrap()
    };
    assert_eq!(ask().status().as_u16(), 200);
    let again = link(&smtp.wait_for(2, PATIENCE)[1]);
    browser.open(&invitation);
    browser.wait_for("h1", "Dieser Link gilt nicht mehr");
    browser.screenshot(&format!("onboarding-{backend}-4-over-phone-dark-german"));
    browser.open(&again);
    browser.wait_for("h1", "Willkommen");
    browser.fill("#name", "Inês");
    browser.fill("#password", "first of two passwords");
    browser.fill("#password_confirmation", "first of two passwords");
    browser.click("button");
    browser.wait_for("h1", "Geschafft");
    let (_, session) = sign_in(&server, "ines@example.net", "first of two passwords");

    assert_eq!(ask().status().as_u16(), 200);
    let reset = link(&smtp.wait_for(3, PATIENCE)[2]);
    browser.open(&reset);
    browser.wait_for("h1", "Neues Passwort festlegen");
    assert!(!browser.has("#name") && !browser.has(".properties"));
    browser.fill("#password", PASSWORD);
    browser.fill("#password_confirmation", PASSWORD);
    browser.screenshot(&format!("onboarding-{backend}-5-reset-phone-dark-german"));
    browser.click("button");
    browser.wait_for("h1", "Geschafft");

    // The old password and the sessions that it opened are over.
    assert_eq!(
        seen(&server, &session, "/api/v1/properties")["errors"]["code"],
        "unauthorized"
    );
    assert_eq!(
        sign_in(&server, "ines@example.net", "first of two passwords").0,
        401
    );
    assert_eq!(sign_in(&server, "ines@example.net", PASSWORD).0, 200);
    server.end();
}
