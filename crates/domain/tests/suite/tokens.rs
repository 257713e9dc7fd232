//! Secrets, keys and tokens to try the rules on. They are of the user with id 100 and credential 101.

use innkeeper_domain::{
    access::{Permission, PropertyLimit, ScopeSet},
    people::{Credential, User, UserState},
    tenancy::Application,
    tokens::{
        AccessToken, AccessVersion, ApiKey, CredentialFacts, KeyFacts, Secret, SecretBits, SecretKind,
        TokenFacts,
    },
};

use crate::{
    cast::{NOW, id, tenant},
    world::{credential_of, person},
};

/// The secret of the record with id 3.
pub(crate) fn a_secret(kind: SecretKind) -> Secret {
    Secret::issue(kind, tenant(), id::<()>(3), &SecretBits::new([7; 16]))
}

pub(crate) fn a_key(secret: &Secret) -> ApiKey {
    ApiKey {
        tenant: tenant(),
        id: secret.record(),
        user: id(100),
        credential: id(101),
        secret: secret.hash(),
        last_four: secret.last_four().to_owned(),
        scopes: ScopeSet::all(),
        limit: PropertyLimit::Unlimited,
        created_at: NOW,
        last_used_at: None,
        expires_at: None,
        revoked_at: None,
    }
}

/// The key of an active user, bound to a credential that may edit.
pub(crate) fn key_facts(key: ApiKey) -> KeyFacts {
    KeyFacts {
        key,
        user: UserState::Active,
        credential: may(Permission::Edit),
        version: AccessVersion::new(1),
    }
}

/// A token of the user with id 100, from an application with all scopes.
pub(crate) fn token_facts(secret: &Secret) -> TokenFacts {
    TokenFacts {
        token: AccessToken {
            tenant: tenant(),
            id: secret.record(),
            application: Some(id(2)),
            subject: Some((id(100), id(101))),
            secret: secret.hash(),
            scopes: ScopeSet::all(),
            created_at: NOW,
            expires_at: NOW + std::time::Duration::from_hours(1),
        },
        application_scopes: ScopeSet::all(),
        user_scoped_only: false,
        subject: Some((UserState::Active, may(Permission::Edit))),
        version: AccessVersion::new(1),
    }
}

pub(crate) fn may(permission: Permission) -> CredentialFacts {
    CredentialFacts {
        permission,
        removed: false,
    }
}

pub(crate) fn an_application() -> Application {
    Application {
        tenant: tenant(),
        id: id(2),
        secret: a_secret(SecretKind::ClientSecret).hash(),
        scopes: ScopeSet::all(),
        user_scoped_only: false,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// The user with id 100 and two credentials, 101 the older and so the primary one.
pub(crate) fn a_user() -> (User, Vec<Credential>) {
    let user = person(id(100), "zoe", UserState::Active);
    let mut older = credential_of(&user, Permission::View);
    older.id = id(101);
    let mut newer = credential_of(&user, Permission::Admin);
    newer.id = id(102);
    newer.created_at = NOW + std::time::Duration::from_secs(1);
    (user, vec![newer, older])
}
