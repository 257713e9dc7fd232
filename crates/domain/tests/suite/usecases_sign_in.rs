//! Signing in, and what ends a session.

use innkeeper_domain::{
    access::{Permission, ScopeSet},
    effects::MessageKind,
    ids::{Id, UserId},
    onboarding::SESSION_SECONDS,
    people::{CredentialKind, UserState},
    ports::{MockQueries, Page, Total},
    tenancy::Tenant,
    tokens::{AccessVersion, CredentialFacts, NotAuthenticated, TokenFacts},
    usecases::{RemoveCredential, Session, TenantError, ask_by_address, remove_credential, tenant_for},
    values::{Email, Label},
};

use crate::{
    cast::{NOW, tenant},
    entering::{PASSWORD, invited},
    told::told,
    world::{World, address, operator},
};

const WRONG: &str = "wrong e-mail address or password";

/// Zoe, who has come in by her link, and a session of hers.
fn zoe(world: &World) -> (UserId, Session) {
    let (_, zoe, _, secret) = invited(world, innkeeper_domain::access::Role::User);
    world.confirm(&secret).unwrap();
    (zoe, world.sign_in(&address("new"), PASSWORD).0.unwrap())
}

/// What the token of a session is worth now.
fn worth(world: &World, session: &Session) -> Option<Result<(), NotAuthenticated>> {
    let state = world.state();
    let token = state
        .tokens
        .iter()
        .find(|row| row.secret.matches(&session.secret))?;
    let (user, credential) = token.subject.unwrap();
    let credential = state.credentials.iter().find(|row| row.id == credential).unwrap();
    let facts = TokenFacts {
        token: token.clone(),
        application_scopes: ScopeSet::all(),
        user_scoped_only: false,
        subject: Some((
            state.user(user).unwrap().state,
            CredentialFacts {
                permission: credential.permission,
                removed: credential.removed_at.is_some(),
            },
        )),
        version: AccessVersion::new(0),
    };
    Some(facts.verify(&session.secret, world.visit().now).map(drop))
}

#[test]
fn a_session_is_a_token_of_no_application_bound_to_the_password() {
    let world = World::new();
    let (zoe, session) = zoe(&world);
    let state = world.state();
    let token = state.tokens.last().unwrap();
    let credential = state.credentials.iter().find(|row| row.user == zoe).unwrap();
    assert_eq!(credential.kind, CredentialKind::Password);
    assert_eq!(token.application, None);
    assert_eq!(token.subject, Some((zoe, credential.id)));
    assert_eq!(token.scopes, ScopeSet::all());
    assert_eq!(
        token.expires_at.since(token.created_at).as_secs(),
        SESSION_SECONDS
    );
    assert_eq!(state.audit.last().unwrap().action.as_str(), "user.signed_in");
    assert_eq!(worth(&world, &session), Some(Ok(())));
}

/// The same answer, and the same work (D-24).
#[test]
fn whoever_may_not_come_in_is_answered_alike_at_the_same_cost() {
    let world = World::new();
    let (person, _) = zoe(&world);
    world.person("partner");
    world.person_in("invited", UserState::Invited);
    for (name, password) in [
        ("new", "correct horse batterz"),
        ("new", ""),
        ("partner", PASSWORD),
        ("invited", PASSWORD),
        ("nobody", PASSWORD),
    ] {
        let password = if password.is_empty() { "x" } else { password };
        world.refuses(WRONG, |world| {
            let (answer, compared) = world.sign_in(&address(name), password);
            assert_eq!(compared, 1, "{name}");
            answer
        });
    }
    world.refuses(WRONG, |world| {
        world.sign_in_to(world.fresh(), &address("new"), PASSWORD).0
    });
    world.disable(&operator(), person).unwrap();
    world.refuses(WRONG, |world| world.sign_in(&address("new"), PASSWORD).0);
}

