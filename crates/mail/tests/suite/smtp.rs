//! Mails through a real SMTP server, which also refuses, delays, and hangs up.

use std::{sync::Arc, thread, time::Duration};

use innkeeper_domain::ports::{Handover, MailFault, Mailer};
use innkeeper_mail::{Limits, Settings, SmtpSettings, TransportKind, mailer};
use innkeeper_test_support::{
    free_port,
    smtp::{Behaviour, Login, Offer, ReceivedMail, SmtpServer, Trouble},
};
use url::Url;

use crate::letters::{At, invitation, now, numbered, public_url};

const SOON: Duration = Duration::from_secs(20);

fn settings(url: &str) -> SmtpSettings {
    SmtpSettings::new(Url::parse(url).unwrap())
}

fn through(server: SmtpSettings) -> Arc<dyn Mailer> {
    let settings = Settings {
        transport: TransportKind::Smtp(server),
        from: Some("Innkeeper <inn@example.com>".to_owned()),
        public_url: public_url(),
        reveal_links: false,
    };
    mailer(settings, Arc::new(At(now()))).unwrap()
}

fn login() -> Login {
    Login {
        user: "inn@example.com".to_owned(),
        password: "pass:/ @%ü".to_owned(),
    }
}

/// How often clients said it.
fn said(server: &SmtpServer, text: &str) -> usize {
    server
        .commands()
        .iter()
        .filter(|line| line.contains(text))
        .count()
}

#[test]
fn a_mail_goes_to_its_one_recipient() {
    let server = SmtpServer::start();
    let mails = through(settings(&server.url()));
    assert_eq!(mails.send(&invitation()), Ok(Handover::Sent));
    let received = server.wait_for(1, SOON);
    assert_eq!(received[0].to, ["Ana.Lima@xn--bcher-kva.example"]);
    assert_eq!(received[0].from, "inn@example.com");
    assert_eq!(
        received[0].message_id(),
        format!("{}@example.com", invitation().message)
    );
    assert_eq!(received[0].subject(), "You have been invited to Innkeeper");
    assert!(received[0].link().is_some());
    assert_eq!(said(&server, "RCPT TO:"), 1);
    assert_eq!(
        server.commands()[0],
        "1 EHLO example.com",
        "no host name of this machine"
    );
}

#[test]
fn a_repeat_carries_the_same_id() {
    let server = SmtpServer::start();
    server.behave_times(&Trouble::DropBeforeAnswer, 1);
    let mails = through(settings(&server.url()));
    assert_eq!(mails.send(&invitation()), Err(MailFault::Unreachable));
    assert_eq!(mails.send(&invitation()), Ok(Handover::Sent));
    let received = server.wait_for(2, SOON);
    assert_eq!(received[0].message_id(), received[1].message_id());
    assert_eq!(received[0].raw, received[1].raw);
}

#[test]
fn connections_are_used_again_unless_they_are_broken() {
    let server = SmtpServer::start();
    let mails = through(settings(&server.url()));
    for number in 0..3 {
        assert_eq!(mails.send(&numbered(number)), Ok(Handover::Sent));
    }
    assert_eq!(server.connections(), 1, "three mails, one connection");
    // A refusal breaks no connection, and leaves nothing on it for the next mail.
    server.behave_times(&Trouble::RefuseRecipient, 1);
    assert_eq!(mails.send(&numbered(3)), Err(MailFault::RecipientRefused));
    assert_eq!(mails.send(&numbered(4)), Ok(Handover::Sent));
    assert_eq!(server.connections(), 1);
    // A dropped one is thrown away, and so is one that the server has closed in the meantime.
    server.behave_times(&Trouble::DropBeforeAnswer, 1);
    assert_eq!(mails.send(&numbered(5)), Err(MailFault::Unreachable));
    assert_eq!(mails.send(&numbered(6)), Ok(Handover::Sent));
    assert_eq!(server.connections(), 2);
    server.hang_up();
    assert_eq!(mails.send(&numbered(7)), Ok(Handover::Sent));
    assert_eq!(server.connections(), 3);
    assert!(server.mails().iter().all(|mail| mail.to.len() == 1));
}

#[test]
fn several_senders_do_not_wait_for_each_other() {
    let server = SmtpServer::start();
    let mails = through(settings(&server.url()));
    thread::scope(|scope| {
        for number in 0..8 {
            let mails = &mails;
            scope.spawn(move || assert_eq!(mails.send(&numbered(number)), Ok(Handover::Sent)));
        }
    });
    let mut ids: Vec<_> = server.mails().iter().map(ReceivedMail::message_id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8);
}

#[test]
fn each_refusal_is_held_against_whom_it_concerns() {
    let server = SmtpServer::start();
    let cases = [
        (Trouble::RefuseRecipient, MailFault::RecipientRefused),
        (
            Trouble::RefuseRecipientsWith("Ana.Lima".to_owned()),
            MailFault::RecipientRefused,
        ),
        (Trouble::RefuseMail, MailFault::RecipientRefused),
        (Trouble::RefuseRelaying, MailFault::Refused),
        (Trouble::RefuseSender, MailFault::Refused),
        (Trouble::RefuseAtGreeting, MailFault::Refused),
        (Trouble::CloseAtGreeting, MailFault::Unreachable),
        (Trouble::Later, MailFault::TryLater),
        (Trouble::DropBeforeAnswer, MailFault::Unreachable),
    ];
    for (trouble, fault) in cases {
        server.behave_times(&trouble, 1);
        let mails = through(settings(&server.url()));
        assert_eq!(mails.send(&invitation()), Err(fault), "{trouble:?}");
        assert_eq!(mails.send(&invitation()), Ok(Handover::Sent), "after {trouble:?}");
    }
}

