//! A small world over the store in memory: people, houses, and the real use cases run by whoever is named.

use std::{cell::Cell, time::Duration};

use innkeeper_domain::{
    access::{Actor, Overrides, Permission, Role},
    effects::{MailLimits, RequestId},
    ids::{Id, Ids, PropertyId, PropertyUserId, UserId},
    people::{
        Credential, CredentialKind, InviteFields, PropertyUser, UpdateFields, User, UserState, Withdrawal,
    },
    ports::PropertyUserView,
    properties::{Property, PropertyFields},
    time::Timestamp,
    tokens::SecretBits,
    usecases::{
        ChangeUserState, Context, CreateProperty, DeleteProperty, DeletePropertyError, EditPropertyError,
        InviteError, InvitePropertyUser, Others, RemoveUserError, UpdateError, UpdatePropertyUser,
        WithdrawError, WithdrawPropertyUser, create_property, delete_property, delete_user, disable_user,
        enable_user, invite_property_user, update_property_user, withdraw_property_user,
    },
    values::{Email, Locale, PersonName, Title},
};

use crate::{
    cast::{NOW, Token, tenant},
    memory::{MemoryStore, State},
};

/// How long an on-boarding link counts in this world.
pub(crate) const LINK_LIFETIME: Duration = Duration::from_hours(72);

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) mail_limits: MailLimits,
    requests: Cell<u32>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            store: MemoryStore::default(),
            mail_limits: MailLimits::STANDARD,
            requests: Cell::new(0),
        }
    }

    /// The next request: a second later, with ids of its own.
    pub(crate) fn context(&self, actor: &Actor) -> Context {
        let n = self.requests.get() + 1;
        self.requests.set(n);
        let now = NOW + Duration::from_secs(n.into());
        Context {
            actor: actor.clone(),
            now,
            ids: Ids::new(now, u64::from(n)),
            request: RequestId::parse(&format!("request-{n}")).unwrap(),
        }
    }

    /// Another fresh id, outside any request.
    pub(crate) fn fresh<K>(&self) -> Id<K> {
        self.context(&operator()).ids.make()
    }

    pub(crate) fn state(&self) -> State {
        self.store.state()
    }

    /// An active person with one credential, put into the store.
    pub(crate) fn person(&self, name: &str) -> UserId {
        self.person_in(name, UserState::Active)
    }

    pub(crate) fn person_in(&self, name: &str, state: UserState) -> UserId {
        let user = person(self.fresh(), name, state);
        let credential = credential_of(&user, Permission::Edit);
        let id = user.id;
        self.store.set(|stored| {
            stored.users.push(user);
            stored.credentials.push(credential);
        });
        id
    }

    /// What on-boarding will do: from now on the person is active.
    pub(crate) fn onboard(&self, user: UserId) {
        self.store.set(|state| {
            let person = state.users.iter_mut().find(|row| row.id == user);
            if let Some(person) = person.filter(|person| person.state == UserState::Invited) {
                person.state = UserState::Active;
                person.onboarded_at = Some(NOW);
            }
        });
    }

    /// A house with its first owner.
    pub(crate) fn house_of(&self, owner: UserId) -> PropertyId {
        self.create_property(&as_user(owner), None).unwrap().id
    }

    /// A place on a house, put into the store.
    pub(crate) fn place(
        &self,
        property: PropertyId,
        user: UserId,
        role: Role,
        overrides: Overrides,
    ) -> PropertyUserId {
        let place = PropertyUser {
            tenant: tenant(),
            id: self.fresh(),
            property,
            user,
            role,
            overrides,
            invited_at: NOW,
            updated_at: NOW,
            invited_by: None,
        };
        let id = place.id;
        self.store.set(|state| state.property_users.push(place));
        id
    }

    /// The id of a person's place on a house.
    pub(crate) fn place_of(&self, property: PropertyId, user: UserId) -> PropertyUserId {
        self.state().place(property, user).unwrap().id
    }

    pub(crate) fn invitation(&self, actor: &Actor, property: PropertyId, email: &str) -> InvitePropertyUser {
        InvitePropertyUser {
            context: self.context(actor),
            property,
            fields: Ok(InviteFields {
                email: Email::parse(email).unwrap(),
                role: Role::User,
                overrides: Overrides::NONE,
            }),
            mail_limits: self.mail_limits,
            onboarding_bits: SecretBits::new([9; 16]),
            onboarding_lifetime: LINK_LIFETIME,
        }
    }

    pub(crate) fn invite(
        &self,
        actor: &Actor,
        property: PropertyId,
        email: &str,
        role: Role,
        overrides: Overrides,
    ) -> Result<PropertyUserView, InviteError> {
        let mut command = self.invitation(actor, property, email);
        command.fields = Ok(InviteFields {
            email: Email::parse(email).unwrap(),
            role,
            overrides,
        });
        invite_property_user(&self.store, &command)
    }

    pub(crate) fn update(
        &self,
        actor: &Actor,
        id: PropertyUserId,
        role: Option<Role>,
        overrides: Option<Overrides>,
    ) -> Result<PropertyUserView, UpdateError> {
        let command = UpdatePropertyUser {
            context: self.context(actor),
            id,
            fields: Ok(UpdateFields { role, overrides }),
        };
        update_property_user(&self.store, &command)
    }

    pub(crate) fn withdraw(&self, actor: &Actor, id: PropertyUserId) -> Result<Withdrawal, WithdrawError> {
        let command = WithdrawPropertyUser {
            context: self.context(actor),
            id,
            mail_limits: self.mail_limits,
        };
        withdraw_property_user(&self.store, &command)
    }

    pub(crate) fn create_property(
        &self,
        actor: &Actor,
        owner: Option<UserId>,
    ) -> Result<Property, EditPropertyError> {
        let command = CreateProperty {
            context: self.context(actor),
            fields: house_fields(),
            owner,
        };
        create_property(&self.store, &command)
    }

    pub(crate) fn delete_property(
        &self,
        actor: &Actor,
        id: PropertyId,
        others: Others,
    ) -> Result<(), DeletePropertyError> {
        let command = DeleteProperty {
            context: self.context(actor),
            id,
            others,
        };
        delete_property(&self.store, &command)
    }

    pub(crate) fn delete_user(&self, actor: &Actor, user: UserId) -> Result<(), RemoveUserError> {
        delete_user(&self.store, &self.about(actor, user))
    }

    pub(crate) fn disable(&self, actor: &Actor, user: UserId) -> Result<User, RemoveUserError> {
        disable_user(&self.store, &self.about(actor, user))
    }

    pub(crate) fn enable(&self, actor: &Actor, user: UserId) -> Result<User, RemoveUserError> {
        enable_user(&self.store, &self.about(actor, user))
    }

    fn about(&self, actor: &Actor, user: UserId) -> ChangeUserState {
        ChangeUserState {
            context: self.context(actor),
            user,
        }
    }

    /// Asserts that `ask` is refused with `refusal` and leaves no trace in the store.
    pub(crate) fn refuses<T, E: crate::told::Told>(
        &self,
        refusal: &str,
        ask: impl FnOnce(&Self) -> Result<T, E>,
    ) {
        let before = self.state().fingerprint();
        let answer = ask(self);
        assert_eq!(crate::told::told(&answer), refusal);
        assert_eq!(self.state().fingerprint(), before, "the refusal left a trace");
    }
}

