//! Plain values of this dialect, and closed lists of words.

use innkeeper_domain::{
    access::Bearer,
    effects::{AuditAction, Author, MessageState},
    ids::Id,
    onboarding::{OnboardingState, Password},
    ports::MailFault,
    tokens::SecretKind,
    values::PersonName,
};
use serde_json::json;
use utoipa::openapi::{
    RefOr,
    schema::{
        AdditionalProperties, Array, KnownFormat, ObjectBuilder, OneOf, Schema, SchemaFormat, SchemaType,
        Type,
    },
};
use uuid::Uuid;

use super::super::{audit_records::kind_of_token, onboarding::delivery};
use crate::reference::{
    patterns,
    values::{secret, text, values, visible, words},
};

values! {
    /// The type of a session.
    SessionType => words("What this is.", ["session"]);
    /// The type of a report on an invitation.
    OnboardingType => words("What this is.", ["onboarding"]);
    /// The type of a record.
    AuditRecordType => words("What this is.", ["audit_record"]);
    /// How far a person has come.
    OnboardingStateName => words(
        "`pending`: the link of the latest mail can be used. `expired`: it is over. `cancelled`: a newer mail about \
         another property ended it. `done`: the person has come in. `disabled`: the person was switched off.",
        OnboardingState::ALL.map(OnboardingState::as_str),
    );
    /// What has become of a mail.
    DeliveryName => words(
        "`queued`: to be sent, or tried again. `sent`: a mail server took it. `logged`: shown in the log and sent to \
         nobody. `failed`: given up. `cancelled`: what it says is no longer so.",
        MessageState::ALL.map(delivery),
    );
    /// Why a mail did not get through.
    MailFaultName => words("Why the latest attempt to send the mail failed.", MailFault::ALL.map(MailFault::as_str));
    /// What records tell of.
    AuditActionName => words("What was done.", AuditAction::ALL.iter().map(|action| action.as_str()));
    /// In whose name.
    AuthorKind => words("In whose name it was done.", authors().map(Author::kind));
    /// With which token.
    TokenKind => words("Which kind of token it was.", bearers().map(kind_of_token));
    /// Values of a record.
    FactsObject => facts();
    /// A link's secret.
    LinkToken => secret(SecretKind::Onboarding, "The secret of the link in the mail: the last part of its address.");
    /// A session's secret.
    SessionToken => secret(SecretKind::AccessToken, "The token: `Authorization: Bearer TOKEN`. It is shown this once.");
    /// A new password.
    NewPassword => password("A password that is hard to guess. Every character counts.")
        .min_length(Some(Password::MIN_CHARS))
        .pattern(Some(patterns::not_blank()));
    /// The same again.
    NewPasswordAgain => password("The same password once more.").min_length(Some(1));
    /// A password.
    ShownPassword => password("The password.").min_length(Some(1));
    /// A name in one field.
    WholeName => visible("First and last name in one.").max_length(Some(PersonName::MAX_CHARS)).examples(["Grace Hopper"]);
    /// A tenant by name.
    TenantName => text("Id or name of the tenant. Needed only where there are several.")
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .examples(["default"]);
}

fn password(description: &str) -> ObjectBuilder {
    text(description)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .max_length(Some(Password::MAX_CHARS))
        .examples(["mYx7-pelican-soup"])
}

/// One of each kind; which does not matter.
fn authors() -> [Author; 4] {
    [
        Author::User {
            user: Id::from_uuid(Uuid::nil()),
            credential: Id::from_uuid(Uuid::nil()),
        },
        Author::Application(Id::from_uuid(Uuid::nil())),
        Author::Operator,
        Author::Nobody,
    ]
}

fn bearers() -> [Bearer; 2] {
    [
        Bearer::AccessToken(Id::from_uuid(Uuid::nil())),
        Bearer::ApiKey(Id::from_uuid(Uuid::nil())),
    ]
}

/// Named values of any kind.
fn facts() -> ObjectBuilder {
    let plain = |kind| ObjectBuilder::new().schema_type(kind);
    let flags = plain(Type::Object).additional_properties(Some(RefOr::T(Schema::from(plain(Type::Boolean)))));
    let value = OneOf::builder()
        .item(plain(Type::String))
        .item(plain(Type::Boolean))
        .item(plain(Type::Integer))
        .item(Array::new(plain(Type::String)))
        .item(flags)
        .item(plain(Type::Null));
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .additional_properties(Some(AdditionalProperties::from(RefOr::T(Schema::from(
            value.build(),
        )))))
        .description(Some(
            "Values by their names: those that matter for what was done. Ids, never addresses.",
        ))
        .examples([json!({"role": "user", "overrides": {"rates.update": false}})])
}
