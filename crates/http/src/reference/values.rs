//! Plain values, as the reference tells them. Each stands for a type of the domain, whose limits and words it reads.

use innkeeper_domain::{
    access::{Permission, Policy, Role, Scope},
    people::UserState,
    tokens::SecretKind,
    values::{Country, Currency, Email as Address, Locale, PersonName, Title, ZoneName},
};
use serde_json::{Value, json};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::patterns;

macro_rules! values {
    ($($(#[$doc:meta])* $name:ident => $schema:expr;)*) => {
        $(
            $(#[$doc])*
            pub(crate) enum $name {}

            impl utoipa::PartialSchema for $name {
                fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                    $schema.into()
                }
            }

            impl utoipa::ToSchema for $name {}
        )*
    };
}
pub(crate) use values;

values! {
    /// The id of anything.
    Id => text("An id: opaque to clients.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .examples(["0192f0c1-7a7e-7c3d-9b1e-3f5a2c4d6e8f"]);
    /// An instant.
    Instant => text("An instant in UTC, with six decimals.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .examples(["2026-05-04T09:30:00.000000Z"]);
    /// A day.
    Day => text("A day, without a time zone.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
        .examples(["2026-07-14"]);
    /// An address.
    Email => text("An e-mail address. Case does not matter.")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
        .max_length(Some(Address::MAX_OCTETS))
        .examples(["ada@example.com"]);
    /// The title of a property.
    PropertyTitle => visible("What people call the property.")
        .max_length(Some(Title::MAX_CHARS))
        .examples(["Seaside Hotel"]);
    /// A part of a name.
    NamePart => visible("A first or last name.")
        .max_length(Some(PersonName::MAX_CHARS))
        .examples(["Ada"]);
    /// A currency.
    CurrencyCode => words("A currency of ISO 4217.", Currency::all()).examples(["EUR"]);
    /// A country.
    CountryCode => words("A country of ISO 3166-1.", Country::all()).examples(["PT"]);
    /// A time zone.
    TimeZone => text("The name of a time zone of the IANA database.")
        .format(Some(SchemaFormat::Custom("time-zone".to_owned())))
        .max_length(Some(ZoneName::MAX_CHARS))
        .examples(["Europe/Lisbon"]);
    /// A language.
    LocaleCode => words("The language of mails and pages.", Locale::ALL.map(Locale::as_str));
    /// Scopes, in one text.
    ScopeList => text("Scopes, with a space between two.")
        .pattern(Some(patterns::scopes()))
        .examples(["user:read property:read"]);
    /// A title in a filter, where a comma stands between two.
    FilteredTitle => text("A title without commas, whole and in the case that it has.")
        .min_length(Some(1))
        .max_length(Some(Title::MAX_CHARS))
        .pattern(Some(patterns::visible_without(",")))
        .examples(["Seaside Hotel"]);
    /// The type of a property user.
    PropertyUserType => words("What this is.", ["property_user"]);
    /// The type of a property.
    PropertyType => words("What this is.", ["property"]);
    /// The type of a user in the dialect of property users.
    UserLinkType => words("What this is.", ["user"]);
    /// A role.
    RoleName => words(
        "`owner` may do everything. `user` may read everything, and change only what daily work needs; `overrides` allow \
         more or deny some of it.",
        Role::ALL.map(Role::as_str),
    );
    /// A scope.
    ScopeName => words("What a token may be used for. No scope implies another.", Scope::ALL.map(Scope::as_str));
    /// A permission.
    PermissionName => words(
        "What a login may do on account routes: `view` reads, `edit` and `admin` write too, `none` neither.",
        Permission::ALL.map(Permission::as_str),
    );
    /// The state of a user.
    UserStateName => words(
        "`invited`: not on-boarded yet, and cannot sign in.",
        [UserState::Invited, UserState::Active, UserState::Disabled].map(UserState::as_str),
    );
    /// A direction.
    OrderDirection => words("Least first, or greatest first.", ["asc", "desc"]);
    /// Overrides.
    OverridesObject => overrides();
}

/// Any text.
pub(crate) fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
}

/// Text with something to see in it.
pub(crate) fn visible(description: &str) -> ObjectBuilder {
    text(description)
        .min_length(Some(1))
        .pattern(Some(patterns::visible()))
}

/// A secret of a kind, as it is handed out.
pub(crate) fn secret(kind: SecretKind, description: &str) -> ObjectBuilder {
    text(description).pattern(Some(patterns::secret(kind)))
}

/// One of a closed list of words.
pub(crate) fn words<'w>(description: &str, words: impl IntoIterator<Item = &'w str>) -> ObjectBuilder {
    text(description).enum_values(Some(words))
}

/// A policy as a key: what it allows (`true`) or denies (`false`) beyond the role.
fn overrides() -> ObjectBuilder {
    let policy = || ObjectBuilder::new().schema_type(Type::Boolean);
    let object = ObjectBuilder::new().schema_type(utoipa::openapi::schema::SchemaType::from_iter([
        Type::Object,
        Type::Null,
    ]));
    let policies = Policy::ALL.iter().map(|policy| policy.as_str());
    policies
        .fold(object, |object, key| object.property(key, policy()))
        .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)))
        .description(Some(
            "Policies that are allowed (`true`) or denied (`false`) beyond the role. A denial wins over everything. \
             `null` is none.",
        ))
        .examples::<_, Value>([json!({"rates.update": false, "reservations.export": true})])
}
