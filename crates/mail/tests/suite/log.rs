//! Mails that nobody gets, and what the log tells of all others.

use std::sync::Arc;

use innkeeper_domain::ports::{Handover, MailFault, Mailer};
use innkeeper_mail::{LOG_TARGET, Settings, SmtpSettings, TransportKind, mailer};
use innkeeper_test_support::{
    LogCapture, free_port,
    smtp::{Behaviour, Login, SmtpServer, Trouble},
};
use url::Url;

use crate::letters::{At, INVITER, RECIPIENT, invitation, now, public_url, secret};

fn mails(transport: TransportKind, reveal_links: bool) -> Arc<dyn Mailer> {
    let settings = Settings {
        transport,
        from: Some("Innkeeper <inn@example.com>".to_owned()),
        public_url: public_url(),
        reveal_links,
    };
    mailer(settings, Arc::new(At(now()))).unwrap()
}

/// Everything that is logged meanwhile, of everybody and on every level.
fn logged(what: impl FnOnce()) -> LogCapture {
    let log = LogCapture::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, what);
    log
}

fn assert_discreet(log: &LogCapture) {
    let ascii_recipient = "xn--bcher-kva";
    for hidden in [
        secret().reveal(),
        RECIPIENT,
        "Lima",
        ascii_recipient,
        INVITER,
        "otto",
        "Villa",
        "s3cret",
    ] {
        assert!(!log.contains(hidden), "{hidden} is logged:\n{}", log.text());
    }
}

#[test]
fn the_log_tells_of_a_mail_and_masks_its_link() {
    let log = logged(|| {
        let sent = mails(TransportKind::Log, false).send(&invitation());
        assert_eq!(sent, Ok(Handover::Logged));
    });
    assert_discreet(&log);
    let lines = log.lines_with(LOG_TARGET);
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].contains("\"link\":\"https://inn.example/onboarding/inno_***\""),
        "{}",
        lines[0]
    );
    assert!(lines[0].contains("\"kind\":\"invitation\""), "{}", lines[0]);
}

#[test]
fn a_developer_sees_the_link() {
    let log = logged(|| {
        mails(TransportKind::Log, true).send(&invitation()).unwrap();
    });
    assert!(log.contains(&format!("https://inn.example/onboarding/{}", secret().reveal())));
    assert!(!log.contains("Lima"));
}

#[test]
fn sending_logs_no_secret_and_no_address() {
    let folder = tempfile::tempdir().unwrap();
    let server = SmtpServer::start_with(Behaviour {
        login: Some(Login {
            user: "otto".to_owned(),
            password: "s3cret".to_owned(),
        }),
        ..Behaviour::default()
    });
    let through = |url: &str| {
        mails(
            TransportKind::Smtp(SmtpSettings::new(Url::parse(url).unwrap())),
            false,
        )
    };
    let log = logged(|| {
        let good = through(&server.url());
        assert_eq!(good.send(&invitation()), Ok(Handover::Sent));
        server.behave(&Trouble::RefuseRecipient);
        assert_eq!(good.send(&invitation()), Err(MailFault::RecipientRefused));
        let nowhere = format!("smtp://otto:s3cret@127.0.0.1:{}", free_port());
        assert_eq!(through(&nowhere).send(&invitation()), Err(MailFault::Unreachable));
        let files = mails(TransportKind::Folder(folder.path().join("mails")), false);
        files.send(&invitation()).unwrap();
        std::fs::remove_dir_all(folder.path().join("mails")).unwrap();
        assert_eq!(files.send(&invitation()), Err(MailFault::Unreachable));
    });
    assert_discreet(&log);
    assert_eq!(log.lines_with("a mail was not taken").len(), 2, "{}", log.text());
    assert_eq!(log.lines_with("\"code\":550").len(), 1, "{}", log.text());
}
