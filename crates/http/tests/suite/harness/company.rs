//! A tenant with its application, and the operator's hands on it.

use innkeeper_domain::{
    access::{Actor, Permission, ScopeSet},
    effects::RequestId,
    ids::{Id, TenantId},
    tokens::{Secret, SecretBits},
    usecases::{
        AddCredential, ApplicationFields, ChangeUserState, Context, CreateApplication, CreateTenant,
        NewApplication, RemoveCredential, RotateSecret, SetPermission, UpdateApplication, add_credential,
        create_application, create_tenant, disable_user, enable_user, remove_credential, rotate_secret,
        set_permission, update_application,
    },
    values::Label,
};

use super::{
    Answer, Caller, Person,
    app::{A_SECOND, TestApp},
};

/// What an application shows to get a token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    tenant: Option<TenantId>,
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// A tenant, through one of its applications.
#[derive(Clone, Debug)]
pub(crate) struct Company<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) client: Client,
}

/// Every scope, as it stands in a request.
pub(crate) fn all_scopes() -> String {
    ScopeSet::all().to_string()
}

impl<'a> Company<'a> {
    pub(super) fn found(app: &'a TestApp, name: &str) -> Self {
        let tenant: TenantId = app.fresh_ids().make();
        let command = CreateTenant {
            context: context(app, tenant),
            name: Label::parse(name).expect("a good name"),
            secret_bits: SecretBits::new(app.bits()),
        };
        let (_, new) = create_tenant(app.uow(), &command).expect("a tenant can be made");
        app.names().learn(&tenant.to_string(), name);
        Self::known(app, client_of(tenant, &new))
    }

    pub(super) fn known(app: &'a TestApp, client: Client) -> Self {
        Self { app, client }
    }

    pub(super) fn into_client(self) -> Client {
        self.client
    }

    pub(crate) fn tenant(&self) -> TenantId {
        self.client.tenant.expect("a founded company has a tenant")
    }

    /// Another application of the same tenant.
    pub(crate) fn application(&self, scopes: &str, user_scoped_only: bool) -> Self {
        let command = CreateApplication {
            context: self.context(),
            fields: ApplicationFields {
                scopes: scopes.parse().expect("known scopes"),
                user_scoped_only,
            },
            secret_bits: SecretBits::new(self.app.bits()),
        };
        let new = create_application(self.app.uow(), &command).expect("an application can be made");
        Self::known(self.app, client_of(self.tenant(), &new))
    }

    /// The form that asks for a token, with more fields.
    pub(crate) fn asks(&self, more: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("grant_type", "client_credentials"),
            ("client_id", &self.client.id),
            ("client_secret", &self.client.secret),
        ];
        fields.extend_from_slice(more);
        self.app.request("POST", "/o/token/").form(&fields).send()
    }

    /// The same; the token counts.
    #[track_caller]
    pub(crate) fn mints(&self, more: &[(&str, &str)]) -> Caller<'a> {
        let answer = self.asks(more).expect(200);
        Caller::with(self.app, &answer.text("/access_token"))
    }

    pub(super) fn mints_token(&self) -> String {
        self.asks(&[]).expect(200).text("/access_token")
    }

    /// The application with a token of all its scopes.
    pub(crate) fn caller(&self) -> Caller<'a> {
        self.mints(&[])
    }

    /// An active person of the tenant.
    pub(crate) fn person(&self, name: &str) -> Person<'a> {
        Person::created(&self.caller(), self, name)
    }

    fn context(&self) -> Context {
        context(self.app, self.tenant())
    }

    fn switch(&self, user: &str) -> ChangeUserState {
        ChangeUserState {
            context: self.context(),
            user: id(user),
        }
    }

    /// The operator switches a person off.
    pub(crate) fn disables(&self, user: &str) {
        disable_user(self.app.uow(), &self.switch(user)).expect("the person can be disabled");
    }

    pub(crate) fn enables(&self, user: &str) {
        enable_user(self.app.uow(), &self.switch(user)).expect("the person can be enabled");
    }

    /// The operator changes what the primary credential may do.
    pub(crate) fn permits(&self, user: &str, permission: Permission) {
        let command = SetPermission {
            context: self.context(),
            user: id(user),
            permission,
        };
        set_permission(self.app.uow(), &command).expect("the permission can be set");
    }

    /// The operator adds a credential, and tells its id.
    pub(crate) fn adds_credential(&self, user: &str, permission: Permission) -> String {
        self.app.pass(A_SECOND);
        let command = AddCredential {
            context: self.context(),
            user: id(user),
            permission,
            email: None,
        };
        let added = add_credential(self.app.uow(), &command).expect("a credential can be added");
        added.id.to_string()
    }

    pub(crate) fn removes_credential(&self, credential: &str) {
        let command = RemoveCredential {
            context: self.context(),
            id: id(credential),
        };
        remove_credential(self.app.uow(), &command).expect("the credential can be removed");
    }

    /// The operator changes what the application may do.
    pub(crate) fn is_changed(&self, scopes: Option<&str>, user_scoped_only: Option<bool>) {
        let command = UpdateApplication {
            context: self.context(),
            id: id(&self.client.id),
            scopes: scopes.map(|scopes| scopes.parse().expect("known scopes")),
            user_scoped_only,
        };
        update_application(self.app.uow(), &command).expect("the application can be changed");
    }

    /// The operator gives the application another secret.
    pub(crate) fn with_new_secret(&self) -> Self {
        let command = RotateSecret {
            context: self.context(),
            id: id(&self.client.id),
            secret_bits: SecretBits::new(self.app.bits()),
        };
        let new = rotate_secret(self.app.uow(), &command).expect("the secret can be changed");
        Self::known(self.app, client_of(self.tenant(), &new))
    }
}

fn client_of(tenant: TenantId, new: &NewApplication) -> Client {
    let secret: &Secret = &new.secret;
    Client {
        tenant: Some(tenant),
        id: new.application.id.to_string(),
        secret: secret.reveal().to_owned(),
    }
}

fn context(app: &TestApp, tenant: TenantId) -> Context {
    let mut ids = app.fresh_ids();
    let request = RequestId::made(ids.make::<()>().uuid());
    Context {
        actor: Actor::operator(tenant),
        now: app.now(),
        ids,
        request,
    }
}

fn id<K>(text: &str) -> Id<K> {
    text.parse().expect("an id")
}
