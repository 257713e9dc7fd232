//! Tenants and applications, run by the operator.

use super::{context::Context, facts};
use crate::{
    access::{Denied, ScopeSet, TenantTarget, acts, authorize},
    effects::{self, AuditAction, Effects, Fact},
    ids::{ApplicationId, TenantId},
    ports::{Repos, StoreError, UnitOfWork, atomically},
    tenancy::{Application, Tenant},
    time::Timestamp,
    tokens::{Secret, SecretBits, SecretKind},
    values::Label,
};

/// Why a tenant or application was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// The actor may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such application.
    #[error("there is no such application")]
    Unknown,
    /// The name of the tenant is taken.
    #[error("a tenant of that name exists")]
    NameTaken,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An application with its secret, which is shown this once.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// The application.
    pub application: Application,
    /// Its client secret.
    pub secret: Secret,
}

/// What an application may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationFields {
    /// The scopes it may ask for.
    pub scopes: ScopeSet,
    /// Whether it may only have tokens that speak for a user.
    pub user_scoped_only: bool,
}

/// A tenant to create; the operator of the context acts on it already.
#[derive(Clone, Debug)]
pub struct CreateTenant {
    /// The request.
    pub context: Context,
    /// Its name.
    pub name: Label,
    /// 128 fresh random bits for the secret of its first application.
    pub secret_bits: SecretBits,
}

/// Creates a tenant with an application of all scopes.
///
/// # Errors
///
/// [`ApplicationError`]. A taken name shows as [`ApplicationError::NameTaken`].
pub fn create_tenant(
    uow: &dyn UnitOfWork,
    command: &CreateTenant,
) -> Result<(Tenant, NewApplication), ApplicationError> {
    let Context { actor, now, .. } = &command.context;
    authorize::<acts::Administer>(actor, &TenantTarget)?;
    let created = atomically(uow, "tenants.create", |repos| {
        let mut scribe = command.context.scribe();
        let tenant = Tenant {
            id: actor.tenant(),
            name: command.name.clone(),
            created_at: *now,
        };
        repos.tenants().insert(&tenant)?;
        let record = scribe.record(AuditAction::TenantCreated, tenant.id);
        let fields = ApplicationFields {
            scopes: ScopeSet::all(),
            user_scoped_only: false,
        };
        let new = add(repos, tenant.id, scribe.id(), fields, &command.secret_bits, *now)?;
        let records = vec![
            record.after(vec![("name", Fact::text(&tenant.name))]),
            scribe
                .record(AuditAction::ApplicationCreated, new.application.id)
                .after(facts::of_application(&new.application)),
        ];
        effects::record(repos, Effects::of(records), (tenant, new))
    });
    created.map_err(|error| match error {
        StoreError::Conflict => ApplicationError::NameTaken,
        StoreError::Busy
        | StoreError::Unavailable(_)
        | StoreError::Corrupt { .. }
        | StoreError::Outdated
        | StoreError::Failed(_) => error.into(),
    })
}

/// An application to create.
#[derive(Clone, Debug)]
pub struct CreateApplication {
    /// The request.
    pub context: Context,
    /// What it may do.
    pub fields: ApplicationFields,
    /// 128 fresh random bits for its secret.
    pub secret_bits: SecretBits,
}

/// Creates an application.
///
/// # Errors
///
/// [`ApplicationError`].
pub fn create_application(
    uow: &dyn UnitOfWork,
    command: &CreateApplication,
) -> Result<NewApplication, ApplicationError> {
    let Context { actor, now, .. } = &command.context;
    authorize::<acts::Administer>(actor, &TenantTarget)?;
    atomically(uow, "applications.create", |repos| {
        let mut scribe = command.context.scribe();
        let new = add(
            repos,
            actor.tenant(),
            scribe.id(),
            command.fields,
            &command.secret_bits,
            *now,
        )?;
        let record = scribe.record(AuditAction::ApplicationCreated, new.application.id);
        let effects = Effects::one(record.after(facts::of_application(&new.application)));
        Ok(effects::record(repos, effects, new)?)
    })
}

