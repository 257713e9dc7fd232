//! How SQLite finds the rows of each statement. PostgreSQL keeps figures about the tables by itself, and needs no help
//! but the right indexes; see [`crate::plans_imports`].

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use innkeeper_domain::{
    access::{PropertyLimit, Role},
    ports::{
        Direction, MailQuery, PageRequest, PropertyFilter, PropertyUserFilter, PropertyUserOrder, Queries,
        Repos, StoreError, Upkeep, Used, UserFilter, Viewer,
    },
};
use innkeeper_test_support::Backend;
use rusqlite::Connection;

use crate::{
    links_guarded::{come_in, look_in},
    plans_imports::use_everything,
    record_statements::read_record,
    world::{NOW, OneOfEach, World, world},
};

/// Statements of this process, of other tests too: they may be judged as well.
pub(crate) static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

#[expect(clippy::unnecessary_wraps, reason = "the signature is diesel's")]
pub(crate) fn watch() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            SEEN.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(query.to_string());
        }
    }))
}

/// Lists of a whole tenant, in the order of the index; and what is ready, held, due or idle, which has indexes that
/// hold nothing else.
const WHOLE_TENANTS: [&str; 14] = [
    "properties_by_title",
    "users_by_creation",
    "property_users_of_tenant",
    "sqlite_autoindex_audit_records_1",
    "api_keys_by_creation",
    "sync_slots_ready",
    "sync_slots_asked",
    "sync_slots_held",
    "sync_slots_due",
    "sync_slots_idle",
    "channel_budgets_by_expiry",
    "link_requests_oldest",
    "outgoing_messages_due",
    "outgoing_messages_settled",
];

/// Why a way to rows is not good enough, if it is not. Every key begins with the tenant, so one that is used no
/// further is a walk through all of a tenant.
fn complaint(sql: &str, way: &str) -> Option<&'static str> {
    let in_order = WHOLE_TENANTS.iter().any(|index| way.contains(index));
    let in_hand = ["SCAN counted", "SCAN json_each", "SCAN walk", "SCAN least"];
    let in_hand = in_hand.iter().any(|part| way.starts_with(part)) || way.contains("CONSTANT ROW");
    let whole_table = way.starts_with("SCAN ") && !in_hand && !in_order;
    let short = [
        "FROM `tenants`",
        "FROM `workers`",
        "FROM `__diesel_schema_migrations`",
    ]
    .iter()
    .any(|table| sql.contains(table));
    let of_operator = sql.starts_with("SELECT `applications`.`tenant_id` FROM")
        || sql.starts_with("SELECT `api_keys`.`tenant_id` FROM");
    if whole_table && !short && !of_operator {
        return Some("reads a whole table");
    }
    // The total of such a list, which ends by itself.
    let is_total = sql.starts_with("SELECT count(*) FROM (SELECT") && !sql.contains(" IN ");
    let is_one_row = way.contains(" audit_sealers USING PRIMARY KEY");
    (way.ends_with("(tenant_id=?)") && !in_order && !is_total && !is_one_row)
        .then_some("walks through a whole tenant")
}

