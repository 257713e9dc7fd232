//! Tenants, applications and people come back as they were stored.

use std::time::Duration;

use innkeeper_domain::{
    access::{Permission, ScopeSet},
    people::{CredentialKind, UserState},
    ports::{PageRequest, Queries, StoreError},
    time::Timestamp,
    tokens::SecretHash,
    values::{Email, Locale, PersonName},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, a_tenant, world};

on_each_backend!(
    tenants,
    applications,
    users,
    erased_users_leave_nothing_of_themselves,
    credentials,
    instants_of_all_sizes,
);

const LATER: Timestamp = Timestamp::from_micros(1_800_000_000_654_321);

fn tenants(backend: Backend) {
    let world = world(backend);
    let tenant = a_tenant(world.id(), "Ünïcode & Söhne");
    world.keep(|repos| repos.tenants().insert(&tenant));
    assert_eq!(
        world.store.tenant_called("Ünïcode & Söhne").unwrap(),
        Some(tenant.clone())
    );
    assert_eq!(
        world.store.tenant_called(&tenant.id.to_string()).unwrap(),
        Some(tenant)
    );
    assert_eq!(world.store.tenant_called("nobody").unwrap(), None);
}

fn applications(backend: Backend) {
    let world = world(backend);
    let mut application = world.application();
    world.keep(|repos| repos.applications().insert(&application));
    let shape = |application: &_| format!("{application:?}");
    let found = world
        .store
        .application(world.tenant, application.id)
        .unwrap()
        .unwrap();
    assert_eq!(shape(&found), shape(&application));
    assert_eq!(found.secret.as_bytes(), &[3; 32]);

    application.secret = SecretHash::from_bytes([9; 32]);
    application.scopes = ScopeSet::EMPTY;
    application.user_scoped_only = true;
    application.updated_at = LATER;
    world.keep(|repos| repos.applications().update(&application));
    let found = world
        .keep(|repos| repos.applications().lock(world.tenant, application.id))
        .unwrap();
    assert_eq!(shape(&found), shape(&application));
    assert_eq!(found.secret.as_bytes(), &[9; 32]);
    assert_eq!(
        world.store.tenant_of_application(application.id).unwrap(),
        Some(world.tenant)
    );
}

fn users(backend: Backend) {
    let world = world(backend);
    let mut invited = world.user("Ana.Lima+x@Bücher.Example", UserState::Invited);
    invited.last_name = None;
    let mut other = world.user("other@one.example", UserState::Active);
    world.keep(|repos| repos.users().insert(&invited));
    world.keep(|repos| repos.users().insert(&other));
    assert_eq!(
        world.store.user(world.tenant, invited.id).unwrap(),
        Some(invited.clone())
    );
    let key = Email::parse("ana.lima+x@xn--bcher-kva.example").unwrap();
    let by_email = world.keep(|repos| repos.users().lock_by_email(world.tenant, key.key()));
    assert_eq!(by_email, Some(invited.clone()));

    other.first_name = PersonName::parse("名前").unwrap();
    other.last_name = None;
    other.locale = Locale::EnGb;
    other.state = UserState::Disabled;
    other.updated_at = LATER;
    other.onboarded_at = Some(LATER);
    world.keep(|repos| repos.users().update(&other));
    assert_eq!(
        world.keep(|repos| repos.users().lock(world.tenant, other.id)),
        Some(other.clone())
    );
    assert_eq!(
        world.keep(|repos| repos.users().by_id_for_share(world.tenant, other.id)),
        Some(other)
    );
    assert_eq!(
        world.store.user(world.tenant, invited.id).unwrap(),
        Some(invited),
        "only the one was changed"
    );
}

fn erased_users_leave_nothing_of_themselves(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("gone@one.example");
    let credential = world.stored_credential(&user);
    world.keep(|repos| {
        repos.users().erase(world.tenant, user.id, LATER)?;
        repos.credentials().erase_of_user(world.tenant, user.id, LATER)
    });
    assert_eq!(world.store.user(world.tenant, user.id).unwrap(), None);
    world.keep(|repos| {
        assert_eq!(repos.users().lock(world.tenant, user.id)?, None);
        assert_eq!(repos.users().by_id_for_share(world.tenant, user.id)?, None);
        assert_eq!(repos.users().lock_by_email(world.tenant, user.email.key())?, None);
        assert_eq!(repos.credentials().of_user(world.tenant, user.id)?, []);
        assert_eq!(repos.credentials().lock(world.tenant, credential.id)?, None);
        Ok(())
    });
    let nothing = "email IS NULL AND email_key IS NULL AND first_name IS NULL AND last_name IS NULL";
    let erased = format!(
        "{nothing} AND state = 'deleted' AND updated_at = {}",
        LATER.as_micros()
    );
    assert_eq!(world.count("users", &erased), "1");
    let erased = format!("email IS NULL AND removed_at = {}", LATER.as_micros());
    assert_eq!(world.count("credentials", &erased), "1");
    let again = crate::world::keep(&world.store, |repos| {
        repos.users().erase(world.tenant, user.id, LATER)
    });
    assert!(matches!(again, Err(StoreError::Failed(_))), "{again:?}");
}

fn credentials(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let stranger = world.stored_user("b@one.example");
    let mut first = world.credential(&user);
    first.kind = CredentialKind::Password;
    first.permission = Permission::None;
    first.last_login_at = Some(NOW);
    let second = world.credential(&user);
    for credential in [&second, &first, &world.credential(&stranger)] {
        world.keep(|repos| repos.credentials().insert(credential));
    }
    assert_eq!(
        world.keep(|repos| repos.credentials().of_user(world.tenant, user.id)),
        [first.clone(), second.clone()],
        "the oldest first, by id where they are as old"
    );
    first.permission = Permission::Admin;
    first.removed_at = Some(LATER);
    world.keep(|repos| repos.credentials().update(&first));
    assert_eq!(
        world.keep(|repos| repos.credentials().lock(world.tenant, first.id)),
        Some(first.clone())
    );
    let live = world
        .store
        .credentials(world.tenant, user.id, PageRequest::first(10))
        .unwrap();
    assert_eq!(live.items, [second]);
    assert_eq!(live.total.count(), 1);

    let erased_at = LATER + Duration::from_secs(1);
    world.keep(|repos| {
        repos
            .credentials()
            .erase_of_user(world.tenant, user.id, erased_at)
    });
    let kept = format!("removed_at = {} AND email IS NULL", LATER.as_micros());
    assert_eq!(
        world.count("credentials", &kept),
        "1",
        "one that was removed keeps the time of that"
    );
}

fn instants_of_all_sizes(backend: Backend) {
    let world = world(backend);
    for (place, micros) in [i64::MIN, -1, 0, 1, 1_700_000_000_123_456, i64::MAX]
        .into_iter()
        .enumerate()
    {
        let mut user = world.user(&format!("u{place}@one.example"), UserState::Active);
        user.created_at = Timestamp::from_micros(micros);
        world.keep(|repos| repos.users().insert(&user));
        assert_eq!(
            world.store.user(world.tenant, user.id).unwrap(),
            Some(user),
            "{micros}"
        );
    }
}
