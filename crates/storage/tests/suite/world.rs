//! A store of its own for each test, and things to put into it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use innkeeper_domain::{
    access::{Actor, Overrides, Permission, PropertyLimit, Role, ScopeSet, Subject},
    effects::{AuditAction, AuditRecord, Message, MessageKind, RequestId},
    ids::{Id, Ids, TenantId, UserId},
    people::{Credential, CredentialKind, PropertyUser, User, UserState},
    ports::{Repos, StoreError, UnitOfWork, Verdict},
    properties::Property,
    tenancy::{Application, Tenant},
    time::Timestamp,
    tokens::{AccessToken, ApiKey, LinkPurpose, OnboardingToken, Secret, SecretBits, SecretHash, SecretKind},
    values::{Email, Label, Locale, PersonName, Title},
};
use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};
use innkeeper_test_support::{Backend, TestDatabase};

pub(crate) use crate::tables::TABLES;

/// Not on a whole millisecond, so that a precision lost on the way shows.
pub(crate) const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_123_457);

pub(crate) fn master_key() -> MasterKey {
    MasterKey::from_bytes([7; 32])
}

pub(crate) fn config(url: &str) -> StoreConfig {
    StoreConfig::new(url, master_key()).unwrap()
}

/// The same, for tests that wait until the store has had enough.
pub(crate) fn impatient(url: &str) -> StoreConfig {
    let mut config = config(url);
    config.wait = Duration::from_millis(300);
    config
}

pub(crate) fn open(url: &str) -> SqlStore {
    SqlStore::open(&config(url)).unwrap()
}

pub(crate) fn database(backend: Backend) -> TestDatabase {
    TestDatabase::from_template(backend, "schema", |url| {
        open(url).migrate().unwrap();
    })
}

/// Runs a body that keeps what it wrote, and returns its answer.
pub(crate) fn keep<T>(
    store: &SqlStore,
    mut body: impl FnMut(&mut dyn Repos) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut answer = None;
    store.run("test", &mut |repos| {
        let result = body(repos);
        let verdict = if result.is_ok() {
            Verdict::Keep
        } else {
            Verdict::Discard
        };
        answer = Some(result);
        verdict
    })?;
    answer.expect("the body was run")
}

/// Runs something that is to panic, and goes on.
pub(crate) fn panicking(body: impl FnOnce()) {
    catch_unwind(AssertUnwindSafe(body)).expect_err("it panics");
}

/// A database with one tenant beside `default`.
pub(crate) struct World {
    // Closed before its database goes.
    pub(crate) store: SqlStore,
    pub(crate) tenant: TenantId,
    ids: Mutex<Ids>,
    pub(crate) database: TestDatabase,
}

pub(crate) fn world(backend: Backend) -> World {
    let database = database(backend);
    let store = open(database.url());
    let mut ids = Ids::new(NOW, 0xfeed);
    let tenant = ids.make();
    let world = World {
        store,
        tenant,
        ids: Mutex::new(ids),
        database,
    };
    world.keep(|repos| repos.tenants().insert(&a_tenant(tenant, "acme")));
    world
}

pub(crate) fn a_tenant(id: TenantId, name: &str) -> Tenant {
    Tenant {
        id,
        name: Label::parse(name).unwrap(),
        created_at: NOW,
    }
}

