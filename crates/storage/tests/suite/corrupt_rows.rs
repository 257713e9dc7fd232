//! A row that cannot be read is reported by table and id, and never guessed.

use innkeeper_domain::{
    access::{Effect, Policy},
    ids::TenantId,
    ports::{Direction, PageRequest, Queries, StoreError, UserFilter},
};
use innkeeper_storage::SqlStore;
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{OneOfEach, World, a_tenant, keep, world};

on_each_backend!(
    every_value_that_does_not_belong_is_reported,
    a_policy_that_only_a_newer_version_knows_is_no_damage,
);

/// Writes into a column what the database would refuse.
pub(crate) fn damage(world: &World, tenant: TenantId, table: &str, column: &str, value: &str) {
    let update = format!(
        "UPDATE {table} SET {column} = {value} WHERE tenant_id = {}",
        world.sql(tenant)
    );
    match world.backend() {
        Backend::Sqlite => world
            .database
            .execute(&format!("PRAGMA ignore_check_constraints = ON; {update}")),
        Backend::Postgres => world.database.execute(&format!(
            "DO $$ DECLARE c text; BEGIN
                 FOR c IN SELECT conname FROM pg_constraint
                     WHERE conrelid = '{table}'::regclass AND contype = 'c' LOOP
                     EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT %I', c);
                 END LOOP;
             END $$; {update}"
        )),
    }
}

type Read = fn(&SqlStore, TenantId, &OneOfEach) -> Result<(), StoreError>;

fn applications(store: &SqlStore, tenant: TenantId, each: &OneOfEach) -> Result<(), StoreError> {
    keep(store, |repos| {
        repos.applications().lock(tenant, each.application.id)
    })
    .map(drop)
}

fn users(store: &SqlStore, tenant: TenantId, each: &OneOfEach) -> Result<(), StoreError> {
    store.user(tenant, each.user.id).map(drop)
}

fn listed_users(store: &SqlStore, tenant: TenantId, _each: &OneOfEach) -> Result<(), StoreError> {
    let filter = UserFilter {
        only: None,
        email: None,
        direction: Direction::Ascending,
    };
    store.users(tenant, &filter, PageRequest::first(10)).map(drop)
}

fn credentials(store: &SqlStore, tenant: TenantId, each: &OneOfEach) -> Result<(), StoreError> {
    keep(store, |repos| repos.credentials().of_user(tenant, each.user.id)).map(drop)
}

fn properties(store: &SqlStore, tenant: TenantId, each: &OneOfEach) -> Result<(), StoreError> {
    store.property(tenant, each.property.id, None).map(drop)
}

fn property_users(store: &SqlStore, tenant: TenantId, each: &OneOfEach) -> Result<(), StoreError> {
    store.property_user(tenant, each.property_user.id, None).map(drop)
}

fn grants(store: &SqlStore, tenant: TenantId, each: &OneOfEach) -> Result<(), StoreError> {
    keep(store, |repos| {
        repos
            .property_users()
            .grants(tenant, each.property.id, each.user.id)
    })
    .map(drop)
}

fn viewers(store: &SqlStore, tenant: TenantId, each: &OneOfEach) -> Result<(), StoreError> {
    store
        .property(tenant, each.property.id, Some(each.user.id))
        .map(drop)
}

fn key_facts(store: &SqlStore, tenant: TenantId, each: &OneOfEach) -> Result<(), StoreError> {
    store.key_facts(tenant, each.api_key.id).map(drop)
}

fn token_facts(store: &SqlStore, tenant: TenantId, each: &OneOfEach) -> Result<(), StoreError> {
    store.token_facts(tenant, each.access_token.id).map(drop)
}

