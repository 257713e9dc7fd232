//! The operations of API keys.

use innkeeper_domain::{
    access::{Denied, acts},
    ids::Id,
    tokens::{KeyRefusal, Secret, SecretBits, SecretKind},
    usecases::ApiKeyError,
    values::{Invalid, Problem as Wrong},
};
use serde_json::{Value, json};
use uuid::uuid;

use super::{
    super::{
        Problem,
        api_keys::{KeyAttributes, NewKeyForm},
    },
    shapes::{document, list, makes, many, new, one, page, shown},
};
use crate::reference::{
    Answer, Operation, Shape, Tag,
    cast::{API_KEY, CREDENTIAL, GRACE, PROPERTY},
    in_path, values,
};

/// A key that nobody has.
fn secret() -> Secret {
    let tenant = Id::from_uuid(uuid!("0192f0be-0000-7000-8000-000000000001"));
    Secret::issue(SecretKind::ApiKey, tenant, API_KEY, &SecretBits::new([0; 16]))
}

/// The key, told in the clear or not.
fn key(is_told: bool) -> Value {
    let secret = secret();
    let mut attributes = json!({
        "prefix": SecretKind::ApiKey.prefix(),
        "last-four": secret.last_four(),
        "user-id": GRACE,
        "credential-id": CREDENTIAL,
        "scopes": ["user:read", "listings:read"],
        "property-ids": null,
        "created-at": "2026-05-04T10:00:00.000000Z",
        "last-used-at": null,
        "expires-at": "2027-01-01T00:00:00.000000Z",
        "state": "active"
    });
    if let Some(attributes) = attributes.as_object_mut().filter(|_| is_told) {
        attributes.insert("key".to_owned(), json!(secret.reveal()));
    }
    shown::<KeyAttributes>(API_KEY, attributes)
}

pub(crate) fn list_api_keys() -> Operation {
    let operation = Operation::new(Tag::ApiKeys, "listApiKeys", "List API keys")
        .text(
            "An application sees the keys of all users of its tenant, a user their own. Keys that are over or revoked stay \
             listed. The keys themselves are not shown: only their last four characters.",
        )
        .needs::<acts::ListApiKeys>();
    page(operation).answers(
        Answer::new(200, "A page of keys, the newest first.")
            .shows(many::<KeyAttributes>(), list("/api/v1/api_keys/", &[key(false)])),
    )
}

pub(crate) fn create_api_key() -> Operation {
    let operation = Operation::new(Tag::ApiKeys, "createApiKey", "Make an API key")
        .text(
            "A key is long-lived and speaks for one login of a user. It reaches no further than the token that it is made \
             with: no more scopes, no longer life, no other user. The key itself is shown in this answer only.",
        )
        .needs::<acts::CreateApiKey>();
    let example = json!({
        "user-id": GRACE,
        "scopes": ["user:read", "listings:read"],
        "expires-at": "2027-01-01T00:00:00Z"
    });
    let wrong = json!({"scopes": ["user:fly"], "expires-at": "tomorrow"});
    let told = |refusal: KeyRefusal| Problem::from(ApiKeyError::Refused(refusal));
    let foreign = Invalid::field("user_id", Wrong::Invalid);
    makes::<KeyAttributes, NewKeyForm>(operation, ("reader", "A key that reads", example), wrong)
        .reads(
            new::<KeyAttributes>(Shape::of::<NewKeyForm>()),
            "one_property",
            "A key for one property, for ever",
            json!({"data": {"type": "api-keys", "attributes": {
                "user-id": GRACE,
                "scopes": ["property:read", "property:write"],
                "property-ids": [PROPERTY]
            }}}),
        )
        .answers(
            Answer::new(201, "The new key. Keep `key`: it is not told again.")
                .shows(one::<KeyAttributes>(), document(&key(true)))
                .with_header("Cache-Control")
                .leads_to("revokeApiKey", [("id", "$response.body#/data/id")]),
        )
        .refuses(
            "unknown_user",
            "The user, the login or a property is not there, or the caller may not see it.",
            &told(foreign.into()),
        )
        .refuses(
            "too_much",
            "The key would reach further than the token that it is made with.",
            &told(Denied::Ceiling.into()),
        )
}

pub(crate) fn revoke_api_key() -> Operation {
    Operation::new(Tag::ApiKeys, "revokeApiKey", "Revoke an API key")
        .text("It counts from the next request on. The key stays listed; revoking it again changes nothing.")
        .needs::<acts::RevokeApiKey>()
        .takes(in_path::<values::Id>("id", "The key."))
        .answers(Answer::new(204, "Revoked."))
}
