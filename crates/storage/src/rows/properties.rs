//! Rows of `properties`.

use diesel::{Insertable, Queryable, Selectable};
use innkeeper_domain::{ids::kinds, ports::StoreError, properties::Property, values::Title};

use super::cells::{Cells, Decode};
use crate::{
    columns::{At, Key},
    schema::properties,
};

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = properties, treat_none_as_default_value = false)]
pub(crate) struct PropertyRow {
    tenant_id: Key<kinds::Tenant>,
    id: Key<kinds::Property>,
    title: String,
    currency: String,
    timezone: Option<String>,
    country: Option<String>,
    email: Option<String>,
    created_at: At,
    updated_at: At,
}

impl From<&Property> for PropertyRow {
    fn from(property: &Property) -> Self {
        Self {
            tenant_id: Key(property.tenant),
            id: Key(property.id),
            title: property.title.to_string(),
            currency: property.currency.to_string(),
            timezone: property.timezone.as_ref().map(|zone| zone.as_str().to_owned()),
            country: property.country.map(|country| country.to_string()),
            email: property.email.as_ref().map(|email| email.as_str().to_owned()),
            created_at: At(property.created_at),
            updated_at: At(property.updated_at),
        }
    }
}

impl Decode for PropertyRow {
    const TABLE: &'static str = "properties";
    type Entity = Property;

    fn decode(self) -> Result<Property, StoreError> {
        let cells = Cells::of(Self::TABLE, self.id.0);
        Ok(Property {
            tenant: self.tenant_id.0,
            id: self.id.0,
            title: cells.made("title", Title::parse(&self.title))?,
            currency: cells.parse("currency", &self.currency)?,
            timezone: cells.maybe("timezone", self.timezone.as_deref())?,
            country: cells.maybe("country", self.country.as_deref())?,
            email: self.email.map(|text| cells.email("email", &text)).transpose()?,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}
