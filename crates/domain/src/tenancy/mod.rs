//! Tenants and their applications.

use crate::{
    access::ScopeSet,
    ids::{ApplicationId, TenantId},
    time::Timestamp,
    tokens::SecretHash,
    values::Label,
};

/// A partner company and everything it owns: the wall that nothing crosses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name, by which an operator can mean it.
    pub name: Label,
    /// When it was created.
    pub created_at: Timestamp,
}

/// An OAuth2 client of a tenant. Its id is the `client_id`.
#[derive(Clone, Debug)]
pub struct Application {
    /// The tenant.
    pub tenant: TenantId,
    /// Its id.
    pub id: ApplicationId,
    /// The hash of its client secret.
    pub secret: SecretHash,
    /// The scopes it may ask for.
    pub scopes: ScopeSet,
    /// Whether it may only have tokens that speak for a user.
    pub user_scoped_only: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}
