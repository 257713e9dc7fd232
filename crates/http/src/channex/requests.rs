//! Forms that come in.

use innkeeper_domain::{
    ids::{PropertyId, UserId},
    people::{InviteFields, UpdateFields},
    properties::{PropertyChanges, PropertyFields},
    values::{Invalid, Problem as Wrong},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use super::Problem;
use crate::{
    forms::{self, Field},
    reference::values::{
        CountryCode, CurrencyCode, Email, Id, OverridesObject, PropertyTitle, RoleName, TimeZone,
    },
};

/// The object under the entity's name: `{"invite": {...}}`. None at all is an empty one.
pub(super) fn unwrap(mut body: Map<String, Value>, entity: &str) -> Result<Map<String, Value>, Problem> {
    match body.remove(entity) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            Err(Problem::BadRequest("the entity in the body is not an object"))
        }
    }
}

/// The object under the entity's name that a change must have: under a misspelt name it would change nothing, and
/// succeed. What is wrong with it is told to whoever may make the change.
fn changes(
    body: Map<String, Value>,
    entity: &'static str,
) -> Result<Result<Map<String, Value>, Invalid>, Problem> {
    let is_nothing = body.get(entity).is_none_or(Value::is_null);
    let fields = unwrap(body, entity)?;
    Ok(if is_nothing {
        Err(Invalid::field(entity, Wrong::Blank))
    } else {
        Ok(fields)
    })
}

/// Checks a form.
fn checked(form: &impl Validate) -> Result<(), Invalid> {
    match form.validate() {
        Ok(()) => Ok(()),
        Err(errors) => Err(forms::invalid(&errors).unwrap_or_else(contradiction)),
    }
}

/// A check and a parser that disagree: a fault of ours, told as a wrong body.
fn contradiction() -> Invalid {
    Invalid::field("body", Wrong::Invalid)
}

/// Who is invited where, as what.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = Invite)]
pub(super) struct InviteForm {
    /// The property.
    #[validate(custom(function = forms::id))]
    #[schema(value_type = Id, required)]
    property_id: Field,
    /// The address of the person, known or not.
    #[validate(custom(function = forms::email))]
    #[schema(value_type = Email, required)]
    user_email: Field,
    #[validate(custom(function = forms::role))]
    #[schema(value_type = RoleName, required)]
    role: Field,
    #[validate(custom(function = forms::overrides))]
    #[schema(value_type = OverridesObject)]
    overrides: Field,
}

/// An invitation as far as it could be read: without a property nothing is judged.
pub(super) type Invite = (PropertyId, Result<InviteFields, Invalid>);

impl InviteForm {
    /// The property, and the other fields or what is wrong with them.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with all wrong fields, if the property is among them.
    pub(super) fn read(body: Map<String, Value>) -> Result<Invite, Problem> {
        let form: Self = forms::read(unwrap(body, "invite")?)?;
        let judged = checked(&form);
        let Ok(property) = form.property_id.id() else {
            return Err(judged.err().unwrap_or_else(contradiction).into());
        };
        Ok((
            property,
            judged.and_then(|()| form.fields().ok_or_else(contradiction)),
        ))
    }

    fn fields(&self) -> Option<InviteFields> {
        Some(InviteFields {
            email: self.user_email.email().ok()?,
            role: self.role.role().ok()?,
            overrides: self.overrides.overrides().ok()?,
        })
    }
}

/// What changes; what is left out stays.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = PropertyUserChanges)]
pub(super) struct UpdateForm {
    #[validate(custom(function = forms::role_if_sent))]
    #[schema(value_type = RoleName)]
    role: Field,
    /// Replaced as a whole.
    #[validate(custom(function = forms::overrides))]
    #[schema(value_type = OverridesObject)]
    overrides: Field,
}

impl UpdateForm {
    /// What to change, or what is wrong with it.
    pub(super) fn read(body: Map<String, Value>) -> Result<Result<UpdateFields, Invalid>, Problem> {
        let fields = match changes(body, "property_user")? {
            Ok(fields) => fields,
            Err(invalid) => return Ok(Err(invalid)),
        };
        let form: Self = forms::read(fields)?;
        Ok(checked(&form).map(|()| UpdateFields {
            role: form.role.role().ok(),
            overrides: if form.overrides.is_sent() {
                form.overrides.overrides().ok()
            } else {
                None
            },
        }))
    }
}

