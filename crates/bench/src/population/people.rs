//! Rows of users, their logins and their keys.

use innkeeper_domain::{
    access::{Permission, ScopeSet},
    ids::Id,
    people::{CredentialKind, UserState},
    tokens::{Secret, SecretBits, SecretKind},
};
use uuid::Uuid;

use super::{
    cells::{Cell, Filling, Table},
    numbers::{Kind, Numbers, id, made_at},
};

const FIRST_NAMES: [&str; 12] = [
    "Ana",
    "Benedikt",
    "Chiara",
    "Dmitri",
    "Eleni",
    "Fatima",
    "Guillaume",
    "Hanneke",
    "Ignacio",
    "Jadwiga",
    "Kwabena",
    "Liselotte",
];
const LAST_NAMES: [&str; 11] = [
    "Lima",
    "Achterberg",
    "Castellanos",
    "Dragomir",
    "Fernandes",
    "Haugen",
    "Karagiannis",
    "Moreau",
    "Okonkwo",
    "Szymańska",
    "Wiśniewski",
];
/// Primes, so that the names do not go with the numbers.
const STEPS: (u64, u64) = (7, 13);

fn one_of(names: &[&'static str], n: u64) -> &'static str {
    let at = usize::try_from(n).unwrap_or_default() % names.len();
    names.get(at).copied().unwrap_or_default()
}

fn email(n: u64) -> String {
    let first = one_of(&FIRST_NAMES, n * STEPS.0).to_lowercase();
    format!("{first}.{n:08}@meridian-hosts.example.com")
}

pub(super) fn users(tenant: Uuid, numbers: Numbers) -> Filling<'static> {
    let row = move |n| {
        let made = made_at(n);
        vec![
            tenant.into(),
            id(Kind::User, n).into(),
            email(n).into(),
            email(n).into(),
            one_of(&FIRST_NAMES, n * STEPS.0).into(),
            one_of(&LAST_NAMES, n * STEPS.1).into(),
            "en".into(),
            UserState::Active.as_str().into(),
            made.into(),
            made.into(),
            made.into(),
        ]
    };
    Filling {
        table: Table {
            name: "users",
            columns: &[
                "tenant_id",
                "id",
                "email",
                "email_key",
                "first_name",
                "last_name",
                "locale",
                "state",
                "created_at",
                "updated_at",
                "onboarded_at",
            ],
        },
        rows: Box::new((0..numbers.users()).map(row)),
    }
}

/// Everybody has a login, as whoever is active does; only those of callers are ever used.
pub(super) fn credentials(tenant: Uuid, numbers: Numbers) -> Filling<'static> {
    let row = move |n| {
        let permission = if n < numbers.callers {
            Permission::Admin
        } else {
            Permission::Edit
        };
        vec![
            tenant.into(),
            id(Kind::Credential, n).into(),
            id(Kind::User, n).into(),
            CredentialKind::Password.as_str().into(),
            permission.as_str().into(),
            email(n).into(),
            made_at(n).into(),
        ]
    };
    Filling {
        table: Table {
            name: "credentials",
            columns: &[
                "tenant_id",
                "id",
                "user_id",
                "kind",
                "permission",
                "email",
                "created_at",
            ],
        },
        rows: Box::new((0..numbers.users()).map(row)),
    }
}

/// The secret of a key or an application. It protects nothing, and is the same each time.
pub(super) fn secret(kind: SecretKind, tenant: Uuid, record: Uuid) -> Secret {
    let bits = SecretBits::new(record.into_bytes());
    Secret::issue::<()>(kind, Id::from_uuid(tenant), Id::from_uuid(record), &bits)
}

/// The key of a caller.
pub(super) fn key(tenant: Uuid, caller: u64) -> Secret {
    secret(SecretKind::ApiKey, tenant, id(Kind::Key, caller))
}

pub(super) fn keys(tenant: Uuid, numbers: Numbers) -> Filling<'static> {
    let scopes = ScopeSet::all().to_string();
    let row = move |n| {
        let key = key(tenant, n);
        vec![
            tenant.into(),
            id(Kind::Key, n).into(),
            id(Kind::User, n).into(),
            id(Kind::Credential, n).into(),
            (*key.hash().as_bytes()).into(),
            key.last_four().to_owned().into(),
            scopes.clone().into(),
            made_at(n).into(),
        ]
    };
    Filling {
        table: Table {
            name: "api_keys",
            columns: &[
                "tenant_id",
                "id",
                "user_id",
                "credential_id",
                "secret_hash",
                "last_four",
                "scopes",
                "created_at",
            ],
        },
        rows: Box::new((0..numbers.callers).map(row)),
    }
}

/// The secret of the one application.
pub(super) fn application_secret(tenant: Uuid) -> Secret {
    secret(SecretKind::ClientSecret, tenant, id(Kind::Application, 0))
}

/// The one application, which may ask for everything.
pub(super) fn applications(tenant: Uuid) -> Filling<'static> {
    let secret = application_secret(tenant);
    let row: Vec<Cell> = vec![
        tenant.into(),
        id(Kind::Application, 0).into(),
        (*secret.hash().as_bytes()).into(),
        ScopeSet::all().to_string().into(),
        false.into(),
        made_at(0).into(),
        made_at(0).into(),
    ];
    Filling {
        table: Table {
            name: "applications",
            columns: &[
                "tenant_id",
                "id",
                "secret_hash",
                "scopes",
                "user_scoped_only",
                "created_at",
                "updated_at",
            ],
        },
        rows: Box::new([row].into_iter()),
    }
}
