//! `GET /api/v1/audit_records`.

use innkeeper_test_support::{Backend, on_each_backend};
use serde_json::json;

use crate::harness::{Answer, TestApp, assert_shows};

on_each_backend!(
    owners_read_the_record_of_their_property,
    nobody_else_sees_anything_of_it,
    filters_are_read_strictly,
    parts_are_followed_by_cursors,
);

const PATH: &str = "/api/v1/audit_records";

fn actions(answer: &Answer) -> Vec<String> {
    answer.each("/attributes/action")
}

fn owners_read_the_record_of_their_property(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob] = ["ada", "bob"].map(|name| app.person(name));
    let inn = ada.opens("Sea Inn");
    let place = ada
        .invites_with(&bob.email, "user", &inn, &json!({"reports.read": false}))
        .expect(201)
        .id();
    app.names().learn(&place, "bob's place");
    app.pass(std::time::Duration::from_secs(1));
    ada.request("PUT", &format!("/api/v1/property_users/{place}"))
        .header("x-request-id", "lift-bob")
        .json(&json!({"property_user": {"role": "owner", "overrides": {}}}))
        .send()
        .expect(200);
    let answer = ada.get(&format!("{PATH}?filter[action]=property_user.updated"));
    assert_shows!(answer, @r#"
    200
    content-type: application/json
    {
      "data": [
        {
          "attributes": {
            "action": "property_user.updated",
            "actor": {
              "credential_id": "[ada's credential]",
              "id": "[ada]",
              "type": "user"
            },
            "after": {
              "overrides": null,
              "role": "owner"
            },
            "at": "2030-06-01T12:00:02.000000Z",
            "before": {
              "overrides": {
                "reports.read": false
              },
              "role": "user"
            },
            "id": "[audit_record]",
            "object_id": "[bob's place]",
            "property_id": "[Sea Inn]",
            "request_id": "lift-bob",
            "token": {
              "id": "[access_token]",
              "type": "access_token"
            },
            "user_id": "[bob]"
          },
          "id": "[audit_record]",
          "type": "audit_record"
        }
      ],
      "meta": {
        "limit": 100,
        "next_cursor": null
      }
    }
    "#);
    let all = ada.get(PATH);
    assert_eq!(
        actions(&all),
        [
            "property_user.updated",
            "property_user.invited",
            "property_user.invited",
            "property.created"
        ]
    );
    for address in [&ada.email, &bob.email] {
        assert!(!all.body.contains(address.as_str()), "ids, never addresses");
    }
}

fn nobody_else_sees_anything_of_it(backend: Backend) {
    let app = TestApp::start(backend);
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| app.person(name));
    let (inn, hut) = (ada.opens("Sea Inn"), ada.opens("Hut"));
    app.puts(&bob, &inn, "user");
    eve.opens("Elsewhere");
    let count = |answer: Answer| answer.expect(200).items().len();
    assert_eq!(count(ada.get(PATH)), 5);
    assert_eq!(count(bob.get(PATH)), 0, "a plain user");
    assert_eq!(count(eve.get(&format!("{PATH}?filter[property_id]={inn}"))), 0);
    let (limited, _) = ada.with_key(&json!({"scopes": ["property:read"], "property-ids": [hut]}));
    assert_eq!(count(limited.get(PATH)), 2, "a key that is limited to the hut");
    assert!(
        actions(&app.application().get(PATH)).contains(&"user.created".to_owned()),
        "the tenant sees all of its record"
    );
    assert_eq!(
        count(app.found("Rival").caller().get(PATH)),
        2,
        "and nothing of others"
    );
    app.home().mints(&[("scope", "user:read")]).get(PATH).expect(403);
    let place = ada.finds(&ada, &inn);
    app.puts(&eve, &inn, "owner");
    eve.withdraws(&place).expect(200);
    assert_eq!(
        count(ada.get(&format!("{PATH}?filter[property_id]={inn}"))),
        0,
        "who owned it sees no more"
    );
}

fn filters_are_read_strictly(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    let inn = ada.opens("Sea Inn");
    let found = |query: &str| actions(&ada.get(&format!("{PATH}?{query}")).expect(200));
    let both = ["property_user.invited", "property.created"];
    assert_eq!(found(&format!("filter[property_id]={inn}")), both);
    assert_eq!(found(&format!("filter[user_id]={}", ada.id)), both[..1]);
    assert_eq!(found(&format!("filter[actor_id]={}", ada.id)), both);
    assert_eq!(
        found("filter[action]=property.created,property.deleted"),
        both[1..]
    );
    let now = app.now().to_string();
    assert_eq!(found(&format!("filter[since]={now}")), [""; 0]);
    assert_eq!(found(&format!("filter[until]={now}")), both);
    let wrong = [
        "filter[property_id]=1",
        "filter[user_id]=x",
        "filter[actor_id]=",
        "filter[action]=property.exploded",
        "filter[action]=",
        "filter[since]=yesterday",
        "filter[until]=2030-06-01",
        "filter[request_id]=x",
        "filter=x",
        "order[at]=asc",
        "pagination[page]=1",
        "pagination[limit]=0",
        "pagination[limit]=1001",
        "pagination[limit]=ten",
        "pagination[cursor]=",
        "pagination[cursor]=r",
        "pagination[cursor]=r01890000000070008000000000000001'",
        "pagination[cursor]=R01890000000070008000000000000001",
        "pagination[cursor]=01890000-0000-7000-8000-000000000001",
    ];
    for query in wrong {
        let answer = ada.get(&format!("{PATH}?{query}")).expect(422);
        let name = query.split('=').next().unwrap();
        assert_eq!(
            answer.at("/errors/details"),
            json!({ name: ["is invalid"] }),
            "{query}"
        );
    }
}

fn parts_are_followed_by_cursors(backend: Backend) {
    let app = TestApp::start(backend);
    let ada = app.person("ada");
    for title in ["One", "Two", "Three", "Four"] {
        ada.opens(title);
    }
    let whole = ada.get(PATH).expect(200);
    assert_eq!(whole.at("/meta"), json!({"limit": 100, "next_cursor": null}));
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let part = ada
            .get(&format!("{PATH}?pagination[limit]=3{cursor}"))
            .expect(200);
        seen.extend(part.each("/id"));
        ada.opens("Another that comes meanwhile");
        match part.at("/meta/next_cursor").as_str() {
            Some(next) => cursor = format!("&pagination[cursor]={next}"),
            None => break,
        }
    }
    assert_eq!(seen, whole.each("/id"));
}