impl World {
    pub(crate) fn id<K>(&self) -> Id<K> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).make()
    }

    pub(crate) fn backend(&self) -> Backend {
        self.database.backend()
    }

    pub(crate) fn keep<T>(&self, body: impl FnMut(&mut dyn Repos) -> Result<T, StoreError>) -> T {
        keep(&self.store, body).unwrap()
    }

    /// How many rows every table has.
    pub(crate) fn counts(&self) -> Vec<(&'static str, String)> {
        TABLES.map(|table| (table, self.count(table, ""))).to_vec()
    }

    /// How many rows of a table meet a condition.
    pub(crate) fn count(&self, table: &str, condition: &str) -> String {
        let condition = if condition.is_empty() { "1 = 1" } else { condition };
        self.database
            .scalar(&format!("SELECT count(*) FROM {table} WHERE {condition}"))
    }

    /// An id as SQL writes it.
    pub(crate) fn sql<K>(&self, id: Id<K>) -> String {
        match self.backend() {
            Backend::Sqlite => format!("x'{}'", id.uuid().simple()),
            Backend::Postgres => format!("'{id}'"),
        }
    }

    pub(crate) fn user(&self, email: &str, state: UserState) -> User {
        User {
            tenant: self.tenant,
            id: self.id(),
            email: Email::parse(email).unwrap(),
            first_name: PersonName::parse("Ana").unwrap(),
            last_name: Some(PersonName::parse("Lima").unwrap()),
            locale: Locale::Pt,
            state,
            created_at: NOW,
            updated_at: NOW,
            onboarded_at: (state != UserState::Invited).then_some(NOW),
        }
    }

    pub(crate) fn stored_user(&self, email: &str) -> User {
        let user = self.user(email, UserState::Active);
        self.keep(|repos| repos.users().insert(&user));
        user
    }

    pub(crate) fn credential(&self, user: &User) -> Credential {
        Credential {
            tenant: self.tenant,
            id: self.id(),
            user: user.id,
            kind: CredentialKind::Partner,
            permission: Permission::Edit,
            email: user.email.clone(),
            created_at: NOW,
            last_login_at: None,
            removed_at: None,
        }
    }

    pub(crate) fn stored_credential(&self, user: &User) -> Credential {
        let credential = self.credential(user);
        self.keep(|repos| repos.credentials().insert(&credential));
        credential
    }

    pub(crate) fn property(&self, title: &str) -> Property {
        Property {
            tenant: self.tenant,
            id: self.id(),
            title: Title::parse(title).unwrap(),
            currency: "EUR".parse().unwrap(),
            timezone: Some("Europe/Lisbon".parse().unwrap()),
            country: Some("PT".parse().unwrap()),
            email: Some(Email::parse("Desk@Hotel.example").unwrap()),
            created_at: NOW,
            updated_at: NOW,
        }
    }

    pub(crate) fn stored_property(&self, title: &str) -> Property {
        let property = self.property(title);
        self.keep(|repos| repos.properties().insert(&property));
        property
    }

    pub(crate) fn property_user(&self, property: &Property, user: UserId, role: Role) -> PropertyUser {
        PropertyUser {
            tenant: self.tenant,
            id: self.id(),
            property: property.id,
            user,
            role,
            overrides: Overrides::NONE,
            invited_at: NOW,
            updated_at: NOW,
            invited_by: None,
        }
    }

    pub(crate) fn stored_property_user(&self, property: &Property, user: UserId, role: Role) -> PropertyUser {
        let property_user = self.property_user(property, user, role);
        self.keep(|repos| repos.property_users().insert(&property_user));
        property_user
    }

    pub(crate) fn application(&self) -> Application {
        Application {
            tenant: self.tenant,
            id: self.id(),
            secret: SecretHash::from_bytes([3; 32]),
            scopes: ScopeSet::all(),
            user_scoped_only: false,
            created_at: NOW,
            updated_at: NOW,
        }
    }

    pub(crate) fn api_key(&self, credential: &Credential, limit: PropertyLimit) -> ApiKey {
        ApiKey {
            tenant: self.tenant,
            id: self.id(),
            user: credential.user,
            credential: credential.id,
            secret: SecretHash::from_bytes([4; 32]),
            last_four: "wXyZ".to_owned(),
            scopes: "user:read property:read".parse().unwrap(),
            limit,
            created_at: NOW,
            last_used_at: None,
            expires_at: None,
            revoked_at: None,
        }
    }

    pub(crate) fn access_token(
        &self,
        application: &Application,
        credential: Option<&Credential>,
    ) -> AccessToken {
        AccessToken {
            tenant: self.tenant,
            id: self.id(),
            application: Some(application.id),
            subject: credential.map(|credential| (credential.user, credential.id)),
            secret: SecretHash::from_bytes([5; 32]),
            scopes: "listings:read".parse().unwrap(),
            created_at: NOW,
            expires_at: NOW + Duration::from_hours(1),
        }
    }

    pub(crate) fn onboarding_token(&self, user: &User) -> (OnboardingToken, Secret) {
        let id = self.id();
        let secret = Secret::issue(
            SecretKind::Onboarding,
            self.tenant,
            id,
            &SecretBits::new(*b"sixteen bytes!!!"),
        );
        let token = OnboardingToken {
            tenant: self.tenant,
            id,
            purpose: LinkPurpose::Onboarding,
            user: user.id,
            email: user.email.key().clone(),
            secret: secret.hash(),
            created_at: NOW,
            expires_at: NOW + Duration::from_hours(72),
        };
        (token, secret)
    }

    pub(crate) fn message(&self, property: &Property, recipient: UserId) -> Message {
        Message {
            tenant: self.tenant,
            id: self.id(),
            kind: MessageKind::Invitation,
            recipient,
            property: Some(property.id),
            actor: Some(Subject::Operator),
            secret: None,
            created_at: NOW,
        }
    }

    pub(crate) fn audit_record(&self) -> AuditRecord {
        let request = RequestId::parse("req-1").unwrap();
        let object: UserId = self.id();
        let actor = Actor::operator(self.tenant);
        AuditRecord::new(self.id(), NOW, &actor, &request, AuditAction::UserCreated, object)
    }

    pub(crate) fn one_of_each(&self) -> OneOfEach {
        self.one_of_each_around("each@one.example")
    }

    /// One thing of every kind, about the person with this address.
    pub(crate) fn one_of_each_around(&self, email: &str) -> OneOfEach {
        let user = self.user(email, UserState::Active);
        let property = self.property("Each");
        let credential = self.credential(&user);
        let application = self.application();
        OneOfEach {
            tenant: a_tenant(self.id(), "each"),
            access_token: self.access_token(&application, Some(&credential)),
            application,
            api_key: self.api_key(&credential, PropertyLimit::Unlimited),
            onboarding_token: self.onboarding_token(&user).0,
            property_user: self.property_user(&property, user.id, Role::Owner),
            message: self.message(&property, user.id),
            audit_record: self.audit_record(),
            credential,
            property,
            user,
        }
    }
}

