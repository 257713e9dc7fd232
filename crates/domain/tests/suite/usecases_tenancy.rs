//! Tenants, applications and the tokens they mint; and that all of a change is stored or nothing.

use innkeeper_domain::{
    access::{Actor, Overrides, Role, Scope, ScopeSet},
    ids::ApplicationId,
    ports::MockQueries,
    tenancy::Application,
    tokens::{Secret, SecretBits, SecretKind},
    usecases::{
        ApplicationFields, CreateApplication, CreateTenant, MintAccessToken, Others, RotateSecret,
        UpdateApplication, create_application, create_tenant, mint_access_token, rotate_secret,
        update_application,
    },
    values::Label,
};

use crate::{
    cast::{NOW, Token, id, overrides, tenant},
    tokens::{a_secret, an_application},
    told::told,
    world::{World, address, application, operator},
};

fn tenant_called(world: &World, actor: &Actor, name: &str) -> String {
    let command = CreateTenant {
        context: world.context(actor),
        name: Label::parse(name).unwrap(),
        secret_bits: SecretBits::new([3; 16]),
    };
    told(&create_tenant(&world.store, &command))
}

#[test]
fn a_tenant_begins_with_an_application_of_all_scopes() {
    let world = World::new();
    assert_eq!(tenant_called(&world, &operator(), "Acme"), "done");
    let state = world.state();
    let [application] = &state.applications[..] else {
        panic!("{:?}", state.applications)
    };
    assert_eq!(
        (application.tenant, application.scopes),
        (state.tenants[0].id, ScopeSet::all())
    );
    assert!(!application.user_scoped_only);
    let other = Actor::operator(id(99));
    assert_eq!(
        tenant_called(&world, &other, "Acme"),
        "a tenant of that name exists"
    );
    assert_eq!(world.state().tenants.len(), 1);
    assert_eq!(
        tenant_called(&world, &crate::world::application(), "Other"),
        "not for user-scoped tokens"
    );
}

#[test]
fn c_60_what_is_taken_from_an_application_is_gone_at_once_and_a_new_secret_ends_the_old() {
    let world = World::new();
    let fields = ApplicationFields {
        scopes: ScopeSet::all(),
        user_scoped_only: false,
    };
    let command = CreateApplication {
        context: world.context(&operator()),
        fields,
        secret_bits: SecretBits::new([3; 16]),
    };
    let made = create_application(&world.store, &command).unwrap();
    let update = |scopes: Option<ScopeSet>, user_scoped_only| UpdateApplication {
        context: world.context(&operator()),
        id: made.application.id,
        scopes,
        user_scoped_only,
    };
    let narrow: ScopeSet = [Scope::PropertyRead].into_iter().collect();
    let changed = update_application(&world.store, &update(Some(narrow), Some(true))).unwrap();
    assert_eq!((changed.scopes, changed.user_scoped_only), (narrow, true));
    let before = world.state().fingerprint();
    update_application(&world.store, &update(Some(narrow), None)).unwrap();
    assert_eq!(
        world.state().fingerprint(),
        before,
        "the same again changes nothing"
    );

    let rotate = |id: ApplicationId| RotateSecret {
        context: world.context(&operator()),
        id,
        secret_bits: SecretBits::new([4; 16]),
    };
    let rotated = rotate_secret(&world.store, &rotate(made.application.id)).unwrap();
    let stored = world.state().applications[0].clone();
    assert!(stored.secret.matches(&rotated.secret) && !stored.secret.matches(&made.secret));
    assert_eq!(stored.scopes, narrow, "rotation changes nothing else");
    world.refuses("there is no such application", |world| {
        rotate_secret(&world.store, &rotate(id(404)))
    });
}

fn mint(found: Option<Application>, change: impl FnOnce(&mut MintAccessToken)) -> (World, String) {
    let world = World::new();
    world
        .store
        .set(|state| state.users.push(crate::tokens::a_user().0));
    world
        .store
        .set(|state| state.credentials.extend(crate::tokens::a_user().1));
    let mut queries = MockQueries::new();
    queries
        .expect_application()
        .returning(move |_, _| Ok(found.clone()));
    let mut command = MintAccessToken {
        client: id(2),
        secret: Secret::issue(
            SecretKind::ClientSecret,
            tenant(),
            id::<()>(2),
            &SecretBits::new([7; 16]),
        ),
        scope: None,
        user: None,
        credential: None,
        now: NOW,
        ids: world.context(&application()).ids,
        secret_bits: SecretBits::new([6; 16]),
    };
    change(&mut command);
    let answer = mint_access_token(&world.store, &queries, &command);
    if let Ok((token, secret)) = &answer {
        assert!(token.secret.matches(secret));
        assert_eq!(
            (secret.kind(), secret.record()),
            (SecretKind::AccessToken, token.id)
        );
        assert_eq!(world.state().tokens.len(), 1);
    } else {
        assert!(world.state().tokens.is_empty());
    }
    let told = told(&answer);
    (world, told)
}

/// What is different in a request for a token.
type Change = fn(&mut MintAccessToken);

