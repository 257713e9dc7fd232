//! What records tell about things: the values that matter, by id and without addresses.

use crate::{
    access::PropertyLimit,
    effects::{Fact, Facts},
    people::{Credential, PropertyUser},
    properties::Property,
    tenancy::Application,
    tokens::ApiKey,
};

pub(super) fn of_property_user(property_user: &PropertyUser) -> Facts {
    vec![
        ("role", Fact::text(property_user.role)),
        ("overrides", Fact::Overrides(property_user.overrides.clone())),
    ]
}

pub(super) fn of_property(property: &Property) -> Facts {
    vec![
        ("title", Fact::text(&property.title)),
        ("currency", Fact::text(property.currency)),
        (
            "timezone",
            Fact::maybe(property.timezone.as_ref().map(crate::values::ZoneName::as_str)),
        ),
        ("country", Fact::maybe(property.country)),
        // The address itself stays out of the record.
        ("has_email", Fact::Flag(property.email.is_some())),
    ]
}

pub(super) fn of_credential(credential: &Credential) -> Facts {
    vec![
        ("credential_type", Fact::text(credential.kind.as_str())),
        ("global_permissions", Fact::text(credential.permission)),
    ]
}

pub(super) fn of_api_key(key: &ApiKey) -> Facts {
    let properties = match &key.limit {
        PropertyLimit::Unlimited => Fact::Nothing,
        PropertyLimit::Only(properties) => Fact::Texts(properties.iter().map(ToString::to_string).collect()),
    };
    vec![
        ("credential_id", Fact::text(key.credential)),
        ("scopes", Fact::text(key.scopes)),
        ("property_ids", properties),
        ("expires_at", Fact::maybe(key.expires_at)),
        ("revoked_at", Fact::maybe(key.revoked_at)),
    ]
}

pub(super) fn of_application(application: &Application) -> Facts {
    vec![
        ("scopes", Fact::text(application.scopes)),
        ("user_scoped_only", Fact::Flag(application.user_scoped_only)),
    ]
}

pub(super) fn state(state: impl std::fmt::Display) -> Facts {
    vec![("state", Fact::text(state))]
}