#[test]
fn a_greylisted_mail_is_taken_later() {
    let server = SmtpServer::start();
    server.behave(&Trouble::Greylist);
    let mails = through(settings(&server.url()));
    assert_eq!(mails.send(&invitation()), Err(MailFault::TryLater));
    assert_eq!(mails.send(&invitation()), Ok(Handover::Sent));
}

#[test]
fn no_server_keeps_a_sender_waiting() {
    let server = SmtpServer::start();
    server.behave(&Trouble::Delay(Duration::from_mins(10)));
    let mails = through(SmtpSettings {
        limits: Limits {
            step: Duration::from_millis(500),
            whole: Duration::from_secs(1),
        },
        ..settings(&server.url())
    });
    assert_eq!(mails.send(&invitation()), Err(MailFault::Unreachable));
    server.behave(&Trouble::None);
    assert_eq!(mails.send(&invitation()), Ok(Handover::Sent));
    assert_eq!(
        server.connections(),
        2,
        "nobody knows what the first one is up to"
    );
}

#[test]
fn nobody_there_is_unreachable() {
    let port = free_port();
    for url in [
        format!("smtp://127.0.0.1:{port}"),
        format!("smtps://localhost:{port}"),
        "smtp://no-such-host.invalid:25?tls=none".to_owned(),
    ] {
        assert_eq!(
            through(settings(&url)).send(&invitation()),
            Err(MailFault::Unreachable),
            "{url}"
        );
    }
}

#[test]
fn encryption_and_login_as_the_url_says() {
    for offer in [Offer::Plain, Offer::StartTls, Offer::Tls] {
        let server = SmtpServer::start_with(Behaviour {
            offer,
            login: Some(login()),
            ..Behaviour::default()
        });
        let authorities = Some(std::fs::read(server.ca_file()).unwrap());
        let mails = through(SmtpSettings {
            authorities,
            ..settings(&server.url())
        });
        assert_eq!(mails.send(&invitation()), Ok(Handover::Sent), "{offer:?}");
        let received = server.wait_for(1, SOON);
        assert_eq!(received[0].encrypted, offer != Offer::Plain, "{offer:?}");
        assert_eq!(received[0].login.as_deref(), Some("inn@example.com"), "{offer:?}");
    }
}

#[test]
fn a_wrong_password_is_nobodys_fault_but_ours() {
    let server = SmtpServer::start_with(Behaviour {
        login: Some(login()),
        ..Behaviour::default()
    });
    let port = server.port();
    for user in ["inn%40example.com:wrong@", "other:pass@", ""] {
        let mails = through(settings(&format!("smtp://{user}127.0.0.1:{port}")));
        assert_eq!(mails.send(&invitation()), Err(MailFault::Refused), "{user}");
    }
    // A server that asks for no login is not the one that was meant.
    let open = SmtpServer::start();
    let mails = through(settings(&format!("smtp://inn:pass@127.0.0.1:{}", open.port())));
    assert_eq!(mails.send(&invitation()), Err(MailFault::Refused));
}

#[test]
fn what_is_not_encrypted_as_demanded_is_not_sent() {
    let plain = SmtpServer::start();
    let port = plain.port();
    for url in [
        format!("smtp://localhost:{port}?tls=required"),
        format!("smtps://localhost:{port}"),
    ] {
        let mails = through(settings(&url));
        assert_eq!(mails.send(&invitation()), Err(MailFault::Refused), "{url}");
    }
    assert_eq!(said(&plain, "MAIL FROM"), 0);
    let demanding = SmtpServer::start_with(Behaviour {
        offer: Offer::StartTls,
        ..Behaviour::default()
    });
    let mails = through(settings(&format!("smtp://127.0.0.1:{}", demanding.port())));
    assert_eq!(mails.send(&invitation()), Err(MailFault::Refused), "530");
}

#[test]
fn a_certificate_that_is_not_trusted_or_not_theirs_is_refused() {
    let stranger = SmtpServer::start();
    let not_theirs = std::fs::read(stranger.ca_file()).unwrap();
    for offer in [Offer::StartTls, Offer::Tls] {
        let server = SmtpServer::start_with(Behaviour {
            offer,
            login: Some(login()),
            ..Behaviour::default()
        });
        for authorities in [None, Some(not_theirs.clone())] {
            let mails = through(SmtpSettings {
                authorities,
                ..settings(&server.url())
            });
            assert_eq!(mails.send(&invitation()), Err(MailFault::Refused), "{offer:?}");
        }
        assert_eq!(said(&server, "AUTH"), 0, "no password for a stranger");
        assert_eq!(said(&server, "MAIL FROM"), 0);
    }
}
