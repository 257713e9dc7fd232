//! Adding, refreshing and deleting accounts.

use innkeeper_domain::{
    access::Actor,
    accounts::{AccountState, ChannelFault, Health, HealthState},
    ids::{AccountId, UserId},
    mocks::{InlineUow, MockRepos},
    ports::{MockQueries, StoreError},
    sync::{Disposition, IfRunning, RunKind, RunState, Threshold},
    usecases::{
        AddAccount, AddAccountError, ChangeUserState, DeleteAccount, DeleteAccountError, RefreshAccount,
        RefreshError, Refreshed, add_account, delete_account, delete_user, refresh_account,
    },
};

use crate::{
    remote::{Remote, Script, credentials},
    world::{World, application, as_user},
};

fn everybody(world: &World) -> MockQueries {
    let state = world.state();
    let mut queries = MockQueries::new();
    queries
        .expect_user()
        .returning(move |_, id| Ok(state.user(id).cloned()));
    queries
}

fn wish(world: &World, actor: &Actor, user: UserId, remote_id: &str) -> AddAccount {
    AddAccount {
        context: world.context(actor),
        user,
        channel: "hostaway".to_owned(),
        credentials: credentials(remote_id),
        label: None,
    }
}

fn add(world: &World, remote: &Remote, user: UserId) -> Result<AccountId, AddAccountError> {
    let command = wish(world, &application(), user, "77");
    add_account(&everybody(world), remote, &world.store, &command).map(|added| added.account)
}

fn refresh(world: &World, user: UserId, account: AccountId) -> Result<Refreshed, RefreshError> {
    let command = RefreshAccount {
        context: world.context(&application()),
        user,
        account,
        threshold: Threshold::DEFAULT,
        if_running: IfRunning::Refuse,
    };
    refresh_account(&world.store, &command)
}

fn delete(world: &World, actor: &Actor, user: UserId, account: AccountId) -> Result<(), DeleteAccountError> {
    let command = DeleteAccount {
        context: world.context(actor),
        user,
        account,
    };
    delete_account(&world.store, &command)
}

fn told(world: &World) -> Vec<&'static str> {
    world
        .state()
        .audit
        .iter()
        .map(|record| record.action.as_str())
        .collect()
}

#[test]
fn a_new_account_comes_with_its_credentials_and_a_queued_import() {
    let (world, remote) = (World::new(), Remote::new(Script::default()));
    let ana = world.person("ana");
    let id = add(&world, &remote, ana).unwrap();
    let state = world.state();
    let account = state.account(id).unwrap();
    assert_eq!(
        (account.channel_id.as_str(), account.label.as_str()),
        ("77", "Hostaway")
    );
    assert_eq!(
        (account.generation, account.health.state),
        (1, HealthState::Healthy)
    );
    assert_eq!(state.account_credentials.len(), 1);
    let pending = state.slot(id).unwrap().pending.unwrap();
    assert_eq!(pending.kind, RunKind::InitialImport);
    assert_eq!(state.run(pending.run).unwrap().state, RunState::Queued);
    assert_eq!(told(&world), ["account.added"]);
}

#[test]
fn a_failed_add_leaves_nothing_behind() {
    let world = World::new();
    let ana = world.person("ana");
    let before = world.state().fingerprint();
    let with = |change: &dyn Fn(&mut AddAccount)| {
        let mut command = wish(&world, &application(), ana, "77");
        change(&mut command);
        let remote = Remote::new(Script::default());
        add_account(&everybody(&world), &remote, &world.store, &command).unwrap_err()
    };
    let unknown = with(&|command| "hotelaway".clone_into(&mut command.channel));
    assert!(matches!(unknown, AddAccountError::UnknownChannel), "{unknown:?}");
    let closed = with(&|command| "closed".clone_into(&mut command.channel));
    assert!(matches!(closed, AddAccountError::Unsupported(_)), "{closed:?}");
    let missing = with(&|command| drop(command.credentials.remove("api_key")));
    let AddAccountError::Credentials { problems, .. } = &missing else {
        panic!("{missing:?}")
    };
    assert_eq!(
        (problems[0].key.as_str(), problems[0].code.as_str()),
        ("api_key", "missing_credential")
    );
    for fault in [
        ChannelFault::InvalidCredentials,
        ChannelFault::Unavailable,
        ChannelFault::RateLimited,
    ] {
        let remote = Remote::new(Script {
            refusal: Some(fault.into()),
            ..Script::default()
        });
        let refused = add(&world, &remote, ana).unwrap_err();
        let AddAccountError::Channel { failure, .. } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(failure.fault, fault);
    }
    assert_eq!(world.state().fingerprint(), before);
}

