//! One tenant with a property and people, reached through the real use cases.

use std::{
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use innkeeper_domain::{
    access::{Actor, Bearer, Overrides, Permission, PropertyLimit, Role, ScopeSet, Subject},
    effects::{MailLimits, RequestId},
    ids::{AccessTokenId, CredentialId, Id, Ids, PropertyId, PropertyUserId, TenantId, UserId},
    people::{InviteFields, UpdateFields},
    ports::{PropertyUserView, UnitOfWork},
    properties::PropertyFields,
    time::Timestamp,
    tokens::{KeyRequest, SecretBits},
    usecases::{
        ApiKeyError, ChangeUserState, Context, CreateApiKey, CreateProperty, CreateTenant, CreateUser,
        InviteError, InvitePropertyUser, NewApiKey, RemoveUserError, UpdateError, UpdatePropertyUser,
        WithdrawError, WithdrawPropertyUser, create_api_key, create_property, create_tenant, create_user,
        delete_user, invite_property_user, update_property_user, withdraw_property_user,
    },
    values::{Email, Label, Locale, PersonName, Title},
};
use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};
use innkeeper_test_support::{Backend, TestDatabase};

/// Enough room for every mail of a test.
const NO_MAIL_LIMITS: MailLimits = MailLimits {
    per_actor: u32::MAX,
    pending_per_property: u32::MAX,
    per_recipient_and_property: u32::MAX,
    per_recipient: u32::MAX,
};

pub(crate) struct House {
    pub(crate) database: TestDatabase,
    pub(crate) store: SqlStore,
    pub(crate) tenant: TenantId,
    requests: AtomicU64,
}

pub(crate) fn open(url: &str) -> SqlStore {
    let mut config = StoreConfig::new(url, MasterKey::from_bytes([7; 32])).unwrap();
    // Races hold the one writer for longer than a request would wait.
    config.wait = Duration::from_secs(30);
    SqlStore::open(&config).unwrap()
}

impl House {
    pub(crate) fn build(backend: Backend) -> Self {
        let database = TestDatabase::from_template(backend, "house", |url| {
            open(url).migrate().unwrap();
        });
        let store = open(database.url());
        let tenant = Id::from_uuid(uuid::Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001));
        let house = Self {
            database,
            store,
            tenant,
            requests: AtomicU64::new(1),
        };
        let command = CreateTenant {
            context: house.by(Actor::operator(tenant)),
            name: Label::parse("seaside").unwrap(),
            secret_bits: SecretBits::new([1; 16]),
        };
        create_tenant(house.uow(), &command).unwrap();
        house
    }

    pub(crate) fn uow(&self) -> &dyn UnitOfWork {
        &self.store
    }

    /// A request by an actor, later than all before it.
    pub(crate) fn by(&self, actor: Actor) -> Context {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let now = Timestamp::from_micros(1_700_000_000_000_000 + i64::try_from(number).unwrap());
        let request = RequestId::parse(&format!("request-{number}")).unwrap();
        // Spread, so that no two supplies share an id.
        let ids = Ids::new(now, number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Context {
            actor,
            now,
            ids,
            request,
        }
    }

    pub(crate) fn operator(&self) -> Actor {
        Actor::operator(self.tenant)
    }

    /// The bearer of a token that speaks for a user.
    pub(crate) fn user(&self, user: UserId) -> Actor {
        let credential: CredentialId = Id::from_uuid(user.uuid());
        let token: AccessTokenId = Id::from_uuid(user.uuid());
        let subject = Subject::User {
            user,
            credential,
            permission: Permission::Edit,
        };
        let bearer = Bearer::AccessToken(token);
        Actor::bearer(
            self.tenant,
            subject,
            ScopeSet::all(),
            PropertyLimit::Unlimited,
            bearer,
            None,
        )
    }

    pub(crate) fn person(&self, name: &str) -> UserId {
        let command = CreateUser {
            context: self.by(self.operator()),
            email: Email::parse(&format!("{name}@example.test")).unwrap(),
            first_name: PersonName::parse(name).unwrap(),
            last_name: PersonName::parse("Test").unwrap(),
            locale: Locale::En,
            permission: Permission::Edit,
        };
        create_user(self.uow(), &command).unwrap().0.id
    }

    pub(crate) fn property(&self, title: &str, owner: UserId) -> PropertyId {
        let fields = PropertyFields {
            title: Title::parse(title).unwrap(),
            currency: FromStr::from_str("EUR").unwrap(),
            timezone: None,
            country: None,
            email: None,
        };
        let command = CreateProperty {
            context: self.by(self.operator()),
            fields,
            owner: Some(owner),
        };
        create_property(self.uow(), &command).unwrap().id
    }

    pub(crate) fn invite(
        &self,
        actor: Actor,
        property: PropertyId,
        email: &str,
        role: Role,
    ) -> Result<PropertyUserView, InviteError> {
        self.invite_within(NO_MAIL_LIMITS, actor, property, (email, role))
    }

    pub(crate) fn invite_within(
        &self,
        mail_limits: MailLimits,
        actor: Actor,
        property: PropertyId,
        (email, role): (&str, Role),
    ) -> Result<PropertyUserView, InviteError> {
        let fields = InviteFields {
            email: Email::parse(email).unwrap(),
            role,
            overrides: Overrides::NONE,
        };
        let command = InvitePropertyUser {
            context: self.by(actor),
            property,
            fields: Ok(fields),
            mail_limits,
            onboarding_bits: SecretBits::new([3; 16]),
            onboarding_lifetime: Duration::from_hours(72),
        };
        invite_property_user(self.uow(), &command)
    }

    pub(crate) fn set_role(
        &self,
        actor: Actor,
        id: PropertyUserId,
        role: Role,
    ) -> Result<PropertyUserView, UpdateError> {
        let fields = Ok(UpdateFields {
            role: Some(role),
            overrides: None,
        });
        update_property_user(
            self.uow(),
            &UpdatePropertyUser {
                context: self.by(actor),
                id,
                fields,
            },
        )
    }

    pub(crate) fn withdraw(&self, actor: Actor, id: PropertyUserId) -> Result<(), WithdrawError> {
        let command = WithdrawPropertyUser {
            context: self.by(actor),
            id,
            mail_limits: NO_MAIL_LIMITS,
        };
        withdraw_property_user(self.uow(), &command).map(drop)
    }

    /// A key of a user that works on one property alone.
    pub(crate) fn key_on(&self, property: PropertyId, user: UserId) -> Result<NewApiKey, ApiKeyError> {
        let request = KeyRequest {
            credential: None,
            scopes: ScopeSet::all(),
            limit: PropertyLimit::Only(vec![property]),
            expires_at: None,
        };
        let command = CreateApiKey {
            context: self.by(self.operator()),
            user: Some(user),
            request,
            secret_bits: SecretBits::new([4; 16]),
        };
        create_api_key(self.uow(), &command)
    }

    pub(crate) fn delete(&self, user: UserId) -> Result<(), RemoveUserError> {
        delete_user(
            self.uow(),
            &ChangeUserState {
                context: self.by(self.operator()),
                user,
            },
        )
    }

    /// A number out of the database itself.
    pub(crate) fn count(&self, what: &str) -> u64 {
        self.database
            .scalar(&format!("SELECT count(*) FROM {what}"))
            .parse()
            .unwrap()
    }
}
