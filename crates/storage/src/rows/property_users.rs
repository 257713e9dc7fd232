//! Rows of `property_users`.

use std::collections::BTreeMap;

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{
    access::{Effect, Grant, Origin, Overrides},
    ids::kinds,
    people::PropertyUser,
    ports::{PropertyUserView, StoreError},
};

use super::{
    cells::{Cells, Decode},
    users::PersonRow,
};
use crate::{
    columns::{At, Key},
    schema::property_users,
};

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = property_users, treat_none_as_default_value = false)]
pub(crate) struct PropertyUserRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::PropertyUser>,
    property_id: Key<kinds::Property>,
    user_id: Key<kinds::User>,
    role: String,
    pub(crate) overrides: Option<String>,
    invited_at: At,
    updated_at: At,
    invited_by: Option<Key<kinds::User>>,
}

/// What is stored of a property user: beside what it is, what it shows, by which queries choose.
#[derive(Debug, Insertable)]
#[diesel(table_name = property_users)]
pub(crate) struct StoredPropertyUserRow {
    #[diesel(embed)]
    pub(crate) property_user: PropertyUserRow,
    pub(crate) sees_property: bool,
    pub(crate) sees_users: bool,
    pub(crate) sees_record: bool,
}

impl From<&PropertyUser> for StoredPropertyUserRow {
    fn from(property_user: &PropertyUser) -> Self {
        let sight = property_user.sight();
        Self {
            property_user: PropertyUserRow::from(property_user),
            sees_property: sight.property,
            sees_users: sight.users,
            sees_record: sight.record,
        }
    }
}

impl From<&PropertyUser> for PropertyUserRow {
    fn from(property_user: &PropertyUser) -> Self {
        Self {
            tenant_id: Key(property_user.tenant),
            id: Key(property_user.id),
            property_id: Key(property_user.property),
            user_id: Key(property_user.user),
            role: property_user.role.as_str().to_owned(),
            overrides: overrides_text(&property_user.overrides),
            invited_at: At(property_user.invited_at),
            updated_at: At(property_user.updated_at),
            invited_by: property_user.invited_by.map(Key),
        }
    }
}

impl Decode for PropertyUserRow {
    const TABLE: &'static str = "property_users";
    type Entity = PropertyUser;

    fn decode(self) -> Result<PropertyUser, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        Ok(PropertyUser {
            tenant: self.tenant_id.0,
            id: self.id.0,
            property: self.property_id.0,
            user: self.user_id.0,
            role: cells.parse("role", &self.role)?,
            overrides: read_overrides(&cells, self.overrides.as_deref())?,
            invited_at: self.invited_at.0,
            updated_at: self.updated_at.0,
            invited_by: self.invited_by.map(|key| key.0),
        })
    }
}

/// A property user beside its person, of whom it tells tenant and id.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = property_users)]
pub(crate) struct PropertyUserViewRow {
    #[diesel(embed)]
    property_user: PropertyUserRow,
    #[diesel(embed)]
    person: PersonRow,
}

impl Decode for PropertyUserViewRow {
    const TABLE: &'static str = PropertyUserRow::TABLE;
    type Entity = PropertyUserView;

    fn decode(self) -> Result<PropertyUserView, StoreError> {
        let property_user = self.property_user.decode()?;
        let user = self.person.read(property_user.tenant, property_user.user)?;
        Ok(PropertyUserView { property_user, user })
    }
}

/// Just the grant that a property user is.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = property_users)]
pub(crate) struct GrantRow {
    id: Key<kinds::PropertyUser>,
    role: String,
    overrides: Option<String>,
}

impl GrantRow {
    /// The columns of an outer join, which are all there or none.
    pub(crate) fn joined(
        id: Option<Key<kinds::PropertyUser>>,
        role: Option<String>,
        overrides: Option<String>,
    ) -> Option<Self> {
        Some(Self {
            id: id?,
            role: role?,
            overrides,
        })
    }
}

impl Decode for GrantRow {
    const TABLE: &'static str = PropertyUserRow::TABLE;
    type Entity = Grant;

    fn decode(self) -> Result<Grant, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        Ok(Grant {
            origin: Origin::Direct(self.id.0),
            role: cells.parse("role", &self.role)?,
            overrides: read_overrides(&cells, self.overrides.as_deref())?,
        })
    }
}

/// "None" has one form only (C-26).
fn overrides_text(overrides: &Overrides) -> Option<String> {
    let entries: serde_json::Map<String, serde_json::Value> = overrides
        .entries()
        .map(|(key, effect)| (key.to_owned(), (effect == Effect::Allow).into()))
        .collect();
    if entries.is_empty() {
        None
    } else {
        Some(serde_json::Value::Object(entries).to_string())
    }
}

/// A key that this version does not know is no damage: a newer version wrote it (C-20).
fn read_overrides(cells: &Cells<kinds::PropertyUser>, text: Option<&str>) -> Result<Overrides, StoreError> {
    let Some(text) = text else {
        return Ok(Overrides::NONE);
    };
    let entries: BTreeMap<String, bool> = cells.made("overrides", serde_json::from_str(text))?;
    Ok(Overrides::restore(
        entries
            .iter()
            .map(|(key, allowed)| (key.as_str(), Effect::from(*allowed))),
    ))
}
