//! Who comes first when there is more to do than workers.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use innkeeper_domain::{
    access::Actor,
    accounts::{
        Channel, ChannelKind, CredentialSet, Credentials, History, RawCredential, RemoteAccount, TokenKey,
    },
    effects::RequestId,
    ids::{Id, Ids, TenantId, UserId},
    ports::{MockChannelGateway, Queries, SlotKey},
    sync::Outcome,
    time::Timestamp,
    usecases::{AddAccount, Context, Hold, add_account, finish_run, schedule_run, take_run},
};
use innkeeper_storage::{MasterKey, SqlStore, StoreConfig};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Owner, Place, Sandbox, Server};

/// How many accounts wait.
const MANY: usize = 1_000;

on_each_backend!(a_refresh_overtakes_a_thousand_scheduled_imports);

fn a_refresh_overtakes_a_thousand_scheduled_imports(backend: Backend) {
    let sandbox = Sandbox::start();
    let place = Place::migrated(backend)
        .with("INNKEEPER_CHANNELS__SANDBOX_URL", &sandbox.url)
        .with("INNKEEPER_WORKERS__COUNT", "1");
    let server = Server::start(&place, &[]);
    let owner = Owner::new(&place, &server);
    let account = owner.add(&server, "1", "good-1x1");
    owner.wait_until_completed(&server, &account);
    server.end();

    schedule_imports(&place, owner.user.parse().unwrap());
    let count = |rows: &str| -> usize {
        let count = place.database().scalar(&format!("SELECT count(*) FROM {rows}"));
        count.parse().unwrap()
    };
    assert_eq!(
        count("sync_runs WHERE kind = 'scheduled' AND state = 'queued'"),
        MANY
    );
    let server = Server::start(&place, &["--no-workers"]);
    assert_eq!(owner.refresh(&server, &account).0, 202);
    server.end();
    let server = Server::start(&place, &[]);
    owner.wait_until_completed(&server, &account);
    let overtook = "sync_runs scheduled, sync_runs refresh WHERE scheduled.kind = 'scheduled' \
        AND refresh.kind = 'refresh' AND scheduled.started_at < refresh.started_at";
    assert_eq!(
        count(overtook),
        0,
        "scheduled imports that began before the refresh"
    );
    let waiting = count("sync_runs WHERE kind = 'scheduled' AND state = 'queued'");
    assert!(waiting > MANY - 50, "{waiting} of {MANY} imports still wait");
    server.end();
}

/// Accounts that were imported once and are to be imported again, by the use cases that lead there.
fn schedule_imports(place: &Place, user: UserId) {
    let store = StoreConfig::new(place.database().url(), MasterKey::from_bytes([0; 32])).unwrap();
    let store = Arc::new(SqlStore::open(&store).unwrap());
    let tenant = store.tenant_called("acme").unwrap().unwrap().id;
    let gateway = gateway();
    for number in 0..MANY {
        let command = command(tenant, user, number);
        let now = command.context.now;
        let mut ids = Ids::new(now, u64::try_from(MANY + number).unwrap() + 7);
        let account = add_account(&*store, &gateway, &*store, &command).unwrap().account;
        let key = SlotKey { tenant, account };
        let claim = ids.make();
        let started = take_run(&*store, key, (claim, ids.make()), now).unwrap().unwrap();
        let hold = Hold {
            key,
            run: started.run,
            claim,
        };
        finish_run(&*store, hold, Outcome::Succeeded, now).unwrap();
        assert!(schedule_run(&*store, key, ids.make(), now).unwrap());
    }
}

fn command(tenant: TenantId, user: UserId, number: usize) -> AddAccount {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap());
    let text = |text: String| RawCredential::Text(text.into());
    let credentials = [
        ("account_id", text(format!("{}", 1_000 + number))),
        ("api_key", text("good-1x1".to_owned())),
    ];
    let mut ids = Ids::new(now, u64::try_from(number).unwrap() + 7);
    let request: Id<()> = ids.make();
    AddAccount {
        context: Context {
            actor: Actor::operator(tenant),
            now,
            ids,
            request: RequestId::parse(&request.to_string()).unwrap(),
        },
        user,
        channel: "hostaway".to_owned(),
        credentials: credentials.map(|(key, value)| (key.to_owned(), value)).into(),
        label: None,
    }
}

/// A channel that takes any credentials for good.
fn gateway() -> MockChannelGateway {
    let field = |key: &str| innkeeper_domain::accounts::CredentialField {
        key: key.to_owned(),
        label: key.to_owned(),
        secret: false,
        required: true,
        list: false,
        format: innkeeper_domain::accounts::Format::Text,
        example: "1".to_owned(),
    };
    let channel = Channel {
        slug: "hostaway".parse().unwrap(),
        label: "Hostaway".to_owned(),
        kind: ChannelKind::Pms,
        history: History::Full,
        credential_sets: vec![CredentialSet {
            name: "api_key".to_owned(),
            available: true,
            fields: vec![field("account_id"), field("api_key")],
        }],
        docs_url: None,
    };
    let mut gateway = MockChannelGateway::new();
    gateway.expect_channel().returning(move |_| Some(channel.clone()));
    gateway.expect_check().returning(|request| {
        let credentials: Credentials = request.credentials.clone();
        Ok(RemoteAccount {
            channel_id: credentials.text("account_id").unwrap().to_owned(),
            display_id: None,
            email: None,
            credentials,
            token: TokenKey([7; 16]),
        })
    });
    gateway
}
