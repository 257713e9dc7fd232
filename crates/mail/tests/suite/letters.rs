//! Letters to test with.

use innkeeper_domain::{
    access::Role,
    effects::MessageKind,
    ids::{Id, OnboardingTokenId, TenantId},
    ports::{Clock, Letter, Link},
    time::Timestamp,
    tokens::{Secret, SecretBits, SecretKind},
    values::{Email, Locale, Title},
};
use innkeeper_mail::Sender;
use url::Url;

pub(crate) const RECIPIENT: &str = "Ana.Lima@bücher.example";
pub(crate) const INVITER: &str = "otto@hotel.example";

/// A clock that stands.
pub(crate) struct At(pub(crate) Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

pub(crate) fn now() -> Timestamp {
    Timestamp::parse("2026-11-19T14:05:07Z").unwrap()
}

pub(crate) fn public_url() -> Url {
    Url::parse("https://inn.example").unwrap()
}

pub(crate) fn sender() -> Sender {
    Sender::parse("Innkeeper <inn@example.com>").unwrap()
}

pub(crate) fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub(crate) fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

fn id<K>(last: u128) -> Id<K> {
    let first = "018f3e2c-7a00-7000-8000-000000000000"
        .parse::<TenantId>()
        .unwrap();
    Id::from_uuid(uuid::Uuid::from_u128(first.uuid().as_u128() + last))
}

pub(crate) fn secret() -> Secret {
    let token: OnboardingTokenId = id(3);
    Secret::issue(SecretKind::Onboarding, id(1), token, &SecretBits::new([7; 16]))
}

/// A letter with everything in it that its kind may have.
pub(crate) fn letter(kind: MessageKind, locale: Locale) -> Letter {
    let is_about_property = kind != MessageKind::PasswordReset;
    let has_link = matches!(
        kind,
        MessageKind::Invitation | MessageKind::InvitationResent | MessageKind::PasswordReset
    );
    Letter {
        tenant: id(1),
        message: id(2),
        kind,
        to: email(RECIPIENT),
        locale,
        inviter: is_about_property.then(|| email(INVITER)),
        property: is_about_property.then(|| title("Villa Rosa & Söhne")),
        role: is_about_property.then_some(Role::Owner),
        link: has_link.then(|| Link {
            secret: secret(),
            expires_at: Timestamp::parse("2026-11-22T14:05:59Z").unwrap(),
        }),
    }
}

pub(crate) fn invitation() -> Letter {
    letter(MessageKind::Invitation, Locale::En)
}

/// The same letter as another mail.
pub(crate) fn numbered(number: u128) -> Letter {
    Letter {
        message: id(100 + number),
        ..invitation()
    }
}