/// One thing of every kind, not stored yet.
#[derive(Clone)]
pub(crate) struct OneOfEach {
    pub(crate) tenant: Tenant,
    pub(crate) application: Application,
    pub(crate) user: User,
    pub(crate) credential: Credential,
    pub(crate) property: Property,
    pub(crate) property_user: PropertyUser,
    pub(crate) api_key: ApiKey,
    pub(crate) access_token: AccessToken,
    pub(crate) onboarding_token: OnboardingToken,
    pub(crate) message: Message,
    pub(crate) audit_record: AuditRecord,
}

impl OneOfEach {
    /// The same things with the same ids in another tenant.
    pub(crate) fn moved_to(mut self, tenant: TenantId) -> Self {
        self.application.tenant = tenant;
        self.user.tenant = tenant;
        self.credential.tenant = tenant;
        self.property.tenant = tenant;
        self.property_user.tenant = tenant;
        self.api_key.tenant = tenant;
        self.access_token.tenant = tenant;
        self.onboarding_token.tenant = tenant;
        self.message.tenant = tenant;
        self.audit_record.tenant = tenant;
        self
    }

    pub(crate) fn write(&self, repos: &mut dyn Repos) -> Result<(), StoreError> {
        repos.tenants().insert(&self.tenant)?;
        repos.applications().insert(&self.application)?;
        repos.users().insert(&self.user)?;
        repos.credentials().insert(&self.credential)?;
        repos.properties().insert(&self.property)?;
        repos.property_users().insert(&self.property_user)?;
        repos.api_keys().insert(&self.api_key)?;
        repos.access_tokens().insert(&self.access_token)?;
        repos.onboarding_tokens().insert(&self.onboarding_token)?;
        repos.outbox().add(std::slice::from_ref(&self.message))?;
        repos.audit().add(std::slice::from_ref(&self.audit_record))
    }
}
