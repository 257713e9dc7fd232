//! Users, their credentials, and properties.

use innkeeper_test_support::{Backend, on_each_backend};

use crate::harness::{Place, snapshot, stable};

on_each_backend!(
    users_are_created_and_listed,
    users_are_changed,
    the_only_owner_of_a_property_stays,
    credentials_come_and_go,
    properties_have_an_active_owner,
);

const ANA: &str = "user create --email ana@example.com --first-name Ana --last-name Lima";
const BO: &str = "user create --email bo@example.com --first-name Bo --last-name Berg --permission admin";

fn users_are_created_and_listed(backend: Backend) {
    let place = Place::migrated(backend);
    snapshot!(stable(&place.line(ANA).succeeded()), @r"
    user_id: [id]
    credential_id: [id]
    ");
    let bo = place.line(&format!("{BO} --json")).json();
    assert_eq!(
        place.line(&ANA.replace("ana@", "ANA@")).refused(),
        "a user with this e-mail address exists in the tenant; see `innkeeper user list`"
    );
    snapshot!(stable(&place.line("user list").succeeded()), @r"
    user_id: [id]
    email: ana@example.com
    name: Ana Lima
    state: active
    created_at: [time]

    user_id: [id]
    email: bo@example.com
    name: Bo Berg
    state: active
    created_at: [time]

    total: 2
    total_capped: false
    ");
    let one = place.line("user list --email BO@example.com --json").succeeded();
    snapshot!(stable(&one), @r#"
    {
      "users": [
        {
          "user_id": "[id]",
          "email": "bo@example.com",
          "name": "Bo Berg",
          "state": "active",
          "created_at": "[time]"
        }
      ],
      "total": 1,
      "total_capped": false
    }
    "#);
    assert!(one.contains(bo["user_id"].as_str().unwrap()));
    let page = place.line("user list --limit 1 --page 2 --json").json();
    assert_eq!(
        (&page["users"][0]["email"], &page["total"]),
        (&"bo@example.com".into(), &2.into())
    );
    assert_eq!(
        place.line("user list --page 0").refused(),
        "there is no such page; lists can be paged through up to item 100000"
    );
}

fn users_are_changed(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    let update = |change: &str| place.line(&format!("user update --email ana@example.com {change}"));
    snapshot!(stable(&update("--permission admin").succeeded()), @r"
    user_id: [id]
    email: ana@example.com
    name: Ana Lima
    state: active
    created_at: [time]
    permission: admin
    ");
    assert_eq!(update("--disable").value("state"), "disabled");
    let both = update("--enable --permission none --json").json();
    assert_eq!(
        (&both["state"], &both["permission"]),
        (&"active".into(), &"none".into())
    );
    assert_eq!(
        place
            .line("user update --email zoe@example.com --disable")
            .refused(),
        "there is no user `zoe@example.com`"
    );
}

fn the_only_owner_of_a_property_stays(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    let create = "property create --title Casa --currency EUR --owner ana@example.com";
    let [first, second] = [(); 2].map(|()| place.line(create).value("property_id"));
    let refusal = place
        .line("user update --email ana@example.com --permission admin --disable")
        .refused();
    assert!(
        refusal.starts_with("the user is the only active owner of "),
        "{refusal}"
    );
    assert!(refusal.contains(&first) && refusal.contains(&second), "{refusal}");
    let user = place
        .line("user update --email ana@example.com --enable --json")
        .json();
    assert_eq!(
        (&user["state"], &user["permission"]),
        (&"active".into(), &"view".into()),
        "nothing was changed"
    );
}

fn credentials_come_and_go(backend: Backend) {
    let place = Place::migrated(backend);
    let primary = place.line(ANA).value("credential_id");
    let added =
        place.line("credential add --user ana@example.com --permission edit --email desk@example.com");
    snapshot!(stable(&added.succeeded()), @r"
    credential_id: [id]
    user_id: [id]
    credential_type: partner
    permission: edit
    email: desk@example.com
    created_at: [time]
    last_login_at: -
    ");
    let list = || place.line("credential list --user ana@example.com --json").json();
    assert_eq!(list()["credentials"][0]["credential_id"], primary);
    assert_eq!(list()["total"], 2);

    let remove = format!("credential remove {primary}");
    snapshot!(stable(&place.line(&remove).succeeded()), @r"
    credential_id: [id]
    state: removed
    ");
    assert_eq!(
        place.line(&remove).refused(),
        "there is no such credential in this tenant"
    );
    assert_eq!(list()["total"], 1);
    assert_eq!(
        place
            .line("user update --email ana@example.com --permission view")
            .value("permission"),
        "view",
        "the next oldest is the first one now"
    );
    let only = list()["credentials"][0]["credential_id"]
        .as_str()
        .unwrap()
        .to_owned();
    place.line(&format!("credential remove {only}")).succeeded();
    assert_eq!(
        place
            .line("user update --email ana@example.com --permission view")
            .refused(),
        "the user has no credential; add one with `innkeeper credential add`"
    );
    assert_eq!(
        place.line("api-key create --user ana@example.com").refused(),
        "--credential must name a credential of the user, who needs one for a key"
    );
}

fn properties_have_an_active_owner(backend: Backend) {
    let place = Place::migrated(backend);
    place.line(ANA).succeeded();
    let arguments = [
        "property",
        "create",
        "--title",
        "Casa Azul",
        "--currency",
        "EUR",
        "--owner",
    ];
    let create = |owner: &'static str| place.run(arguments.into_iter().chain([owner]));
    snapshot!(stable(&create("ana@example.com").succeeded()), @"property_id: [id]");
    assert_eq!(
        create("zoe@example.com").refused(),
        "there is no user `zoe@example.com`"
    );
    place.line(BO).succeeded();
    place
        .line("user update --email bo@example.com --disable")
        .succeeded();
    assert_eq!(
        create("bo@example.com").refused(),
        "--owner must name an active user"
    );
}
