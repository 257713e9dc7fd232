//! Forms that come in.

use innkeeper_domain::{
    ids::{PropertyId, UserId},
    people::{InviteFields, UpdateFields},
    properties::{PropertyChanges, PropertyFields},
    values::{Invalid, Problem as Wrong},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use validator::Validate;

use super::Problem;
use crate::forms::{self, Field};

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

/// `{"invite": {...}}`.
#[derive(Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub(super) struct InviteForm {
    #[validate(custom(function = forms::id))]
    property_id: Field,
    #[validate(custom(function = forms::email))]
    user_email: Field,
    #[validate(custom(function = forms::role))]
    role: Field,
    #[validate(custom(function = forms::overrides))]
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

/// `{"property_user": {...}}`.
#[derive(Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub(super) struct UpdateForm {
    #[validate(custom(function = forms::role_if_sent))]
    role: Field,
    #[validate(custom(function = forms::overrides))]
    overrides: Field,
}

impl UpdateForm {
    /// What to change, or what is wrong with it.
    pub(super) fn read(body: Map<String, Value>) -> Result<Result<UpdateFields, Invalid>, Problem> {
        let form: Self = forms::read(unwrap(body, "property_user")?)?;
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

/// `{"property": {...}}` of a new property.
#[derive(Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub(super) struct NewPropertyForm {
    #[validate(custom(function = forms::title))]
    title: Field,
    #[validate(custom(function = forms::currency))]
    currency: Field,
    #[validate(custom(function = forms::zone_or_null))]
    timezone: Field,
    #[validate(custom(function = forms::country_or_null))]
    country: Field,
    #[validate(custom(function = forms::email_or_null))]
    email: Field,
    #[validate(custom(function = forms::id_or_null))]
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

/// `{"property": {...}}` of a change.
#[derive(Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub(super) struct PropertyForm {
    #[validate(custom(function = forms::title_if_sent))]
    title: Field,
    #[validate(custom(function = forms::currency_if_sent))]
    currency: Field,
    #[validate(custom(function = forms::zone_or_null))]
    timezone: Field,
    #[validate(custom(function = forms::country_or_null))]
    country: Field,
    #[validate(custom(function = forms::email_or_null))]
    email: Field,
}

impl PropertyForm {
    /// What to change, or what is wrong with it.
    pub(super) fn read(body: Map<String, Value>) -> Result<Result<PropertyChanges, Invalid>, Problem> {
        let form: Self = forms::read(unwrap(body, "property")?)?;
        Ok(checked(&form).map(|()| PropertyChanges {
            title: form.title.title().ok(),
            currency: form.currency.currency().ok(),
            timezone: form.timezone.is_sent().then(|| form.timezone.zone().ok()),
            country: form.country.is_sent().then(|| form.country.country().ok()),
            email: form.email.is_sent().then(|| form.email.email().ok()),
        }))
    }
}
