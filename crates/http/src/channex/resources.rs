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

/// One thing, under `data`.
#[derive(Debug, Serialize)]
pub(super) struct One<T> {
    pub(super) data: T,
}

/// A property user as it goes out.
#[derive(Debug, Serialize)]
pub(super) struct PropertyUserResource {
    r#type: &'static str,
    id: PropertyUserId,
    attributes: PropertyUserAttributes,
    relationships: Relationships,
    meta: Meta,
}

#[derive(Debug, Serialize)]
pub(super) struct PropertyUserAttributes {
    pub(super) id: PropertyUserId,
    pub(super) property_id: PropertyId,
    pub(super) user_id: UserId,
    pub(super) role: &'static str,
    #[serde(serialize_with = "overrides")]
    pub(super) overrides: Overrides,
}

#[derive(Debug, Serialize)]
struct Relationships {
    property: One<PropertyLink>,
    user: One<UserLink>,
}

#[derive(Debug, Serialize)]
pub(super) struct PropertyLink {
    r#type: &'static str,
    id: PropertyId,
}

/// Address and name stand twice: existing clients read them in either place.
#[derive(Debug, Serialize)]
pub(super) struct UserLink {
    r#type: &'static str,
    id: UserId,
    email: String,
    name: String,
    attributes: UserLinkAttributes,
}

#[derive(Debug, Serialize)]
struct UserLinkAttributes {
    id: UserId,
    email: String,
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

#[derive(Debug, Serialize)]
struct Meta {
    status: UserStatus,
    invited_at: Timestamp,
    updated_at: Timestamp,
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
                property: One {
                    data: PropertyLink::to(property_user.property),
                },
                user: One {
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

/// A property as it goes out.
#[derive(Debug, Serialize)]
pub(super) struct PropertyResource {
    r#type: &'static str,
    id: PropertyId,
    attributes: PropertyAttributes,
    meta: PropertyMeta,
}

#[derive(Debug, Serialize)]
struct PropertyAttributes {
    id: PropertyId,
    title: String,
    currency: &'static str,
    timezone: Option<String>,
    country: Option<&'static str>,
    email: Option<String>,
}

#[derive(Debug, Serialize)]
struct PropertyMeta {
    created_at: Timestamp,
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
