//! Lists: what is in them, in which order, on which page, and how many there are in all.

use std::{cmp::Reverse, time::Duration};

use innkeeper_domain::{
    access::PropertyLimit,
    people::UserState,
    ports::{Direction, Page, PageRequest, PropertyFilter, Queries, UserFilter, Viewer},
    values::Email,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, world};

on_each_backend!(users, api_keys, tenants, totals_are_capped,);

/// Reads a list page by page and compares it with what it should be.
pub(crate) fn compare<T: Clone + PartialEq + std::fmt::Debug>(
    expected: &[T],
    told: &str,
    mut read: impl FnMut(PageRequest) -> Page<T>,
) {
    for size in [1, 4, 1_000] {
        let mut found = Vec::new();
        for number in 1.. {
            let page = read(PageRequest::new(number, size).unwrap());
            let total = usize::try_from(page.total.count()).unwrap();
            assert_eq!(
                total,
                expected.len(),
                "total of page {number} of size {size}, {told}"
            );
            assert!(!page.total.is_capped());
            if page.items.is_empty() {
                break;
            }
            found.extend(page.items);
        }
        assert_eq!(found, expected, "pages of {size}, {told}");
    }
}

fn users(backend: Backend) {
    let world = world(backend);
    let mut expected = Vec::new();
    for n in 0..7_u64 {
        let mut user = world.user(&format!("u{n}@one.example"), UserState::Active);
        user.created_at = NOW + Duration::from_secs((20 - n) / 3);
        world.keep(|repos| repos.users().insert(&user));
        expected.push(user);
    }
    let gone = expected.remove(2);
    world.keep(|repos| repos.users().erase(world.tenant, gone.id, NOW));
    expected.sort_by_key(|user| (user.created_at, user.id));
    let all = UserFilter {
        only: None,
        email: None,
        direction: Direction::Ascending,
    };
    let read = |filter: &UserFilter, page| world.store.users(world.tenant, filter, page).unwrap();
    compare(&expected, "all", |page| read(&all, page));
    let downwards = UserFilter {
        direction: Direction::Descending,
        ..all.clone()
    };
    let reversed: Vec<_> = expected.iter().rev().cloned().collect();
    compare(&reversed, "downwards", |page| read(&downwards, page));
    let only = UserFilter {
        only: Some(expected[3].id),
        ..all.clone()
    };
    compare(&expected[3..4], "only one", |page| read(&only, page));
    let email = Some(Email::parse("U5@ONE.example").unwrap().key().clone());
    let by_email = UserFilter {
        email: email.clone(),
        ..all.clone()
    };
    let named: Vec<_> = expected
        .iter()
        .filter(|user| Some(user.email.key()) == email.as_ref())
        .cloned()
        .collect();
    assert_eq!(named.len(), 1);
    compare(&named, "by address", |page| read(&by_email, page));
    let of_another = UserFilter {
        only: Some(world.id()),
        email,
        ..all
    };
    compare(&[], "the address of another", |page| read(&of_another, page));
}

fn api_keys(backend: Backend) {
    let world = world(backend);
    let credentials: Vec<_> = ["a@one.example", "b@one.example"]
        .map(|email| world.stored_credential(&world.stored_user(email)))
        .to_vec();
    let mut keys = Vec::new();
    for n in 0..6_u64 {
        let mut key = world.api_key(&credentials[usize::from(n % 3 == 0)], PropertyLimit::Unlimited);
        key.created_at = NOW + Duration::from_secs(n / 2);
        key.revoked_at = (n == 4).then_some(NOW);
        world.keep(|repos| repos.api_keys().insert(&key));
        keys.push((Reverse((key.created_at, key.id)), key.user, key.id));
    }
    keys.sort();
    for user in [
        None,
        Some(credentials[0].user),
        Some(credentials[1].user),
        Some(world.id()),
    ] {
        let theirs = keys
            .iter()
            .filter(|(_, owner, _)| user.is_none_or(|user| user == *owner));
        let expected: Vec<_> = theirs.map(|(_, _, id)| *id).collect();
        compare(&expected, &format!("{user:?}"), |page| {
            world
                .store
                .api_keys(world.tenant, user, page)
                .unwrap()
                .map(|key| key.id)
        });
    }
}

fn tenants(backend: Backend) {
    let world = world(backend);
    for n in 0..4 {
        let tenant = crate::world::a_tenant(world.id(), &format!("tenant {n}"));
        world.keep(|repos| repos.tenants().insert(&tenant));
    }
    let names = ["acme", "tenant 0", "tenant 1", "tenant 2", "tenant 3", "default"];
    compare(&names.map(str::to_owned), "oldest first", |page| {
        world
            .store
            .tenants(page)
            .unwrap()
            .map(|tenant| tenant.name.to_string())
    });
}

fn totals_are_capped(backend: Backend) {
    let world = world(backend);
    let tenant = world.sql(world.tenant);
    let many = |count: u32| {
        match backend {
        Backend::Sqlite => format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
             INSERT INTO properties SELECT {tenant}, randomblob(16), 'Home', 'EUR', NULL, NULL, NULL, 1, 1, NULL FROM n"
        ),
        Backend::Postgres => format!(
            "INSERT INTO properties SELECT {tenant}, gen_random_uuid(), 'Home', 'EUR', NULL, NULL, NULL, 1, 1, NULL
             FROM generate_series(1, {count})"
        ),
    }
    };
    let viewer = Viewer {
        tenant: world.tenant,
        user: None,
        limit: PropertyLimit::Unlimited,
    };
    let filter = PropertyFilter {
        ids: None,
        titles: None,
        direction: Direction::Ascending,
    };
    let total = || {
        world
            .store
            .properties(&viewer, &filter, PageRequest::first(1))
            .unwrap()
            .total
    };
    world.database.execute(&many(100_000));
    assert_eq!((total().count(), total().is_capped()), (100_000, false));
    world.database.execute(&many(2));
    assert_eq!((total().count(), total().is_capped()), (100_000, true));
    let last = PageRequest::new(100_000, 1).unwrap();
    assert_eq!(
        world
            .store
            .properties(&viewer, &filter, last)
            .unwrap()
            .items
            .len(),
        1
    );
}
