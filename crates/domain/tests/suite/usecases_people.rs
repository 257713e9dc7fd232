//! Creating, switching and deleting people, and their logins.

use innkeeper_domain::{
    access::{Actor, Overrides, Permission, PropertyLimit, Role},
    effects::AuditAction,
    ids::{CredentialId, UserId},
    mocks::{InlineUow, MockRepos},
    people::{Credential, PropertyUser, User, UserState},
    ports::{StoreError, Verdict},
    tokens::SecretKind,
    usecases::{
        AddCredential, ChangeUserState, CreateUser, CreateUserError, CredentialError, RemoveCredential,
        RemoveUserError, SetPermission, add_credential, create_user, disable_user, remove_credential,
        set_permission,
    },
    values::{Email, Locale, PersonName},
};

use crate::{
    cast::{NOW, house, id, tenant},
    tokens::{a_key, a_secret},
    told::told,
    world::{World, address, application, as_user, credential_of, operator, person},
};

fn create(world: &World, actor: &Actor, email: &str) -> Result<(User, Credential), CreateUserError> {
    let command = CreateUser {
        context: world.context(actor),
        email: Email::parse(email).unwrap(),
        first_name: PersonName::parse("Zoe").unwrap(),
        last_name: PersonName::parse("Quinn").unwrap(),
        locale: Locale::Pt,
        permission: Permission::Edit,
    };
    create_user(&world.store, &command)
}

#[test]
fn an_application_creates_an_active_person_with_one_login() {
    let world = World::new();
    let (user, credential) = create(&world, &application(), "Zoe@example.test").unwrap();
    let state = world.state();
    assert_eq!(
        (user.state, user.name(), user.locale),
        (UserState::Active, "Zoe Quinn".to_owned(), Locale::Pt)
    );
    assert!(user.onboarded_at.is_some());
    assert_eq!(
        (credential.user, credential.permission),
        (user.id, Permission::Edit)
    );
    assert_eq!(
        (state.users.as_slice(), state.credentials.as_slice()),
        ([user].as_slice(), [credential].as_slice())
    );
    let told: Vec<_> = state.audit.iter().map(|record| record.action).collect();
    assert_eq!(told, [AuditAction::UserCreated, AuditAction::CredentialAdded]);
}

#[test]
fn c_05_a_taken_address_makes_no_second_person() {
    let world = World::new();
    world.person("zoe");
    world.refuses("the e-mail address is taken", |world| {
        create(world, &application(), " ZOE@Example.test ")
    });
    let ana = as_user(world.person("ana"));
    world.refuses("not for user-scoped tokens", |world| {
        create(world, &ana, &address("new"))
    });
}

#[test]
fn a_disabled_person_becomes_what_they_were_before() {
    let world = World::new();
    let (active, invited) = (
        world.person("active"),
        world.person_in("invited", UserState::Invited),
    );
    for (user, before) in [(active, UserState::Active), (invited, UserState::Invited)] {
        assert_eq!(
            world.disable(&operator(), user).unwrap().state,
            UserState::Disabled
        );
        let fingerprint = world.state().fingerprint();
        world.disable(&operator(), user).unwrap();
        assert_eq!(
            world.state().fingerprint(),
            fingerprint,
            "disabling again changes nothing"
        );
        assert_eq!(world.enable(&operator(), user).unwrap().state, before);
    }
    world.refuses("not visible", |world| world.disable(&operator(), id(404)));
    world.refuses("not for user-scoped tokens", |world| {
        world.enable(&application(), active)
    });
}