fn add(
    repos: &mut dyn Repos,
    tenant: TenantId,
    id: ApplicationId,
    fields: ApplicationFields,
    bits: &SecretBits,
    now: Timestamp,
) -> Result<NewApplication, StoreError> {
    let secret = Secret::issue(SecretKind::ClientSecret, tenant, id, bits);
    let ApplicationFields {
        scopes,
        user_scoped_only,
    } = fields;
    let application = Application {
        tenant,
        id,
        secret: secret.hash(),
        scopes,
        user_scoped_only,
        created_at: now,
        updated_at: now,
    };
    repos.applications().insert(&application)?;
    Ok(NewApplication { application, secret })
}

/// An application to change; `None` leaves a field as it is.
#[derive(Clone, Debug)]
pub struct UpdateApplication {
    /// The request.
    pub context: Context,
    /// Which application.
    pub id: ApplicationId,
    /// The scopes it may ask for from now on; its living tokens lose the others at once.
    pub scopes: Option<ScopeSet>,
    /// Whether it may only have tokens that speak for a user.
    pub user_scoped_only: Option<bool>,
}

/// Changes what an application may do.
///
/// # Errors
///
/// [`ApplicationError`].
pub fn update_application(
    uow: &dyn UnitOfWork,
    command: &UpdateApplication,
) -> Result<Application, ApplicationError> {
    let Context { actor, now, .. } = &command.context;
    authorize::<acts::Administer>(actor, &TenantTarget)?;
    atomically(uow, "applications.update", |repos| {
        let found = repos.applications().lock(actor.tenant(), command.id)?;
        let before = found.ok_or(ApplicationError::Unknown)?;
        let after = Application {
            scopes: command.scopes.unwrap_or(before.scopes),
            user_scoped_only: command.user_scoped_only.unwrap_or(before.user_scoped_only),
            updated_at: *now,
            ..before.clone()
        };
        if facts::of_application(&after) == facts::of_application(&before) {
            return Ok(effects::record(
                repos,
                Effects::none("nothing was changed"),
                before,
            )?);
        }
        repos.applications().update(&after)?;
        let record = command
            .context
            .scribe()
            .record(AuditAction::ApplicationUpdated, after.id);
        let record = record
            .before(facts::of_application(&before))
            .after(facts::of_application(&after));
        Ok(effects::record(repos, Effects::one(record), after)?)
    })
}

/// An application that gets a new secret.
#[derive(Clone, Debug)]
pub struct RotateSecret {
    /// The request.
    pub context: Context,
    /// Which application.
    pub id: ApplicationId,
    /// 128 fresh random bits.
    pub secret_bits: SecretBits,
}

/// Gives an application a new secret; the old one counts no more, tokens minted with it live on.
///
/// # Errors
///
/// [`ApplicationError`].
pub fn rotate_secret(
    uow: &dyn UnitOfWork,
    command: &RotateSecret,
) -> Result<NewApplication, ApplicationError> {
    let Context { actor, now, .. } = &command.context;
    authorize::<acts::Administer>(actor, &TenantTarget)?;
    atomically(uow, "applications.rotate_secret", |repos| {
        let found = repos.applications().lock(actor.tenant(), command.id)?;
        let before = found.ok_or(ApplicationError::Unknown)?;
        let secret = Secret::issue(
            SecretKind::ClientSecret,
            actor.tenant(),
            command.id,
            &command.secret_bits,
        );
        let application = Application {
            secret: secret.hash(),
            updated_at: *now,
            ..before
        };
        repos.applications().update(&application)?;
        let record = command
            .context
            .scribe()
            .record(AuditAction::ApplicationSecretRotated, application.id);
        Ok(effects::record(
            repos,
            Effects::one(record),
            NewApplication { application, secret },
        )?)
    })
}
