//! Tenants, applications and properties.

use innkeeper_domain::{
    ids::{ApplicationId, PropertyId, TenantId, UserId},
    ports::{ApplicationRepo, PropertyRepo, StoreError, TenantRepo},
    properties::Property,
    tenancy::{Application, Tenant},
    time::Timestamp,
};

use super::{State, replace};

impl TenantRepo for State {
    fn insert(&mut self, tenant: &Tenant) -> Result<(), StoreError> {
        self.write("tenants.insert")?;
        let same = |row: &Tenant| row.id == tenant.id || row.name == tenant.name;
        self.unless_taken(self.tenants.iter().any(same))?;
        self.tenants.push(tenant.clone());
        Ok(())
    }
}

impl ApplicationRepo for State {
    fn insert(&mut self, application: &Application) -> Result<(), StoreError> {
        self.write("applications.insert")?;
        self.applications.push(application.clone());
        Ok(())
    }

    fn lock(&mut self, tenant: TenantId, id: ApplicationId) -> Result<Option<Application>, StoreError> {
        self.call("applications.lock")?;
        let found = self
            .applications
            .iter()
            .find(|row| (row.tenant, row.id) == (tenant, id));
        Ok(found.cloned())
    }

    fn update(&mut self, application: &Application) -> Result<(), StoreError> {
        self.write("applications.update")?;
        replace(&mut self.applications, application, |row| {
            (row.tenant, row.id) == (application.tenant, application.id)
        })
    }
}

impl PropertyRepo for State {
    fn insert(&mut self, property: &Property) -> Result<(), StoreError> {
        self.write("properties.insert")?;
        self.unless_taken(self.properties.iter().any(|row| row.id == property.id))?;
        self.properties.push(property.clone());
        Ok(())
    }

    fn lock(
        &mut self,
        tenant: TenantId,
        id: PropertyId,
        viewer: Option<UserId>,
    ) -> Result<Option<Property>, StoreError> {
        self.call("properties.lock")?;
        let shows = |user| self.place(id, user).is_some_and(|place| place.sight().property);
        let seen = viewer.is_none_or(shows);
        let found = self
            .properties
            .iter()
            .find(|row| (row.tenant, row.id) == (tenant, id));
        Ok(found.filter(|_| seen).cloned())
    }

    fn lock_all(&mut self, tenant: TenantId, ids: &[PropertyId]) -> Result<Vec<Property>, StoreError> {
        self.call("properties.lock_all")?;
        let mut found: Vec<Property> = self
            .properties
            .iter()
            .filter(|row| row.tenant == tenant && ids.contains(&row.id))
            .cloned()
            .collect();
        found.sort_by_key(|property| property.id);
        Ok(found)
    }

    fn update(&mut self, property: &Property) -> Result<(), StoreError> {
        self.write("properties.update")?;
        replace(&mut self.properties, property, |row| {
            (row.tenant, row.id) == (property.tenant, property.id)
        })
    }

    fn delete(&mut self, tenant: TenantId, id: PropertyId, _at: Timestamp) -> Result<(), StoreError> {
        self.write("properties.delete")?;
        self.properties.retain(|row| (row.tenant, row.id) != (tenant, id));
        Ok(())
    }
}
