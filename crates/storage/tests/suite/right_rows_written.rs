//! Every write changes the rows that it is about, and no other: neither of the same tenant, nor those of another
//! tenant with the very same ids.

use std::collections::BTreeMap;

use innkeeper_domain::{
    access::{PropertyLimit, Role},
    ids::TenantId,
    ports::{Repos, StoreError, Upkeep, Used},
    time::Timestamp,
    values::{PersonName, Title},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    schema::describe,
    street::{Street, street},
    tables::PEOPLE,
    world::{NOW, OneOfEach, TABLES, World, keep},
};

on_each_backend!(writes_change_the_right_rows, what_is_settled_stays_as_it_is,);

const LATER: Timestamp = Timestamp::from_micros(1_800_000_000_654_321);

/// A table and, as bare digits, the key of a row: tenant and id.
pub(crate) type Place = (&'static str, String);

/// Every row as text.
pub(crate) fn dump(world: &World) -> BTreeMap<Place, String> {
    let schema = describe(&world.database);
    let mut rows = BTreeMap::new();
    for table in TABLES {
        let text = |column: &str| match world.backend() {
            Backend::Sqlite => format!("quote({column})"),
            Backend::Postgres => format!("quote_nullable({column}::text)"),
        };
        let cells: Vec<_> = schema[table].columns.keys().map(|column| text(column)).collect();
        let key: Vec<_> = schema[table]
            .primary_key
            .iter()
            .map(|column| text(column))
            .collect();
        let line = format!(
            "{} || ' ' || {}",
            key.join(" || ' ' || "),
            cells.join(" || ',' || ")
        );
        let all = match world.backend() {
            Backend::Sqlite => format!("SELECT group_concat({line}, char(10)) FROM {table}"),
            Backend::Postgres => format!("SELECT string_agg({line}, chr(10)) FROM {table}"),
        };
        let parts = schema[table].primary_key.len();
        let lines = world.database.scalar(&all);
        for line in lines.lines().filter(|line| *line != "NULL") {
            let key: Vec<_> = line.splitn(parts + 1, ' ').collect();
            let digits = |part: &&str| part.trim_matches(['X', '\'']).replace('-', "").to_lowercase();
            let place = key[..parts].iter().map(digits).collect::<Vec<_>>().join(" ");
            assert!(rows.insert((table, place), key[parts].to_owned()).is_none());
        }
    }
    rows
}

/// The same with another value in each thing.
fn changed(each: &OneOfEach) -> OneOfEach {
    let mut changed = each.clone();
    changed.application.scopes = innkeeper_domain::access::ScopeSet::EMPTY;
    changed.user.first_name = PersonName::parse("Changed").unwrap();
    changed.credential.permission = innkeeper_domain::access::Permission::None;
    changed.property.title = Title::parse("Changed").unwrap();
    changed.property_user.role = Role::User;
    changed.api_key.limit = PropertyLimit::Only(Vec::new());
    changed
}

type Write<'w> = &'w dyn Fn(&mut dyn Repos) -> Result<(), StoreError>;

/// The rows that are not as before, but for that of the tenant itself, whose access version may move with any of them.
fn touched<'b>(
    before: &'b BTreeMap<Place, String>,
    after: &BTreeMap<Place, String>,
    tenant: TenantId,
) -> Vec<&'b Place> {
    let own = ("tenants", tenant.uuid().simple().to_string());
    let touched = before.iter().filter(|(key, row)| after.get(key) != Some(row));
    touched.map(|(key, _)| key).filter(|key| **key != own).collect()
}