/// Table, column, what to write there, and who reads it.
const CASES: [(&str, &str, &str, Read); 33] = [
    ("applications", "scopes", "'user:read fly'", applications),
    ("applications", "scopes", "'fly'", token_facts),
    ("users", "email", "'nobody'", users),
    ("users", "email", "NULL", users),
    ("users", "email_key", "'other@one.example'", users),
    ("users", "email_key", "'Each@one.example'", users),
    ("users", "email_key", "NULL", users),
    ("users", "first_name", "''", users),
    ("users", "first_name", "NULL", users),
    ("users", "last_name", "' '", listed_users),
    ("users", "locale", "'tlh'", listed_users),
    ("users", "state", "'gone'", users),
    ("users", "state", "'Active'", property_users),
    ("users", "state", "''", key_facts),
    ("users", "state", "'gone'", token_facts),
    ("credentials", "kind", "'magic'", credentials),
    ("credentials", "permission", "'all'", credentials),
    ("credentials", "permission", "'all'", key_facts),
    ("credentials", "permission", "'EDIT'", token_facts),
    ("credentials", "email", "'nobody'", credentials),
    ("properties", "title", "''", properties),
    ("properties", "currency", "'XXX'", properties),
    ("properties", "timezone", "'!'", properties),
    ("properties", "country", "'pt'", properties),
    ("properties", "email", "''", viewers),
    ("property_users", "role", "'boss'", property_users),
    ("property_users", "role", "'Owner'", grants),
    ("property_users", "overrides", "'no json'", property_users),
    (
        "property_users",
        "overrides",
        "'{\"reports.read\": \"yes\"}'",
        grants,
    ),
    ("property_users", "overrides", "'[true]'", viewers),
    ("api_keys", "scopes", "'user:read,user:write'", key_facts),
    ("api_keys", "property_limit", "'{}'", key_facts),
    ("access_tokens", "scopes", "'*'", token_facts),
];

/// Each in a tenant of its own, so that one database is enough.
fn every_value_that_does_not_belong_is_reported(backend: Backend) {
    let world = world(backend);
    for (place, (table, column, value, read)) in CASES.into_iter().enumerate() {
        let mut each = world.one_of_each();
        let tenant = each.tenant.id;
        each.tenant = a_tenant(tenant, &format!("tenant {place}"));
        let each = each.moved_to(tenant);
        world.keep(|repos| each.write(repos));
        read(&world.store, tenant, &each)
            .unwrap_or_else(|error| panic!("{table}.{column} before the damage: {error:?}"));
        damage(&world, tenant, table, column, value);
        let expected = match table {
            "applications" => each.application.id.to_string(),
            "users" => each.user.id.to_string(),
            "credentials" => each.credential.id.to_string(),
            "properties" => each.property.id.to_string(),
            "property_users" => each.property_user.id.to_string(),
            "api_keys" => each.api_key.id.to_string(),
            _ => each.access_token.id.to_string(),
        };
        match read(&world.store, tenant, &each) {
            Err(StoreError::Corrupt {
                table: found,
                id,
                what,
            }) => {
                assert_eq!((found, id), (table, expected), "{column} = {value}");
                assert!(what.contains(column), "{table}.{column} = {value}: {what}");
                let content = value.trim_matches('\'').trim();
                assert!(
                    content.is_empty() || !what.contains(content),
                    "the content is not repeated: {what}"
                );
            }
            other => panic!("{table}.{column} = {value}: {other:?}"),
        }
    }
}

fn a_policy_that_only_a_newer_version_knows_is_no_damage(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    damage(
        &world,
        world.tenant,
        "property_users",
        "overrides",
        "'{\"rooms.paint\": true, \"reports.read\": false}'",
    );
    let found = world
        .store
        .property_user(world.tenant, each.property_user.id, None)
        .unwrap()
        .unwrap();
    let overrides = found.0.property_user.overrides;
    assert!(overrides.denied().contains(Policy::ReportsRead));
    let entries: Vec<_> = overrides.entries().collect();
    assert_eq!(
        entries,
        [("reports.read", Effect::Deny), ("rooms.paint", Effect::Deny)],
        "unknown counts as denied"
    );
}