#[test]
fn strangers_are_not_there() {
    let (world, remote) = (World::new(), Remote::new(Script::default()));
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let id = add(&world, &remote, ana).unwrap();
    let before = world.state().fingerprint();
    let command = wish(&world, &as_user(bob), ana, "78");
    let refused = add_account(&everybody(&world), &remote, &world.store, &command).unwrap_err();
    assert_eq!(refused.to_string(), "not visible");
    assert_eq!(
        delete(&world, &as_user(bob), ana, id).unwrap_err().to_string(),
        "not visible"
    );
    // Under another user's path an account is not there, even for those who see both.
    assert_eq!(
        delete(&world, &application(), bob, id).unwrap_err().to_string(),
        "not visible"
    );
    assert_eq!(refresh(&world, bob, id).unwrap_err().to_string(), "not visible");
    assert_eq!(world.state().fingerprint(), before);
}

#[test]
fn the_same_account_again_is_refused_while_it_works_and_mended_when_it_does_not() {
    let (world, remote) = (World::new(), Remote::new(Script::default()));
    let ana = world.person("ana");
    let id = add(&world, &remote, ana).unwrap();
    let again = add(&world, &remote, ana).unwrap_err();
    assert!(matches!(again, AddAccountError::AlreadyConnected { account, .. } if account == id));
    world.store.set(|state| {
        let health = Health::healthy(state.accounts[0].created_at);
        let fault = Some(ChannelFault::InvalidCredentials);
        state.accounts[0].health = health.becoming(HealthState::NeedsReauth, fault, health.since);
        // The initial import has failed of it.
        state.slots[0].pending = None;
    });
    assert_eq!(add(&world, &remote, ana).unwrap(), id);
    let state = world.state();
    assert_eq!(state.account(id).unwrap().health.state, HealthState::Healthy);
    assert_eq!(state.account(id).unwrap().generation, 1);
    assert_eq!(state.slot(id).unwrap().pending.unwrap().kind, RunKind::Refresh);
    assert_eq!(told(&world), ["account.added", "account.repaired"]);
}

#[test]
fn a_deleted_account_takes_its_work_and_credentials_with_it_and_can_come_back() {
    let (world, remote) = (World::new(), Remote::new(Script::default()));
    let ana = world.person("ana");
    let id = add(&world, &remote, ana).unwrap();
    delete(&world, &as_user(ana), ana, id).unwrap();
    let state = world.state();
    assert!(matches!(
        state.account(id).unwrap().state,
        AccountState::Deleted { .. }
    ));
    assert!(state.slots.is_empty() && state.account_credentials.is_empty());
    assert_eq!(state.runs[0].state, RunState::Cancelled);
    assert_eq!(
        delete(&world, &as_user(ana), ana, id).unwrap_err().to_string(),
        "not visible"
    );
    assert_eq!(refresh(&world, ana, id).unwrap_err().to_string(), "not visible");

    assert_eq!(add(&world, &remote, ana).unwrap(), id);
    let state = world.state();
    assert_eq!(state.account(id).unwrap().generation, 2);
    assert_eq!(state.slot(id).unwrap().generation, 2);
    assert_eq!(
        told(&world),
        ["account.added", "account.deleted", "account.revived"]
    );
}

#[test]
fn a_refresh_is_merged_into_an_import_that_has_not_begun() {
    let (world, remote) = (World::new(), Remote::new(Script::default()));
    let ana = world.person("ana");
    let id = add(&world, &remote, ana).unwrap();
    let initial = world.state().slot(id).unwrap().pending.unwrap().run;
    let refreshed = refresh(&world, ana, id).unwrap();
    assert_eq!(
        (refreshed.run, refreshed.disposition),
        (initial, Disposition::Merged)
    );
    assert!(world.state().slot(id).unwrap().pending.unwrap().raised);
}