/// One after the other, each on the one row of ours that it is about.
fn writes_change_the_right_rows(backend: Backend) {
    let Street {
        world, ours, next, ..
    } = street(backend);
    let tenant = world.tenant;
    let (user, property) = (ours.user.id, ours.property.id);
    let second_message = world.message(&next.property, user);
    world.keep(|repos| repos.outbox().add(std::slice::from_ref(&second_message)));
    let changed = changed(&ours);
    let place = |table, id: uuid::Uuid| (table, format!("{} {}", tenant.uuid().simple(), id.simple()));
    let application = place("applications", ours.application.id.uuid());
    let person = place("users", user.uuid());
    let credential = place("credentials", ours.credential.id.uuid());
    let home = place("properties", property.uuid());
    let seat = place("property_users", ours.property_user.id.uuid());
    let key = place("api_keys", ours.api_key.id.uuid());
    let token = place("access_tokens", ours.access_token.id.uuid());
    let link = place("onboarding_tokens", ours.onboarding_token.id.uuid());
    let mail = place("outgoing_messages", ours.message.id.uuid());
    let second_mail = place("outgoing_messages", second_message.id.uuid());
    let writes: [(Write<'_>, &Place); 15] = [
        (
            &|repos| repos.applications().update(&changed.application),
            &application,
        ),
        (&|repos| repos.users().update(&changed.user), &person),
        (&|repos| repos.users().erase(tenant, user, LATER), &person),
        (
            &|repos| repos.credentials().update(&changed.credential),
            &credential,
        ),
        (
            &|repos| repos.credentials().erase_of_user(tenant, user, LATER),
            &credential,
        ),
        (&|repos| repos.properties().update(&changed.property), &home),
        (&|repos| repos.properties().delete(tenant, property, LATER), &home),
        (
            &|repos| repos.property_users().update(&changed.property_user),
            &seat,
        ),
        (
            &|repos| {
                repos
                    .property_users()
                    .withdraw(tenant, &[ours.property_user.id], LATER)
            },
            &seat,
        ),
        (&|repos| repos.api_keys().update(&changed.api_key), &key),
        (
            &|repos| repos.api_keys().revoke_of_user(tenant, user, LATER),
            &key,
        ),
        (
            &|repos| repos.access_tokens().remove_of_user(tenant, user),
            &token,
        ),
        (
            &|repos| repos.onboarding_tokens().cancel_of_user(tenant, user, LATER),
            &link,
        ),
        (
            &|repos| repos.outbox().cancel(tenant, property, &[user], NOW),
            &mail,
        ),
        (
            &|repos| repos.outbox().cancel_of_user(tenant, user, NOW),
            &second_mail,
        ),
    ];
    let mut before = dump(&world);
    assert_eq!(
        before.len(),
        2 + 4 + 4 * (PEOPLE - 1) + 1 + 1,
        "two tenants and four of each thing"
    );
    let mut touches_only = |expected: &Place, what: &str| {
        let after = dump(&world);
        assert_eq!(touched(&before, &after, tenant), [expected], "{what}");
        before = after;
    };
    for (step, (write, expected)) in writes.into_iter().enumerate() {
        world.keep(write);
        touches_only(expected, &format!("step {step}"));
    }
    world
        .store
        .record_uses(&[(Used::ApiKey(tenant, ours.api_key.id), LATER)])
        .unwrap();
    touches_only(&key, "a used key");
    world
        .store
        .record_uses(&[(Used::Credential(tenant, ours.credential.id), LATER)])
        .unwrap();
    touches_only(&credential, "a used credential");
}

fn what_is_settled_stays_as_it_is(backend: Backend) {
    let Street { world, ours, .. } = street(backend);
    let tenant = world.tenant;
    let (user, property) = (ours.user.id, ours.property.id);
    world.keep(|repos| {
        repos
            .property_users()
            .withdraw(tenant, &[ours.property_user.id], NOW)?;
        repos.onboarding_tokens().cancel_of_user(tenant, user, NOW)?;
        repos.api_keys().revoke_of_user(tenant, user, NOW)?;
        repos.credentials().erase_of_user(tenant, user, NOW)?;
        repos.properties().delete(tenant, property, NOW)?;
        repos.users().erase(tenant, user, NOW)
    });
    world.database.execute(
        "UPDATE outgoing_messages SET state = 'sent', next_attempt_at = NULL, sealed = NULL, settled_at = 1",
    );
    let before = dump(&world);
    world.keep(|repos| {
        repos
            .property_users()
            .withdraw(tenant, &[ours.property_user.id], LATER)?;
        repos.onboarding_tokens().cancel_of_user(tenant, user, LATER)?;
        repos.api_keys().revoke_of_user(tenant, user, LATER)?;
        repos.credentials().erase_of_user(tenant, user, LATER)?;
        repos.outbox().cancel(tenant, property, &[user], NOW)?;
        repos.outbox().cancel_of_user(tenant, user, NOW)
    });
    let refused: [Write<'_>; 5] = [
        &|repos| repos.properties().update(&ours.property),
        &|repos| repos.properties().delete(tenant, property, LATER),
        &|repos| repos.users().update(&ours.user),
        &|repos| repos.users().erase(tenant, user, LATER),
        &|repos| repos.property_users().update(&ours.property_user),
    ];
    for (place, write) in refused.into_iter().enumerate() {
        let outcome = keep(&world.store, write);
        assert!(
            matches!(outcome, Err(StoreError::Failed(_))),
            "{place}: {outcome:?}"
        );
    }
    assert_eq!(dump(&world), before);
}