#[test]
fn c_80_a_deleted_person_takes_places_keys_links_and_mails_along() {
    let world = World::new();
    let ana = world.person("ana");
    let (sea, hill) = (world.house_of(ana), world.house_of(ana));
    let view = world
        .invite(&as_user(ana), sea, &address("bob"), Role::User, Overrides::NONE)
        .unwrap();
    let bob = view.user.id;
    world
        .invite(&as_user(ana), hill, &address("bob"), Role::User, Overrides::NONE)
        .unwrap();
    let secret = a_secret(SecretKind::ApiKey);
    for (n, limit) in [
        (200, PropertyLimit::Unlimited),
        (201, PropertyLimit::Only(vec![sea, hill])),
    ] {
        let mut key = a_key(&secret);
        (key.id, key.user, key.limit) = (id(n), bob, limit);
        world.store.set(|state| state.keys.push(key));
    }
    world.refuses("not for user-scoped tokens", |world| {
        world.delete_user(&as_user(bob), bob)
    });

    world.delete_user(&application(), bob).unwrap();

    let state = world.state();
    assert!(state.property_users.iter().all(|place| place.user != bob));
    assert!(state.keys.iter().all(|key| key.revoked_at.is_some()));
    assert!(state.links.iter().all(|(_, cancelled)| cancelled.is_some()));
    assert!(
        state
            .messages
            .iter()
            .all(|(mail, cancelled)| *cancelled && mail.secret.is_none())
    );
    assert_eq!(state.erased, [bob]);
    let withdrawn = state
        .audit
        .iter()
        .filter(|record| record.action == AuditAction::PropertyUserWithdrawn);
    assert_eq!(withdrawn.count(), 2);
    assert_eq!(state.audit.last().unwrap().action, AuditAction::UserDeleted);
    let told = |action| {
        state
            .audit
            .iter()
            .filter(|record| record.action == action)
            .count()
    };
    assert_eq!(told(AuditAction::ApiKeyRevoked), 2, "each key is on record once");
    world.refuses("not visible", |world| world.delete_user(&application(), bob));
}

fn place_of(user: UserId, n: u128) -> PropertyUser {
    PropertyUser {
        tenant: tenant(),
        id: id(20 + n),
        property: id(10 + n),
        user,
        role: Role::User,
        overrides: Overrides::NONE,
        invited_at: NOW,
        updated_at: NOW,
        invited_by: None,
    }
}

fn disabling() -> ChangeUserState {
    ChangeUserState {
        context: World::new().context(&operator()),
        user: id(200),
    }
}

/// Between reading the places and locking the person, someone invited them: all begins again.
#[test]
fn c_43_a_person_whose_places_move_is_locked_again_from_the_start() {
    let mut repos = MockRepos::default();
    let mut reads = vec![
        vec![],
        vec![place_of(id(200), 0)],
        vec![place_of(id(200), 0)],
        vec![place_of(id(200), 0)],
    ];
    reads.reverse();
    repos
        .property_users
        .expect_of_user()
        .times(4)
        .returning(move |_, _| Ok(reads.pop().unwrap()));
    repos
        .properties
        .expect_lock_all()
        .once()
        .withf(|_, ids| ids == [house()])
        .returning(|_, _| Ok(Vec::new()));
    repos
        .users
        .expect_lock()
        .times(2)
        .returning(|_, _| Ok(Some(person(id(200), "zoe", UserState::Active))));
    repos
        .property_users
        .expect_active_owners_beside()
        .once()
        .returning(|_, _, _| Ok(1));
    repos
        .users
        .expect_update()
        .once()
        .withf(|user| user.state == UserState::Disabled)
        .returning(|_| Ok(()));
    repos.audit.expect_add().once().returning(|_| Ok(()));
    let uow = InlineUow::over(repos);
    assert_eq!(told(&disable_user(&uow, &disabling())), "done");
    assert_eq!(uow.verdicts(), [Verdict::Discard, Verdict::Keep]);
}

#[test]
fn c_43_a_person_whose_places_never_rest_is_left_alone() {
    let mut repos = MockRepos::default();
    let mut reads = 0;
    repos.property_users.expect_of_user().returning(move |_, _| {
        reads += 1;
        Ok((0..reads).map(|n| place_of(id(200), n)).collect())
    });
    repos
        .properties
        .expect_lock_all()
        .returning(|_, _| Ok(Vec::new()));
    repos
        .users
        .expect_lock()
        .returning(|_, _| Ok(Some(person(id(200), "zoe", UserState::Active))));
    repos.users.expect_update().never();
    repos.audit.expect_add().never();
    let uow = InlineUow::over(repos);
    let error = disable_user(&uow, &disabling()).unwrap_err();
    assert!(
        matches!(error, RemoveUserError::Store(StoreError::Busy)),
        "{error:?}"
    );
    assert_eq!(uow.verdicts(), [Verdict::Discard; 5]);
}

