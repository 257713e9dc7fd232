//! Keys, tokens and records come back as they were stored.

use std::time::Duration;

use innkeeper_domain::{
    access::{Actor, Bearer, Effect, Overrides, Permission, PropertyLimit, ScopeSet, Subject},
    effects::{AuditAction, AuditRecord, Fact, RequestId},
    ids::{ApiKeyId, UserId},
    ports::Queries,
    time::Timestamp,
    tokens::{AccessToken, ApiKey},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, world};

on_each_backend!(api_keys, access_tokens, onboarding_tokens, audit_records,);

const LATER: Timestamp = Timestamp::from_micros(1_800_000_000_654_321);

/// Hashes do not compare, so that nobody compares them other than in constant time.
fn key_shape(key: &ApiKey) -> String {
    format!("{key:?} {:?}", key.secret.as_bytes())
}

fn api_keys(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let credential = world.stored_credential(&user);
    let (one, two) = (world.stored_property("One"), world.stored_property("Two"));
    let unlimited = world.api_key(&credential, PropertyLimit::Unlimited);
    let mut limited = world.api_key(&credential, PropertyLimit::Only(vec![two.id, one.id]));
    (limited.last_used_at, limited.expires_at) = (Some(NOW), Some(LATER));
    for key in [&unlimited, &limited] {
        world.keep(|repos| repos.api_keys().insert(key));
        let found = world
            .keep(|repos| repos.api_keys().lock(world.tenant, key.id))
            .unwrap();
        assert_eq!(key_shape(&found), key_shape(key));
    }
    let found = world.keep(|repos| repos.api_keys().unrevoked_of_users(world.tenant, &[user.id]));
    assert_eq!(
        found.iter().map(|key| key.id).collect::<Vec<_>>(),
        [unlimited.id, limited.id]
    );
    assert_eq!(
        world.store.tenant_of_api_key(limited.id).unwrap(),
        Some(world.tenant)
    );
    assert_eq!(
        world
            .store
            .tenant_of_api_key(world.id::<innkeeper_domain::ids::kinds::ApiKey>())
            .unwrap(),
        None
    );

    limited.limit = PropertyLimit::Only(Vec::new());
    limited.revoked_at = Some(LATER);
    world.keep(|repos| repos.api_keys().update(&limited));
    let found = world
        .keep(|repos| repos.api_keys().lock(world.tenant, limited.id))
        .unwrap();
    assert_eq!(key_shape(&found), key_shape(&limited));
    let found = world.keep(|repos| repos.api_keys().unrevoked_of_users(world.tenant, &[user.id]));
    assert_eq!(found.iter().map(|key| key.id).collect::<Vec<_>>(), [unlimited.id]);

    let revoked_at = LATER + Duration::from_secs(1);
    world.keep(|repos| repos.api_keys().revoke_of_user(world.tenant, user.id, revoked_at));
    let when = |id: ApiKeyId| {
        world
            .keep(|repos| repos.api_keys().lock(world.tenant, id))
            .unwrap()
            .revoked_at
    };
    assert_eq!(when(unlimited.id), Some(revoked_at));
    assert_eq!(
        when(limited.id),
        Some(LATER),
        "one that was revoked before keeps the time of that"
    );
}

fn token_shape(token: &AccessToken) -> String {
    format!("{token:?} {:?}", token.secret.as_bytes())
}

fn access_tokens(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let credential = world.stored_credential(&user);
    let application = world.application();
    world.keep(|repos| repos.applications().insert(&application));
    let of_application = world.access_token(&application, None);
    let of_user = world.access_token(&application, Some(&credential));
    for token in [&of_application, &of_user] {
        world.keep(|repos| repos.access_tokens().insert(token));
        let facts = world.store.token_facts(world.tenant, token.id).unwrap().unwrap();
        assert_eq!(token_shape(&facts.token), token_shape(token));
    }
    world.keep(|repos| repos.access_tokens().remove_of_user(world.tenant, user.id));
    assert!(
        world
            .store
            .token_facts(world.tenant, of_user.id)
            .unwrap()
            .is_none()
    );
    assert!(
        world
            .store
            .token_facts(world.tenant, of_application.id)
            .unwrap()
            .is_some()
    );
}

fn onboarding_tokens(backend: Backend) {
    let world = world(backend);
    let user = world.stored_user("a@one.example");
    let other = world.stored_user("b@one.example");
    for user in [&user, &other] {
        let (token, _) = world.onboarding_token(user);
        world.keep(|repos| repos.onboarding_tokens().insert(&token));
    }
    world.keep(|repos| {
        repos
            .onboarding_tokens()
            .cancel_of_user(world.tenant, user.id, LATER)
    });
    let cancelled = format!(
        "state = 'cancelled' AND email_key IS NULL AND settled_at = {}",
        LATER.as_micros()
    );
    assert_eq!(
        world.count(
            "onboarding_tokens",
            &format!("{cancelled} AND user_id = {}", world.sql(user.id))
        ),
        "1"
    );
    let open = "state = 'open' AND email_key = 'b@one.example' AND settled_at IS NULL";
    assert_eq!(world.count("onboarding_tokens", open), "1");
}

fn audit_records(backend: Backend) {
    let world = world(backend);
    let (user, credential, key): (UserId, _, _) = (world.id(), world.id(), world.id());
    let property = world.id();
    let subject = Subject::User {
        user,
        credential,
        permission: Permission::Edit,
    };
    let limit = PropertyLimit::Unlimited;
    let actor = Actor::bearer(
        world.tenant,
        subject,
        ScopeSet::all(),
        limit,
        Bearer::ApiKey(key),
        None,
    );
    let request = RequestId::parse("r-9").unwrap();
    let overrides = Overrides::parse([("users.invite", Effect::Allow)]).unwrap();
    let full = AuditRecord::new(
        world.id(),
        NOW,
        &actor,
        &request,
        AuditAction::PropertyUserUpdated,
        property,
    )
    .about_property(property)
    .about_user(user)
    .before(vec![
        ("role", Fact::text("user")),
        ("overrides", Fact::Overrides(Overrides::NONE)),
    ])
    .after(vec![
        ("role", Fact::text("owner")),
        ("overrides", Fact::Overrides(overrides)),
        ("active", Fact::Flag(true)),
        ("all", Fact::Texts(vec!["a".to_owned(), "b".to_owned()])),
    ]);
    let records = [full, world.audit_record()];
    world.keep(|repos| repos.audit().add(&records));
    let ids = |column: &str, id: String| format!("{column} = {id}");
    let condition = [
        format!(
            "at = {} AND actor_kind = 'user' AND token_kind = 'api_key'",
            NOW.as_micros()
        ),
        "request_id = 'r-9' AND action = 'property_user.updated'".to_owned(),
        ids("actor_id", world.sql(user)),
        ids("credential_id", world.sql(credential)),
        ids("token_id", world.sql(key)),
        ids("object_id", world.sql(property)),
        ids("property_id", world.sql(property)),
        ids("subject_id", world.sql(user)),
        r#"before_json = '{"role":"user","overrides":null}'"#.to_owned(),
    ];
    assert_eq!(world.count("audit_records", &condition.join(" AND ")), "1");
    assert_eq!(
        world
            .database
            .scalar("SELECT after_json FROM audit_records WHERE request_id = 'r-9'"),
        r#"{"role":"owner","overrides":{"users.invite":true},"active":true,"all":["a","b"]}"#
    );
    let bare = "actor_kind = 'operator' AND actor_id IS NULL AND token_kind IS NULL AND before_json IS NULL \
                AND after_json IS NULL";
    assert_eq!(world.count("audit_records", bare), "1");
}