#[test]
fn every_statement_finds_its_rows_by_a_key() {
    if !Backend::Sqlite.enabled() {
        return;
    }
    set_default_instrumentation(watch).unwrap();
    let world = world(Backend::Sqlite);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    read_everything(&world, &each).unwrap();
    world.keep(|repos| change_everything(&world, &each, repos));
    world
        .store
        .record_uses(&[(Used::ApiKey(world.tenant, each.api_key.id), NOW)])
        .unwrap();
    world
        .store
        .record_uses(&[(Used::Credential(world.tenant, each.credential.id), NOW)])
        .unwrap();
    world.store.purge_access_tokens(NOW, 10).unwrap();
    use_everything(&world);
    read_record(&world).unwrap();
    look_in(&world, &each).unwrap();
    world.keep(|repos| come_in(&world, repos, &each));

    let path = world.database.url().trim_start_matches("sqlite://");
    let connection = Connection::open(path).unwrap();
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let mut judged = BTreeSet::new();
    let mut complaints = Vec::new();
    for shown in &seen {
        let sql = shown.split(" -- binds").next().unwrap().trim();
        let is_ours = ["SELECT", "UPDATE", "DELETE"]
            .iter()
            .any(|verb| sql.starts_with(verb))
            && sql.contains('`');
        let is_ours = is_ours || sql.contains("json_each");
        if !is_ours || !judged.insert(sql) {
            continue;
        }
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let mut ways = plan.raw_query();
        while let Some(way) = ways.next().unwrap() {
            let way: String = way.get("detail").unwrap();
            if let Some(complaint) = complaint(sql, &way) {
                complaints.push(format!("{complaint}: {way}\n    {sql}"));
            }
        }
    }
    assert!(judged.len() > 100, "statements are seen: {}", judged.len());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

fn read_everything(world: &World, each: &OneOfEach) -> Result<(), StoreError> {
    let (store, tenant) = (&world.store, world.tenant);
    let (user, property, seat) = (each.user.id, each.property.id, each.property_user.id);
    let page = PageRequest::first(1);
    store.key_facts(tenant, each.api_key.id)?;
    store.token_facts(tenant, each.access_token.id)?;
    store.application(tenant, each.application.id)?;
    store.user(tenant, user)?;
    store.credentials(tenant, user, page)?;
    store.tenant_called("acme")?;
    store.tenant_of_application(each.application.id)?;
    store.tenant_of_api_key(each.api_key.id)?;
    for viewer in [None, Some(user)] {
        store.property_user(tenant, seat, viewer)?;
        store.property(tenant, property, viewer)?;
        store.api_keys(tenant, viewer, page)?;
        let email = viewer.map(|_| each.user.email.key().clone());
        let filter = UserFilter {
            only: viewer,
            email,
            direction: Direction::Descending,
        };
        store.users(tenant, &filter, page)?;
        for limit in [PropertyLimit::Unlimited, PropertyLimit::Only(vec![property])] {
            let viewer = Viewer {
                tenant,
                user: viewer,
                limit,
            };
            for some in [None, Some(vec![property])] {
                let filter = PropertyFilter {
                    ids: some.clone(),
                    titles: None,
                    direction: Direction::Ascending,
                };
                store.properties(&viewer, &filter, page)?;
                for (users, roles) in [(None, None), (Some(vec![user]), Some(vec![Role::Owner]))] {
                    for order in [PropertyUserOrder::InvitedAt, PropertyUserOrder::Role] {
                        let properties = some.clone();
                        let (users, roles) = (users.clone(), roles.clone());
                        let direction = Direction::Ascending;
                        let filter = PropertyUserFilter {
                            properties,
                            users,
                            roles,
                            order,
                            direction,
                        };
                        store.property_users(&viewer, &filter, page)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn change_everything(world: &World, each: &OneOfEach, repos: &mut dyn Repos) -> Result<(), StoreError> {
    let tenant = world.tenant;
    let (user, property) = (each.user.id, each.property.id);
    repos.applications().lock(tenant, each.application.id)?;
    repos.applications().update(&each.application)?;
    repos.users().lock_by_email(tenant, each.user.email.key())?;
    repos.users().by_id_for_share(tenant, user)?;
    repos.users().lock(tenant, user)?;
    repos.users().update(&each.user)?;
    repos.credentials().of_user(tenant, user)?;
    repos.credentials().lock(tenant, each.credential.id)?;
    repos.credentials().update(&each.credential)?;
    repos.properties().lock(tenant, property, None)?;
    repos.properties().lock(tenant, property, Some(user))?;
    repos.properties().lock_all(tenant, &[property])?;
    repos.properties().update(&each.property)?;
    let seats = repos.property_users();
    seats.by_id(tenant, each.property_user.id)?;
    seats.of_property(tenant, property)?;
    seats.of_user(tenant, user)?;
    seats.grants(tenant, property, user)?;
    seats.seats(tenant, property, user)?;
    seats.active_owners_beside(tenant, property, user)?;
    seats.update(&each.property_user)?;
    seats.withdraw(tenant, &[each.property_user.id], NOW)?;
    repos.api_keys().lock(tenant, each.api_key.id)?;
    repos.api_keys().unrevoked_of_users(tenant, &[user])?;
    repos.api_keys().update(&each.api_key)?;
    repos.api_keys().revoke_of_user(tenant, user, NOW)?;
    repos.access_tokens().remove_of_user(tenant, user)?;
    repos.onboarding_tokens().cancel_of_user(tenant, user, NOW)?;
    let query = MailQuery {
        tenant,
        actor: Some(user),
        property: Some(property),
        recipient: user,
        since: NOW,
    };
    repos.outbox().count(&query)?;
    repos.outbox().cancel(tenant, property, &[user], NOW)?;
    repos.outbox().cancel_of_user(tenant, user, NOW)?;
    repos.properties().delete(tenant, property, NOW)?;
    repos.credentials().erase_of_user(tenant, user, NOW)?;
    repos.users().erase(tenant, user, NOW)
}
