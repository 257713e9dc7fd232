//! What can be configured, and what is refused before the first mail.

use std::sync::Arc;

use innkeeper_mail::{SetUpError, Settings, SmtpServerError, SmtpSettings, TransportKind, mailer};
use url::Url;

use crate::letters::{At, now, public_url};

fn set_up(transport: TransportKind, from: Option<&str>) -> Result<(), SetUpError> {
    let settings = Settings {
        transport,
        from: from.map(str::to_owned),
        public_url: public_url(),
        reveal_links: false,
    };
    mailer(settings, Arc::new(At(now()))).map(drop)
}

fn smtp(url: &str) -> Result<(), SetUpError> {
    let server = SmtpSettings::new(Url::parse(url).unwrap());
    let checked = server.check();
    let done = set_up(TransportKind::Smtp(server), Some("inn@example.com"));
    assert_eq!(checked.is_ok(), done.is_ok(), "{url}");
    done
}

#[test]
fn servers_are_described_by_urls() {
    for url in [
        "smtp://mail.example.com",
        "smtp://mail.example.com:25/?tls=none",
        "smtp://user:p%40ss@mail.example.com:587?tls=required",
        "smtps://user:pass@mail.example.com",
        "smtps://[::1]:465",
        "smtp://127.0.0.1:2525",
        "smtp://LOCALHOST",
    ] {
        assert!(smtp(url).is_ok(), "{url}: {:?}", smtp(url));
    }
    let wrong = [
        ("http://mail.example.com", SmtpServerError::Scheme),
        ("smtp://b%C3%BCcher.example", SmtpServerError::Host),
        ("smtp:", SmtpServerError::Host),
        ("smtp://mail.example.com/inbox", SmtpServerError::Extra),
        ("smtp://mail.example.com#x", SmtpServerError::Extra),
        ("smtp://mail.example.com?tls=maybe", SmtpServerError::Extra),
        (
            "smtp://mail.example.com?tls=none&tls=required",
            SmtpServerError::Extra,
        ),
        (
            "smtps://mail.example.com?tls=none",
            SmtpServerError::Contradiction,
        ),
        ("smtp://user@mail.example.com", SmtpServerError::Login),
        ("smtp://:pass@mail.example.com", SmtpServerError::Login),
        ("smtp://user:%ff@mail.example.com", SmtpServerError::Login),
    ];
    for (url, expected) in wrong {
        let Err(SetUpError::Server(found)) = smtp(url) else {
            panic!("{url} is taken");
        };
        assert_eq!(found, expected, "{url}");
    }
}

#[test]
fn what_is_wrong_is_named_and_not_repeated() {
    let error = smtp("smtp://s3cret:%ff@mail.example.com").unwrap_err();
    assert_eq!(
        error.to_string(),
        "mail.transport: user and password must both be there, percent-encoded"
    );
    let error = set_up(TransportKind::Log, Some("not an address")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "mail.from: the sender must be an address, or `Name <address>`"
    );
    let server = SmtpSettings::new(Url::parse("smtp://user:s3cret@mail.example.com").unwrap());
    assert!(!format!("{server:?} {:?}", TransportKind::Smtp(server.clone())).contains("s3cret"));
    assert!(matches!(
        set_up(TransportKind::Smtp(server), None),
        Err(SetUpError::NoSender)
    ));
    let broken = SmtpSettings {
        authorities: Some(b"no certificate".to_vec()),
        ..SmtpSettings::new(Url::parse("smtps://mail.example.com").unwrap())
    };
    assert!(matches!(
        set_up(TransportKind::Smtp(broken), Some("inn@example.com")),
        Err(SetUpError::Server(SmtpServerError::Certificates))
    ));
    let file = tempfile::NamedTempFile::new().unwrap();
    let folder = TransportKind::Folder(file.path().join("below a file"));
    assert!(matches!(set_up(folder, None), Err(SetUpError::Folder(_))));
}
