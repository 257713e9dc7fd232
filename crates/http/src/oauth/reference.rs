//! The operation of the token endpoint.

use std::collections::BTreeSet;

use innkeeper_domain::{
    tokens::{MintRefusal, SecretKind},
    usecases::MintError,
};
use serde_json::{Value, json};
use utoipa::{
    PartialSchema,
    openapi::{RefOr, schema::ObjectBuilder, schema::Schema},
};

use super::{Code, Problem, token::Minted};
use crate::reference::{
    Answer, Operation, Shape, Tag,
    cast::{APPLICATION, CREDENTIAL, GRACE},
    values::{self, secret, text, words},
};

pub(crate) fn create_token() -> Operation {
    let operation = Operation::new(
        Tag::Tokens,
        "createToken",
        "Exchange id and secret of an application for an access token",
    )
    .text(
        "OAuth2 client credentials (RFC 6749, section 4.4). The application shows its id and secret as fields of the body or \
         as HTTP Basic, never both. The token works for an hour; then ask for another, there is nothing to renew.\n\nWithout \
         `user_id` the token acts for the whole tenant. With it, the token acts for that user alone, through their first \
         login or the one named as `credential_id`. Without `scope` it gets all scopes of the application.",
    )
    .needs_a_client();
    let operation = requests()
        .into_iter()
        .fold(operation, |operation, (name, summary, example)| {
            operation.reads(form(), name, summary, example)
        });
    refusals(
        operation.answers(
            Answer::new(
                200,
                "The token: `Authorization: Bearer ACCESS_TOKEN`. It is shown this once.",
            )
            .shows(
                Shape::of::<Minted>(),
                json!({
                    "access_token": example(SecretKind::AccessToken),
                    "token_type": "Bearer",
                    "expires_in": 3600,
                    "scope": "user:read user:write",
                    "user_id": GRACE,
                    "credential_id": CREDENTIAL
                }),
            )
            .with_header("Cache-Control")
            .with_header("Pragma"),
        ),
    )
}

/// A secret that was never handed out.
fn example(kind: SecretKind) -> String {
    format!("{}{}", kind.prefix(), "0".repeat(72))
}

fn requests() -> [(&'static str, &'static str, Value); 3] {
    let secret = example(SecretKind::ClientSecret);
    let plain =
        json!({"grant_type": "client_credentials", "client_id": APPLICATION, "client_secret": secret});
    let with = |more: Value| {
        let mut request = plain.clone();
        if let (Some(request), Value::Object(more)) = (request.as_object_mut(), more) {
            request.extend(more);
        }
        request
    };
    [
        ("of_an_application", "A token for the whole tenant", plain.clone()),
        (
            "of_a_user",
            "A token that acts for one user",
            with(json!({"user_id": GRACE})),
        ),
        (
            "of_fewer_scopes",
            "A token for reading alone",
            with(json!({"scope": "user:read listings:read"})),
        ),
    ]
}

fn form() -> Shape {
    let id = |about: &str| -> RefOr<Schema> {
        match values::Id::schema() {
            RefOr::T(Schema::Object(mut id)) => {
                id.description = Some(about.to_owned());
                id.examples.clear();
                id.into()
            }
            other => other,
        }
    };
    let form = ObjectBuilder::new()
        .description(Some(
            "Fields of a form. Each stands there once at most; others are ignored.",
        ))
        .property(
            "grant_type",
            words("The only one there is.", ["client_credentials"]),
        )
        .required("grant_type")
        .property("client_id", id("The application; not with HTTP Basic."))
        .property(
            "client_secret",
            secret(SecretKind::ClientSecret, "Its secret; not with HTTP Basic."),
        )
        .property("scope", values::ScopeList::schema())
        .property("user_id", id("The active user to act for."))
        .property("credential_id", id("The login of that user to act through."));
    Shape::plain(form).named("TokenRequest")
}

fn refusals(operation: Operation) -> Operation {
    let refused = |refusal| Problem::from(MintError::Refused(refusal));
    operation
        .refuses(
            "no_grant_type",
            "`grant_type` is missing.",
            &Problem::no_grant_type(),
        )
        .refuses("twice", "A field stands there twice.", &Problem::twice())
        .refuses(
            "two_ways",
            "The client shows itself in the body and as HTTP Basic.",
            &Problem::two_ways(),
        )
        .refuses(
            "unsupported_grant_type",
            "Another grant type.",
            &Problem::unsupported_grant_type(),
        )
        .refuses(
            "scope",
            "A scope that is unknown or not allowed to the application, or none at all.",
            &refused(MintRefusal::Scope),
        )
        .refuses(
            "subject",
            "The user is unknown or not active, or the login is not theirs.",
            &refused(MintRefusal::Subject),
        )
        .refuses(
            "user_required",
            "This application must name a user.",
            &refused(MintRefusal::UserRequired),
        )
}

/// The shape of a refusal (RFC 6749, section 5.2).
pub(crate) fn refusal() -> Shape {
    let codes: BTreeSet<&str> = Code::ALL.into_iter().map(Code::as_str).collect();
    let code = words("What to tell failures apart by, together with the status.", codes);
    let description = text("What is wrong, for people.");
    Shape::object([
        ("error", Shape::plain(code)),
        ("error_description", Shape::plain(description)),
    ])
    .named("TokenError")
}
