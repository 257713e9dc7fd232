//! Associations of properties and users.

use innkeeper_domain::{
    access::{Grant, Role},
    ids::{PropertyId, PropertyUserId, TenantId, UserId},
    people::{PropertyUser, Seats, UserState},
    ports::{PropertyUserRepo, StoreError},
    time::Timestamp,
};

use super::{State, replace};

impl State {
    fn places(&self, tenant: TenantId, fits: impl Fn(&PropertyUser) -> bool) -> Vec<PropertyUser> {
        let theirs = self.property_users.iter().filter(|row| row.tenant == tenant);
        let mut found: Vec<PropertyUser> = theirs.filter(|row| fits(row)).cloned().collect();
        found.sort_by_key(|row| (row.invited_at, row.id));
        found
    }
}

impl PropertyUserRepo for State {
    fn by_id(&mut self, tenant: TenantId, id: PropertyUserId) -> Result<Option<PropertyUser>, StoreError> {
        self.call("property_users.by_id")?;
        Ok(self.places(tenant, |row| row.id == id).pop())
    }

    fn of_property(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
    ) -> Result<Vec<PropertyUser>, StoreError> {
        self.call("property_users.of_property")?;
        Ok(self.places(tenant, |row| row.property == property))
    }

    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Vec<PropertyUser>, StoreError> {
        self.call("property_users.of_user")?;
        Ok(self.places(tenant, |row| row.user == user))
    }

    fn grants(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        user: UserId,
    ) -> Result<Vec<Grant>, StoreError> {
        self.call("property_users.grants")?;
        let places = self.places(tenant, |row| (row.property, row.user) == (property, user));
        Ok(places.iter().map(PropertyUser::grant).collect())
    }

    fn seats(&mut self, tenant: TenantId, property: PropertyId, user: UserId) -> Result<Seats, StoreError> {
        self.call("property_users.seats")?;
        let places = self.places(tenant, |row| row.property == property);
        Ok(Seats {
            taken: u32::try_from(places.len()).unwrap(),
            member: places.iter().any(|row| row.user == user),
        })
    }

    fn active_owners_beside(
        &mut self,
        tenant: TenantId,
        property: PropertyId,
        user: UserId,
    ) -> Result<u32, StoreError> {
        self.call("property_users.active_owners_beside")?;
        let others = self.places(tenant, |row| {
            row.property == property && row.user != user && row.role == Role::Owner
        });
        let active = |row: &&PropertyUser| {
            self.user(row.user)
                .is_some_and(|user| user.state == UserState::Active)
        };
        Ok(u32::try_from(others.iter().filter(active).count()).unwrap())
    }

    fn insert(&mut self, property_user: &PropertyUser) -> Result<(), StoreError> {
        self.write("property_users.insert")?;
        let id = property_user.id;
        let same = |row: &PropertyUser| {
            row.id == id || (row.property, row.user) == (property_user.property, property_user.user)
        };
        let taken = self.property_users.iter().any(same) || self.history.iter().any(|(row, _)| row.id == id);
        self.unless_taken(taken)?;
        self.property_users.push(property_user.clone());
        Ok(())
    }

    fn update(&mut self, property_user: &PropertyUser) -> Result<(), StoreError> {
        self.write("property_users.update")?;
        replace(&mut self.property_users, property_user, |row| {
            (row.tenant, row.id) == (property_user.tenant, property_user.id)
        })
    }

    fn withdraw(
        &mut self,
        tenant: TenantId,
        ids: &[PropertyUserId],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("property_users.withdraw")?;
        let gone = |row: &PropertyUser| row.tenant == tenant && ids.contains(&row.id);
        let withdrawn = self.property_users.iter().filter(|row| gone(row));
        let withdrawn: Vec<_> = withdrawn.map(|row| (row.clone(), at)).collect();
        self.property_users.retain(|row| !gone(row));
        self.history.extend(withdrawn);
        Ok(())
    }
}