fn add(world: &World, actor: &Actor, user: UserId) -> Result<Credential, CredentialError> {
    let command = AddCredential {
        context: world.context(actor),
        user,
        permission: Permission::View,
        email: None,
    };
    add_credential(&world.store, &command)
}

fn remove(world: &World, actor: &Actor, id: CredentialId) -> Result<(), CredentialError> {
    let command = RemoveCredential {
        context: world.context(actor),
        id,
    };
    remove_credential(&world.store, &command)
}

fn set(
    world: &World,
    actor: &Actor,
    user: UserId,
    permission: Permission,
) -> Result<Credential, CredentialError> {
    let command = SetPermission {
        context: world.context(actor),
        user,
        permission,
    };
    set_permission(&world.store, &command)
}

#[test]
fn c_61_the_operator_adds_changes_and_removes_logins() {
    let world = World::new();
    let zoe = world.person("zoe");
    let added = add(&world, &operator(), zoe).unwrap();
    assert_eq!((added.user, added.email.as_str()), (zoe, "zoe@example.test"));
    let lowered = set(&world, &operator(), zoe, Permission::None).unwrap();
    assert_ne!(lowered.id, added.id, "the primary one, which is older");
    let fingerprint = world.state().fingerprint();
    set(&world, &operator(), zoe, Permission::None).unwrap();
    assert_eq!(
        world.state().fingerprint(),
        fingerprint,
        "the same permission changes nothing"
    );

    remove(&world, &operator(), lowered.id).unwrap();
    assert!(
        world
            .state()
            .credentials
            .iter()
            .any(|row| row.id == lowered.id && row.removed_at.is_some())
    );
    assert_eq!(
        set(&world, &operator(), zoe, Permission::Admin).unwrap().id,
        added.id,
        "the next is primary"
    );
    let unknown = "there is no such user or credential";
    world.refuses(unknown, |world| remove(world, &operator(), lowered.id));
    world.refuses(unknown, |world| add(world, &operator(), id(404)));
    world.refuses(unknown, |world| {
        set(world, &operator(), id(404), Permission::Edit)
    });
    let told: Vec<_> = world
        .state()
        .audit
        .iter()
        .map(|record| record.action.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "credential.added",
            "credential.updated",
            "credential.removed",
            "credential.updated"
        ]
    );
}

/// Between reading the logins and locking the primary one, it was removed.
#[test]
fn c_61_a_login_that_was_removed_meanwhile_is_not_changed() {
    let zoe = person(id(200), "zoe", UserState::Active);
    let login = credential_of(&zoe, Permission::View);
    let mut removed = login.clone();
    removed.removed_at = Some(NOW);
    let mut repos = MockRepos::default();
    repos
        .credentials
        .expect_of_user()
        .return_once(move |_, _| Ok(vec![login]));
    repos
        .credentials
        .expect_lock()
        .return_once(move |_, _| Ok(Some(removed)));
    repos.credentials.expect_update().never();
    repos.audit.expect_add().never();
    let uow = InlineUow::over(repos);
    let command = SetPermission {
        context: World::new().context(&operator()),
        user: id(200),
        permission: Permission::Admin,
    };
    let answer = set_permission(&uow, &command);
    assert_eq!(told(&answer), "there is no such user or credential");
    assert_eq!(uow.verdicts(), [Verdict::Discard]);
}

#[test]
fn c_13_logins_are_for_the_operator_alone() {
    let world = World::new();
    let zoe = world.person("zoe");
    for actor in [application(), as_user(zoe)] {
        let refusal = "not for user-scoped tokens";
        world.refuses(refusal, |world| add(world, &actor, zoe));
        world.refuses(refusal, |world| set(world, &actor, zoe, Permission::Admin));
        world.refuses(refusal, |world| remove(world, &actor, id(1)));
    }
}
