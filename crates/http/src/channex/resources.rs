//! Resources that go out.

use innkeeper_domain::{
    access::{Effect, Overrides},
    ids::{PropertyId, PropertyUserId, UserId},
    people::{User, UserState},
    ports::PropertyUserView,
    properties::Property,
    time::Timestamp,
    values::Country,
};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::reference::values::{
    CountryCode, CurrencyCode, Email, Id, Instant, OverridesObject, PropertyTitle, PropertyType,
    PropertyUserType, RoleName, TimeZone, UserLinkType, UserStateName,
};

/// One thing, under `data`.
#[derive(Debug, Serialize)]
pub(super) struct One<T> {
    pub(super) data: T,
}

/// Someone's place on a property.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PropertyUser)]
pub(super) struct PropertyUserResource {
    #[schema(value_type = PropertyUserType)]
    r#type: &'static str,
    #[schema(value_type = Id)]
    id: PropertyUserId,
    attributes: PropertyUserAttributes,
    relationships: Relationships,
    meta: Meta,
}

/// What someone may do on a property.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PropertyUserAttributes {
    #[schema(value_type = Id)]
    pub(super) id: PropertyUserId,
    #[schema(value_type = Id)]
    pub(super) property_id: PropertyId,
    #[schema(value_type = Id)]
    pub(super) user_id: UserId,
    #[schema(value_type = RoleName)]
    pub(super) role: &'static str,
    #[serde(serialize_with = "overrides")]
    #[schema(value_type = OverridesObject)]
    pub(super) overrides: Overrides,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PropertyUserRelationships)]
struct Relationships {
    property: RelatedProperty,
    user: RelatedUser,
}

/// The property of a place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RelatedProperty {
    pub(super) data: PropertyLink,
}

/// The person of a place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RelatedUser {
    pub(super) data: UserLink,
}

/// The property of a place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PropertyLink {
    #[schema(value_type = PropertyType)]
    r#type: &'static str,
    #[schema(value_type = Id)]
    id: PropertyId,
}

/// The person of a place. Address and name stand twice: existing clients read them in either place.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserLink {
    #[schema(value_type = UserLinkType)]
    r#type: &'static str,
    #[schema(value_type = Id)]
    id: UserId,
    #[schema(value_type = Email)]
    email: String,
    name: String,
    attributes: UserLinkAttributes,
}

#[derive(Debug, Serialize, ToSchema)]
struct UserLinkAttributes {
    #[schema(value_type = Id)]
    id: UserId,
    #[schema(value_type = Email)]
    email: String,
    /// First and last name; of an invited person, the local part of the address.
    name: String,
}

impl UserLink {
    /// A person as they stand in a relationship.
    pub(super) fn of(user: &User) -> Self {
        let (email, name) = (user.email.as_str().to_owned(), user.name());
        Self {
            r#type: "user",
            id: user.id,
            email: email.clone(),
            name: name.clone(),
            attributes: UserLinkAttributes {
                id: user.id,
                email,
                name,
            },
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PropertyUserMeta)]
struct Meta {
    #[schema(value_type = UserStateName)]
    status: UserStatus,
    #[schema(value_type = Instant)]
    invited_at: Timestamp,
    #[schema(value_type = Instant)]
    updated_at: Timestamp,
    /// Who invited them; `null` if that was an application or the operator.
    #[schema(value_type = Option<Id>, required)]
    invited_by: Option<UserId>,
}

#[derive(Debug)]
struct UserStatus(UserState);

impl Serialize for UserStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl PropertyLink {
    /// The property with this id.
    pub(super) fn to(id: PropertyId) -> Self {
        Self {
            r#type: "property",
            id,
        }
    }
}

/// "None" is shown as `null` (C-26).
fn overrides<S: Serializer>(overrides: &Overrides, serializer: S) -> Result<S::Ok, S::Error> {
    if overrides.is_none() {
        return serializer.serialize_none();
    }
    serializer.collect_map(
        overrides
            .entries()
            .map(|(key, effect)| (key, effect == Effect::Allow)),
    )
}

impl From<PropertyUserView> for PropertyUserResource {
    fn from(PropertyUserView { property_user, user }: PropertyUserView) -> Self {
        Self {
            r#type: "property_user",
            id: property_user.id,
            attributes: PropertyUserAttributes {
                id: property_user.id,
                property_id: property_user.property,
                user_id: property_user.user,
                role: property_user.role.as_str(),
                overrides: property_user.overrides,
            },
            relationships: Relationships {
                property: RelatedProperty {
                    data: PropertyLink::to(property_user.property),
                },
                user: RelatedUser {
                    data: UserLink::of(&user),
                },
            },
            meta: Meta {
                status: UserStatus(user.state),
                invited_at: property_user.invited_at,
                updated_at: property_user.updated_at,
                invited_by: property_user.invited_by,
            },
        }
    }
}

/// A hotel, flat or house.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Property)]
pub(super) struct PropertyResource {
    #[schema(value_type = PropertyType)]
    r#type: &'static str,
    #[schema(value_type = Id)]
    id: PropertyId,
    attributes: PropertyAttributes,
    meta: PropertyMeta,
}

#[derive(Debug, Serialize, ToSchema)]
struct PropertyAttributes {
    #[schema(value_type = Id)]
    id: PropertyId,
    #[schema(value_type = PropertyTitle)]
    title: String,
    #[schema(value_type = CurrencyCode)]
    currency: &'static str,
    #[schema(value_type = Option<TimeZone>, required)]
    timezone: Option<String>,
    #[schema(value_type = Option<CountryCode>, required)]
    country: Option<&'static str>,
    /// Where to write about the property.
    #[schema(value_type = Option<Email>, required)]
    email: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PropertyMeta {
    #[schema(value_type = Instant)]
    created_at: Timestamp,
    #[schema(value_type = Instant)]
    updated_at: Timestamp,
}

impl From<Property> for PropertyResource {
    fn from(property: Property) -> Self {
        Self {
            r#type: "property",
            id: property.id,
            attributes: PropertyAttributes {
                id: property.id,
                title: property.title.as_str().to_owned(),
                currency: property.currency.as_str(),
                timezone: property.timezone.map(|zone| zone.as_str().to_owned()),
                country: property.country.map(Country::as_str),
                email: property.email.map(|email| email.as_str().to_owned()),
            },
            meta: PropertyMeta {
                created_at: property.created_at,
                updated_at: property.updated_at,
            },
        }
    }
}

/// The answer of a command that has nothing to show.
#[derive(Debug, Serialize)]
pub(super) struct Success {
    meta: SuccessMeta,
}

#[derive(Debug, Serialize)]
struct SuccessMeta {
    message: &'static str,
}

impl Success {
    pub(super) const ANSWER: Self = Self {
        meta: SuccessMeta { message: "Success" },
    };
}
