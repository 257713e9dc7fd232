//! What there is to ask about: one property with its people, and one user with keys and an account.

use std::time::Duration;

use innkeeper_domain::effects::MailLimits;
use innkeeper_test_support::Backend;
use serde_json::{Value, json};

use crate::harness::{Caller, Company, Person, Request, TestApp, all_scopes};

const HOUR: Duration = Duration::from_hours(1);
/// More mails than any of this sends.
const MANY: u32 = 100_000;

/// An application that lets people send as many mails as they like.
pub(super) fn start(backend: Backend) -> TestApp {
    TestApp::start_with(backend, |setup| {
        setup.mail_limits = MailLimits {
            per_actor: MANY,
            pending_per_property: MANY,
            per_recipient_and_property: MANY,
            per_recipient: MANY,
        };
    })
}

/// Ada owns Sea Inn. Everybody else is defined by what they are to her or to it.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    pub(super) app: &'a TestApp,
    /// Which one it is: people are made anew for each.
    number: u32,
    /// The owner here, and the user whom routes about one user are about.
    pub(super) ada: Person<'a>,
    /// Has the role `user` here.
    pub(super) bob: Person<'a>,
    /// The same, and may invite, update and withdraw.
    pub(super) cleo: Person<'a>,
    /// Owns another property.
    pub(super) dan: Person<'a>,
    /// Is nowhere.
    pub(super) eve: Person<'a>,
    /// An application of another tenant.
    pub(super) rival: Caller<'a>,
    /// Tokens of Ada: over since an hour, a key that was revoked, and one for another of her properties alone.
    pub(super) expired: String,
    pub(super) revoked: String,
    pub(super) limited: String,
    pub(super) inn: String,
    pub(super) hill: String,
    /// The address of a colleague with the role `user`, their place, and that of one who has not come in yet.
    pub(super) kim: String,
    pub(super) place: String,
    pub(super) late: String,
    /// The secret in the mail to that person.
    pub(super) link: String,
    pub(super) key: String,
    pub(super) account: String,
    pub(super) run: String,
}

impl<'a> Stage<'a> {
    pub(super) fn new(app: &'a TestApp, rival: &Company<'a>, number: u32) -> Self {
        let person = |name: &str| app.person(&format!("{name}{number}"));
        let ada = person("ada");
        let expired = ada.token.clone();
        app.pass(HOUR);
        let ada = ada.again(&app.home());
        let [bob, cleo, dan, eve, kim] = ["bob", "cleo", "dan", "eve", "kim"].map(person);
        let [inn, hill] = ["Sea Inn", "Hill House"].map(|title| ada.opens(title));
        dan.opens("Den");
        app.puts(&bob, &inn, "user");
        let rights = json!({"users.invite": true, "users.update": true, "users.withdraw": true});
        ada.invites_with(&cleo.email, "user", &inn, &rights).expect(201);
        let place = app.puts(&kim, &inn, "user");
        let late = format!("late{number}@example.test");
        let late = ada.invites(&late, "user", &inn).expect(201);
        let link = app.link_to(&late.text("/data/attributes/user_id"));
        let all = all_scopes();
        let scopes: Vec<&str> = all.split(' ').collect();
        let (limited, _) = ada.with_key(&json!({"scopes": scopes, "property-ids": [hill]}));
        let (revoked, id) = ada.with_key(&json!({"scopes": scopes}));
        ada.delete(&format!("/api/v1/api_keys/{id}/")).expect(204);
        let (_, key) = ada.with_key(&json!({"scopes": ["user:read"]}));
        let account = ada.connects(1);
        app.imports(&account, 1, 1);
        let run = ada.shows(&account, "runs/").each("/id").remove(0);
        Self {
            app,
            number,
            rival: rival.caller(),
            expired,
            revoked: revoked.token,
            limited: limited.token,
            ada,
            bob,
            cleo,
            dan,
            eve,
            inn,
            hill,
            kim: kim.email,
            place,
            late: late.id(),
            link,
            key,
            account,
            run,
        }
    }

    /// What answers to those who are refused, and to strangers, never tell.
    pub(super) fn hidden(&self) -> [&str; 6] {
        [
            &self.ada.email,
            &self.kim,
            &self.place,
            &self.key,
            &self.account,
            &self.run,
        ]
    }

    /// An address that nobody has.
    pub(super) fn address(&self, serial: u32) -> String {
        format!("new{serial}of{}@example.test", self.number)
    }

    /// A request about what is on the stage, still without a token: the path, with the ids of what it names, and a
    /// query, if any.
    pub(super) fn request(&self, method: &str, path: &str) -> Request<'a> {
        let id = match path {
            path if path.contains("/onboarding") => &self.late,
            path if path.starts_with("/api/v1/property_users") => &self.place,
            path if path.starts_with("/api/v1/properties") => &self.inn,
            path if path.starts_with("/api/v1/api_keys") => &self.key,
            _ => "no place in the path takes it",
        };
        let ids = [
            ("{id}", id),
            ("{user_id}", &self.ada.id),
            ("{account_id}", &self.account),
            ("{run_id}", &self.run),
            ("{slug}", "hostaway"),
        ];
        let target = ids
            .into_iter()
            .fold(path.to_owned(), |path, (place, id)| path.replace(place, id));
        self.app.request(method, &target)
    }

    pub(super) fn sends(&self, method: &str, path: &str, body: &Value) -> Request<'a> {
        self.request(method, path).json(body)
    }
}
