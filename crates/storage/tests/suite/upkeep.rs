//! Last uses, and tokens that are over.

use std::time::Duration;

use innkeeper_domain::{
    access::PropertyLimit,
    ids::TenantId,
    ports::{Queries, StoreError, Upkeep, Used},
    time::Timestamp,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, World, a_tenant, world};

on_each_backend!(
    last_uses_move_forward_only,
    a_batch_of_uses_is_kept_as_a_whole,
    tokens_that_are_over_go_in_portions,
);

fn last_uses_move_forward_only(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let credential = world.stored_credential(&user);
    let (one, two) = (
        world.api_key(&credential, PropertyLimit::Unlimited),
        world.api_key(&credential, PropertyLimit::Unlimited),
    );
    world.keep(|repos| {
        repos.api_keys().insert(&one)?;
        repos.api_keys().insert(&two)
    });
    let at = |seconds| NOW + Duration::from_secs(seconds);
    let record = |uses: &[(Used, Timestamp)]| world.store.record_uses(uses).unwrap();
    let last = |id| {
        world
            .store
            .key_facts(world.tenant, id)
            .unwrap()
            .unwrap()
            .key
            .last_used_at
    };
    let login = || {
        world
            .keep(|repos| repos.credentials().lock(world.tenant, credential.id))
            .unwrap()
            .last_login_at
    };
    let key = Used::ApiKey(world.tenant, one.id);
    record(&[
        (key, at(5)),
        (key, at(7)),
        (key, at(6)),
        (Used::Credential(world.tenant, credential.id), at(3)),
    ]);
    assert_eq!(
        (last(one.id), last(two.id), login()),
        (Some(at(7)), None, Some(at(3)))
    );
    record(&[
        (key, at(1)),
        (Used::Credential(world.tenant, credential.id), at(2)),
    ]);
    assert_eq!((last(one.id), login()), (Some(at(7)), Some(at(3))));
    record(&[(key, at(8)), (Used::ApiKey(world.tenant, world.id()), at(9))]);
    assert_eq!(last(one.id), Some(at(8)), "a key that is gone is nobody's fault");
    let stranger: TenantId = world.id();
    record(&[
        (Used::ApiKey(stranger, two.id), at(9)),
        (Used::Credential(stranger, credential.id), at(9)),
    ]);
    assert_eq!((last(two.id), login()), (None, Some(at(3))));
}

fn a_batch_of_uses_is_kept_as_a_whole(backend: Backend) {
    let world = world(backend);
    let credential = world.stored_credential(&world.stored_user("a@one.example"));
    let key = world.api_key(&credential, PropertyLimit::Unlimited);
    world.keep(|repos| repos.api_keys().insert(&key));
    world.database.execute("ALTER TABLE credentials RENAME TO away");
    let uses = [
        (Used::ApiKey(world.tenant, key.id), NOW),
        (Used::Credential(world.tenant, credential.id), NOW),
    ];
    let outcome = world.store.record_uses(&uses);
    assert!(matches!(outcome, Err(StoreError::Failed(_))), "{outcome:?}");
    world.database.execute("ALTER TABLE away RENAME TO credentials");
    assert_eq!(world.count("api_keys", "last_used_at IS NULL"), "1");
}

fn add_tokens(world: &World, tenant: TenantId) {
    let application = world.application();
    for seconds in 0..10 {
        let mut token = world.access_token(&application, None);
        (token.tenant, token.expires_at) = (tenant, NOW + Duration::from_secs(seconds));
        world.keep(|repos| repos.access_tokens().insert(&token));
    }
}

fn tokens_that_are_over_go_in_portions(backend: Backend) {
    let world = world(backend);
    let second = a_tenant(world.id(), "second");
    world.keep(|repos| repos.tenants().insert(&second));
    add_tokens(&world, world.tenant);
    add_tokens(&world, second.id);
    let before = NOW + Duration::from_secs(4);
    let purge = |limit| world.store.purge_access_tokens(before, limit).unwrap();
    assert_eq!(purge(0), 0);
    assert_eq!(purge(3), 3);
    let left = |tenant| world.count("access_tokens", &format!("tenant_id = {}", world.sql(tenant)));
    assert_eq!(
        (left(world.tenant), left(second.id)),
        ("7".to_owned(), "10".to_owned())
    );
    assert_eq!(
        world.count(
            "access_tokens",
            &format!("expires_at < {}", (NOW + Duration::from_secs(3)).as_micros())
        ),
        "3",
        "those over for longest went first"
    );
    assert_eq!(purge(100), 5);
    assert_eq!(
        purge(100),
        0,
        "one is over at the instant itself, but not before it"
    );
    assert_eq!(
        (left(world.tenant), left(second.id)),
        ("6".to_owned(), "6".to_owned())
    );
}