/// A new property.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = NewProperty)]
pub(super) struct NewPropertyForm {
    #[validate(custom(function = forms::title))]
    #[schema(value_type = PropertyTitle, required)]
    title: Field,
    #[validate(custom(function = forms::currency))]
    #[schema(value_type = CurrencyCode, required)]
    currency: Field,
    #[validate(custom(function = forms::zone_or_null))]
    #[schema(value_type = Option<TimeZone>)]
    timezone: Field,
    #[validate(custom(function = forms::country_or_null))]
    #[schema(value_type = Option<CountryCode>)]
    country: Field,
    /// Where to write about the property.
    #[validate(custom(function = forms::email_or_null))]
    #[schema(value_type = Option<Email>)]
    email: Field,
    /// The active user who will own it. Needed from an application; ignored from a user, who becomes the owner.
    #[validate(custom(function = forms::id_or_null))]
    #[schema(value_type = Option<Id>)]
    owner_id: Field,
}

impl NewPropertyForm {
    /// The fields and the owner named.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with all wrong fields; `owner_id` must be there if it is required.
    pub(super) fn read(
        body: Map<String, Value>,
        owner: OwnerField,
    ) -> Result<(PropertyFields, Option<UserId>), Problem> {
        let mut form: Self = forms::read(unwrap(body, "property")?)?;
        match owner {
            // An empty id is as wrong as none, and is found together with the other fields.
            OwnerField::Required if form.owner_id.is_nothing() => form.owner_id = Field::Sent("".into()),
            OwnerField::Required => {}
            OwnerField::Ignored => form.owner_id = Field::Absent,
        }
        checked(&form)?;
        let owner = form.owner_id.id().ok();
        Ok((form.fields().ok_or_else(contradiction)?, owner))
    }

    fn fields(&self) -> Option<PropertyFields> {
        Some(PropertyFields {
            title: self.title.title().ok()?,
            currency: self.currency.currency().ok()?,
            timezone: self.timezone.zone().ok(),
            country: self.country.country().ok(),
            email: self.email.email().ok(),
        })
    }
}

/// Whether a new property must name its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OwnerField {
    /// By applications.
    Required,
    /// Users own what they create.
    Ignored,
}

/// What changes; what is left out stays, and `null` takes away what may be missing.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(default)]
#[schema(as = PropertyChanges)]
pub(super) struct PropertyForm {
    #[validate(custom(function = forms::title_if_sent))]
    #[schema(value_type = PropertyTitle)]
    title: Field,
    #[validate(custom(function = forms::currency_if_sent))]
    #[schema(value_type = CurrencyCode)]
    currency: Field,
    #[validate(custom(function = forms::zone_or_null))]
    #[schema(value_type = Option<TimeZone>)]
    timezone: Field,
    #[validate(custom(function = forms::country_or_null))]
    #[schema(value_type = Option<CountryCode>)]
    country: Field,
    /// Where to write about the property.
    #[validate(custom(function = forms::email_or_null))]
    #[schema(value_type = Option<Email>)]
    email: Field,
}

impl PropertyForm {
    /// What to change, or what is wrong with it.
    pub(super) fn read(body: Map<String, Value>) -> Result<Result<PropertyChanges, Invalid>, Problem> {
        let fields = match changes(body, "property")? {
            Ok(fields) => fields,
            Err(invalid) => return Ok(Err(invalid)),
        };
        let form: Self = forms::read(fields)?;
        Ok(checked(&form).map(|()| PropertyChanges {
            title: form.title.title().ok(),
            currency: form.currency.currency().ok(),
            timezone: form.timezone.is_sent().then(|| form.timezone.zone().ok()),
            country: form.country.is_sent().then(|| form.country.country().ok()),
            email: form.email.is_sent().then(|| form.email.email().ok()),
        }))
    }
}
