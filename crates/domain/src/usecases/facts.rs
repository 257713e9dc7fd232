//! What records tell about things: the values that matter, by id and without addresses.

use crate::{
    access::PropertyLimit,
    accounts::Account,
    effects::{Fact, Facts},
    ids::RunId,
    people::{Credential, PropertyUser},
    properties::Property,
    sync::{Disposition, Threshold},
    tenancy::Application,
    tokens::ApiKey,
};

pub(in crate::usecases) fn of_property_user(property_user: &PropertyUser) -> Facts {
    Facts::from(vec![
        ("role", Fact::text(property_user.role)),
        ("overrides", Fact::Overrides(property_user.overrides.clone())),
    ])
}

pub(in crate::usecases) fn of_property(property: &Property) -> Facts {
    Facts::from(vec![
        ("title", Fact::text(&property.title)),
        ("currency", Fact::text(property.currency)),
        (
            "timezone",
            Fact::maybe(property.timezone.as_ref().map(crate::values::ZoneName::as_str)),
        ),
        ("country", Fact::maybe(property.country)),
        // The address itself stays out of the record.
        ("has_email", Fact::Flag(property.email.is_some())),
    ])
}

pub(in crate::usecases) fn of_credential(credential: &Credential) -> Facts {
    Facts::from(vec![
        ("credential_type", Fact::text(credential.kind.as_str())),
        ("global_permissions", Fact::text(credential.permission)),
    ])
}

pub(in crate::usecases) fn of_api_key(key: &ApiKey) -> Facts {
    let properties = match &key.limit {
        PropertyLimit::Unlimited => Fact::Nothing,
        PropertyLimit::Only(properties) => Fact::Texts(properties.iter().map(ToString::to_string).collect()),
    };
    Facts::from(vec![
        ("credential_id", Fact::text(key.credential)),
        ("scopes", Fact::text(key.scopes)),
        ("property_ids", properties),
        ("expires_at", Fact::maybe(key.expires_at)),
        ("revoked_at", Fact::maybe(key.revoked_at)),
    ])
}

pub(in crate::usecases) fn of_application(application: &Application) -> Facts {
    Facts::from(vec![
        ("scopes", Fact::text(application.scopes)),
        ("user_scoped_only", Fact::Flag(application.user_scoped_only)),
    ])
}

/// Without the channel's id of the account, which may be an address.
pub(in crate::usecases) fn of_account(account: &Account) -> Facts {
    Facts::from(vec![
        ("channel", Fact::text(&account.channel)),
        ("generation", Fact::text(account.generation)),
    ])
}

pub(in crate::usecases) fn of_refresh(run: RunId, disposition: Disposition, threshold: Threshold) -> Facts {
    Facts::from(vec![
        ("run_id", Fact::text(run)),
        ("disposition", Fact::text(disposition.as_str())),
        ("recent_sync_threshold_minutes", Fact::text(threshold.minutes())),
    ])
}

pub(in crate::usecases) fn state(state: impl std::fmt::Display) -> Facts {
    Facts::from(vec![("state", Fact::text(state))])
}