#[test]
fn whoever_is_deleted_takes_their_accounts_along() {
    let (world, remote) = (World::new(), Remote::new(Script::default()));
    let ana = world.person("ana");
    let id = add(&world, &remote, ana).unwrap();
    let command = ChangeUserState {
        context: world.context(&application()),
        user: ana,
    };
    delete_user(&world.store, &command).unwrap();
    let state = world.state();
    assert!(matches!(
        state.account(id).unwrap().state,
        AccountState::Deleted { .. }
    ));
    assert!(state.slots.is_empty() && state.account_credentials.is_empty());
    assert!(told(&world).contains(&"account.deleted"));
}

/// The account came back between the locks of its slot and of itself: its new slot must not outlive it.
#[test]
fn a_deletion_that_meets_a_return_is_told_to_try_again() {
    let (world, remote) = (World::new(), Remote::new(Script::default()));
    let ana = world.person("ana");
    let id = add(&world, &remote, ana).unwrap();
    world.store.set(|state| state.slots.clear());
    let before = world.state().fingerprint();
    let refused = delete(&world, &application(), ana, id).unwrap_err();
    assert!(
        matches!(refused, DeleteAccountError::Store(StoreError::Busy)),
        "{refused:?}"
    );
    assert_eq!(world.state().fingerprint(), before);
}

#[test]
fn an_account_is_told_of_within_bounds_and_forgets_its_person_when_deleted() {
    let world = World::new();
    let ana = world.person("ana");
    let remote = Remote::new(Script {
        display_id: Some(format!(" Ana\u{0}{}", "x".repeat(9_000))),
        email: Some("ana@example.test".to_owned()),
        ..Script::default()
    });
    let id = add(&world, &remote, ana).unwrap();
    let kept = world.state().account(id).unwrap().clone();
    let shown = kept.channel_display_id.clone().unwrap();
    assert!(shown.starts_with("Ana x") && shown.len() <= 255, "{shown}");
    assert_eq!(kept.email.as_deref(), Some("ana@example.test"));
    let printed = format!("{kept:?}");
    assert!(
        !printed.contains("example.test") && !printed.contains("Ana"),
        "{printed}"
    );
    delete(&world, &application(), ana, id).unwrap();
    let gone = world.state().account(id).unwrap().clone();
    assert_eq!((gone.email, gone.channel_display_id), (None, None));
    assert_eq!(add(&world, &remote, ana).unwrap(), id);
    assert_eq!(world.state().account(id).unwrap().email, kept.email);

    remote.script(|script| script.email = Some("not an address".to_owned()));
    let command = wish(&world, &application(), ana, "78");
    let other = add_account(&everybody(&world), &remote, &world.store, &command).unwrap();
    assert_eq!(world.state().account(other.account).unwrap().email, None);
}

#[test]
fn an_account_whose_id_cannot_be_kept_is_not_understood() {
    let (world, remote) = (World::new(), Remote::new(Script::default()));
    let ana = world.person("ana");
    for id in ["x".repeat(256), "7\u{0}7".to_owned(), "7\n7".to_owned()] {
        let command = wish(&world, &application(), ana, "77");
        let mut credentials = command.credentials.clone();
        let text = innkeeper_domain::accounts::RawCredential::Text(id.clone().into());
        credentials.insert("account_id".to_owned(), text);
        let command = AddAccount {
            credentials,
            ..command
        };
        let refused = add_account(&everybody(&world), &remote, &world.store, &command).unwrap_err();
        match refused {
            AddAccountError::Channel { failure, .. } => assert_eq!(failure.fault, ChannelFault::BadResponse),
            // Control characters are refused in what was typed already.
            AddAccountError::Credentials { .. } => assert!(id.chars().any(char::is_control)),
            other => panic!("{other:?}"),
        }
    }
    assert!(world.state().accounts.is_empty());
}

#[test]
fn nothing_is_locked_of_an_account_that_is_not_there() {
    let (world, remote) = (World::new(), Remote::new(Script::default()));
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let id = add(&world, &remote, ana).unwrap();
    let anas = world.state().account(id).unwrap().clone();
    // No mock expects a lock: the wait for one would tell that there is an account.
    let mut repos = MockRepos::default();
    repos
        .accounts
        .expect_find()
        .returning(move |_, _| Ok(Some(anas.clone())));
    let command = RefreshAccount {
        context: world.context(&as_user(bob)),
        user: bob,
        account: id,
        threshold: Threshold::DEFAULT,
        if_running: IfRunning::Refuse,
    };
    let refused = refresh_account(&InlineUow::over(repos), &command).unwrap_err();
    assert_eq!(refused.to_string(), "not visible");
}