#[test]
fn c_63_a_token_is_minted_for_a_known_client_and_its_own_users() {
    let client = || {
        let secret = Secret::issue(
            SecretKind::ClientSecret,
            tenant(),
            id::<()>(2),
            &SecretBits::new([7; 16]),
        );
        Some(Application {
            secret: secret.hash(),
            ..an_application()
        })
    };
    let invalid = "the client is unknown or its secret is wrong";
    let subject = "the user or credential is not available to this application";
    let scope = "the requested scope is unknown, empty or not allowed to this application";
    let cases: [(Option<Application>, Change, &str); 11] = [
        (client(), |_| (), "done"),
        (client(), |command| command.user = Some(Some(id(100))), "done"),
        (
            client(),
            |command| (command.user, command.credential) = (Some(Some(id(100))), Some(Some(id(102)))),
            "done",
        ),
        (None, |_| (), invalid),
        (client(), |command| command.client = id(9), invalid),
        (
            client(),
            |command| command.secret = a_secret(SecretKind::ApiKey),
            invalid,
        ),
        (
            client(),
            |command| {
                command.secret = Secret::issue(
                    SecretKind::ClientSecret,
                    tenant(),
                    id::<()>(2),
                    &SecretBits::new([8; 16]),
                );
            },
            invalid,
        ),
        (client(), |command| command.user = Some(Some(id(404))), subject),
        (client(), |command| command.user = Some(None), subject),
        (client(), |command| command.credential = Some(None), subject),
        (
            client(),
            |command| command.scope = Some("user:fly".to_owned()),
            scope,
        ),
    ];
    // A key whose hash is stored as the client's: only its kind gives it away.
    let key = Secret::issue(
        SecretKind::ApiKey,
        tenant(),
        id::<()>(2),
        &SecretBits::new([7; 16]),
    );
    let misplaced = Application {
        secret: key.hash(),
        ..an_application()
    };
    let (_, refused) = mint(Some(misplaced), |command| command.secret = key);
    assert_eq!(refused, invalid);
    for (n, (found, change, expected)) in cases.into_iter().enumerate() {
        let (world, told) = mint(found, change);
        assert_eq!(told, expected, "case {n}");
        assert!(
            world.state().audit.is_empty(),
            "a token reaches no further than is on record already"
        );
    }
}

/// Whichever call to the store fails, whatever was asked: nothing is stored, and it is told as the store's failure.
#[test]
fn c_84_no_change_is_stored_without_its_record_whichever_call_fails() {
    type Deed = fn(&World) -> String;
    let deeds: [(&str, Deed); 8] = [
        ("invite", |world| {
            told(&world.invite(
                &operator(),
                first(world),
                &address("new"),
                Role::User,
                Overrides::NONE,
            ))
        }),
        ("update", |world| {
            told(&world.update(&operator(), seat(world), Some(Role::Owner), None))
        }),
        ("withdraw", |world| {
            told(&world.withdraw(&operator(), seat(world)))
        }),
        ("create a property", |world| {
            let owner = world.state().users[0].id;
            told(&world.create_property(&operator(), Some(owner)))
        }),
        ("delete a property", |world| {
            told(&world.delete_property(&operator(), first(world), Others::Withdraw))
        }),
        ("disable", |world| {
            told(&world.disable(&operator(), world.state().users[1].id))
        }),
        ("delete a user", |world| {
            told(&world.delete_user(&operator(), world.state().users[1].id))
        }),
        ("make an application", |world| {
            let command = CreateApplication {
                context: world.context(&operator()),
                fields: ApplicationFields {
                    scopes: ScopeSet::all(),
                    user_scoped_only: false,
                },
                secret_bits: SecretBits::new([3; 16]),
            };
            told(&create_application(&world.store, &command))
        }),
    ];
    for (name, deed) in deeds {
        let world = World::new();
        let (ana, bob) = (world.person("ana"), world.person("bob"));
        let house = world.house_of(ana);
        world.place(house, bob, Role::User, overrides(&[("reports.read", false)]));
        let before = world.state().fingerprint();
        let mut call = 0;
        loop {
            world.store.fail_at(Some(call));
            let told = deed(&world);
            if told == "done" {
                break;
            }
            assert_eq!(told, "the store failed", "{name}, call {call}");
            assert_eq!(
                world.state().fingerprint(),
                before,
                "{name} left a trace when call {call} failed"
            );
            call += 1;
        }
        assert_eq!(call, world.store.calls().len(), "{name}");
        assert!(
            world.store.calls().contains(&"audit.add"),
            "{name} leaves no record"
        );
    }
}

fn first(world: &World) -> innkeeper_domain::ids::PropertyId {
    world.state().properties[0].id
}

/// Bob's place.
fn seat(world: &World) -> innkeeper_domain::ids::PropertyUserId {
    world.place_of(first(world), world.state().users[1].id)
}

#[test]
fn c_60_every_deed_begins_with_its_scope() {
    let world = World::new();
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let place = world.place_of(house, ana);
    let actor = Token::of_user(ana)
        .with(&[Scope::PropertyRead, Scope::UserRead])
        .actor();
    let write = "the token lacks the scope `property:write`";
    world.refuses(write, |world| {
        world.invite(&actor, house, &address("new"), Role::User, Overrides::NONE)
    });
    world.refuses(write, |world| world.update(&actor, place, None, None));
    world.refuses(write, |world| world.withdraw(&actor, place));
    world.refuses(write, |world| world.create_property(&actor, None));
    world.refuses(write, |world| {
        world.delete_property(&actor, house, Others::Withdraw)
    });
    world.refuses("the token lacks the scope `user:write`", |world| {
        world.delete_user(&actor, ana)
    });
}