#[test]
fn a_new_password_ends_sessions_and_nothing_else() {
    let world = World::new();
    let (person, session) = zoe(&world);
    let other = world.person("bob");
    // A token of an application for the same person, and a key.
    world.store.set(|state| {
        let mut token = state.tokens[0].clone();
        token.id = Id::from_uuid(uuid());
        token.application = Some(Id::from_uuid(uuid()));
        state.tokens.push(token);
        let mut session = state.tokens[0].clone();
        session.subject = Some((other, Id::from_uuid(other.uuid())));
        state.tokens.push(session);
    });
    let email = Email::parse(&address("new")).unwrap();
    ask_by_address(&world.store, &world.visit(), tenant(), &email).unwrap();
    world.answer_requests();
    let reset = world.mailed(person, MessageKind::PasswordReset).unwrap();
    world.restore(&reset).unwrap();
    let state = world.state();
    let left: Vec<_> = state
        .tokens
        .iter()
        .map(|row| (row.application.is_some(), row.subject.unwrap().0))
        .collect();
    assert_eq!(left, [(true, person), (false, other)]);
    assert!(worth(&world, &session).is_none_or(|worth| worth.is_ok()));
    assert_eq!(
        state.credentials.iter().filter(|row| row.user == person).count(),
        1
    );
    assert_eq!(state.passwords.len(), 1);
    assert_eq!(
        state.audit.last().unwrap().action.as_str(),
        "user.password_changed"
    );
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::from_u128(0xfeed)
}

/// The mailbox is proof enough.
#[test]
fn an_active_person_without_a_password_gets_one_by_asking() {
    let world = World::new();
    let bob = world.person("bob");
    let email = Email::parse(&address("bob")).unwrap();
    ask_by_address(&world.store, &world.visit(), tenant(), &email).unwrap();
    world.answer_requests();
    let reset = world.mailed(bob, MessageKind::PasswordReset).unwrap();
    world.restore(&reset).unwrap();
    let state = world.state();
    let password = state
        .credentials
        .iter()
        .find(|row| row.kind == CredentialKind::Password)
        .unwrap();
    assert_eq!((password.user, password.permission), (bob, Permission::View));
    let (session, _) = world.sign_in(&address("bob"), PASSWORD);
    assert_eq!(told(&session), "done");
}

#[test]
fn c_61_a_session_dies_with_its_credential_and_with_its_person() {
    let world = World::new();
    let (person, session) = zoe(&world);
    world.disable(&operator(), person).unwrap();
    assert_eq!(
        worth(&world, &session),
        Some(Err(NotAuthenticated::UserNotActive))
    );
    world.enable(&operator(), person).unwrap();
    assert_eq!(worth(&world, &session), Some(Ok(())));
    let command = RemoveCredential {
        context: world.context(&operator()),
        id: session.credential,
    };
    remove_credential(&world.store, &command).unwrap();
    assert_eq!(
        worth(&world, &session),
        Some(Err(NotAuthenticated::CredentialRemoved))
    );
    assert!(world.state().passwords.is_empty(), "its password is erased");
    world.refuses(WRONG, |world| world.sign_in(&address("new"), PASSWORD).0);
}

#[test]
fn deleting_a_person_erases_their_password() {
    let world = World::new();
    let (person, session) = zoe(&world);
    world.delete_user(&operator(), person).unwrap();
    assert!(world.state().passwords.is_empty());
    assert_eq!(worth(&world, &session), None);
}

#[test]
fn a_tenant_is_meant_by_name_or_id_and_only_left_out_where_there_is_one() {
    let called = |names: &'static [&'static str]| {
        let tenants: Vec<Tenant> = names
            .iter()
            .zip(1..)
            .map(|(name, n)| Tenant {
                id: crate::cast::id(n),
                name: Label::parse(name).unwrap(),
                created_at: NOW,
            })
            .collect();
        let mut queries = MockQueries::new();
        let list = tenants.clone();
        queries.expect_tenants().returning(move |_| {
            Ok(Page {
                items: list.clone(),
                total: Total::counted(9),
            })
        });
        queries.expect_tenant_called().returning(move |named| {
            let mut tenants = tenants.iter();
            Ok(tenants.find(|tenant| tenant.name.as_str() == named).cloned())
        });
        queries
    };
    let found = |queries: &MockQueries, named| match tenant_for(queries, named) {
        Ok(tenant) => tenant.map_or("nobody".to_owned(), |id| id.to_string()),
        Err(TenantError::Invalid(invalid)) => crate::told::Told::told(&invalid),
        Err(TenantError::Store(error)) => error.to_string(),
    };
    let (one, two) = (called(&["sea"]), called(&["sea", "hill"]));
    let sea = crate::cast::id::<innkeeper_domain::ids::kinds::Tenant>(1).to_string();
    assert_eq!(found(&one, None), sea);
    assert_eq!(found(&one, Some("sea")), sea);
    assert_eq!(found(&one, Some("hill")), "nobody");
    assert_eq!(found(&two, None), "tenant: Blank");
    assert_eq!(found(&two, Some("sea")), sea);
    assert_eq!(found(&called(&[]), None), "nobody");
}