pub(crate) fn as_user(user: UserId) -> Actor {
    Token::of_user(user).actor()
}

pub(crate) fn application() -> Actor {
    Token::of_application().actor()
}

pub(crate) fn operator() -> Actor {
    Actor::operator(tenant())
}

pub(crate) fn address(name: &str) -> String {
    format!("{name}@example.test")
}

pub(crate) fn person(id: UserId, name: &str, state: UserState) -> User {
    User {
        tenant: tenant(),
        id,
        email: Email::parse(&address(name)).unwrap(),
        first_name: PersonName::parse(name).unwrap(),
        last_name: None,
        locale: Locale::En,
        state,
        created_at: NOW,
        updated_at: NOW,
        onboarded_at: (state != UserState::Invited).then_some(NOW),
    }
}

/// A credential with the id that [`Token::of_user`] is bound to.
pub(crate) fn credential_of(user: &User, permission: Permission) -> Credential {
    Credential {
        tenant: user.tenant,
        id: Id::from_uuid(user.id.uuid()),
        user: user.id,
        kind: CredentialKind::Partner,
        permission,
        email: user.email.clone(),
        created_at: NOW,
        last_login_at: None,
        removed_at: None,
    }
}

pub(crate) fn house_fields() -> PropertyFields {
    PropertyFields {
        title: Title::parse("Seaside").unwrap(),
        currency: "EUR".parse().unwrap(),
        timezone: None,
        country: None,
        email: None,
    }
}

/// Now, and a little: for tests around an end.
pub(crate) fn around(end: Timestamp) -> [(Timestamp, bool); 3] {
    let micro = Duration::from_micros(1);
    [(end - micro, true), (end, false), (end + micro, false)]
}
