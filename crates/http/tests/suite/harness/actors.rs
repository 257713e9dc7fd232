//! Who calls: anybody with a token, and people.

use std::ops::Deref;

use serde_json::{Value, json};

use super::{
    Answer, Company, Request,
    app::{A_SECOND, TestApp},
};

/// The bearer of a token, or of none.
#[derive(Clone, Debug)]
pub(crate) struct Caller<'a> {
    app: &'a TestApp,
    pub(crate) token: String,
}

/// A person, with a token that speaks for them.
#[derive(Clone, Debug)]
pub(crate) struct Person<'a> {
    caller: Caller<'a>,
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) credential: String,
}

impl<'a> Deref for Person<'a> {
    type Target = Caller<'a>;

    fn deref(&self) -> &Caller<'a> {
        &self.caller
    }
}

impl<'a> Caller<'a> {
    pub(crate) fn with(app: &'a TestApp, token: &str) -> Self {
        Self {
            app,
            token: token.to_owned(),
        }
    }

    pub(super) fn without_token(app: &'a TestApp) -> Self {
        Self::with(app, "")
    }

    pub(crate) fn request(&self, method: &str, target: &str) -> Request<'a> {
        let request = Request::new(self.app, method, target);
        if self.token.is_empty() {
            request
        } else {
            request.bearer(&self.token)
        }
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.request("GET", target).send()
    }

    pub(crate) fn post(&self, target: &str, body: &Value) -> Answer {
        self.request("POST", target).json(body).send()
    }

    pub(crate) fn put(&self, target: &str, body: &Value) -> Answer {
        self.request("PUT", target).json(body).send()
    }

    pub(crate) fn delete(&self, target: &str) -> Answer {
        self.request("DELETE", target).send()
    }

    /// Creates a property, and tells its id.
    #[track_caller]
    pub(crate) fn opens(&self, title: &str) -> String {
        self.opens_with(&json!({"title": title, "currency": "EUR"}))
    }

    /// An application creates a property for its owner.
    #[track_caller]
    pub(crate) fn opens_for(&self, owner: &str, title: &str) -> String {
        self.opens_with(&json!({"title": title, "currency": "EUR", "owner_id": owner}))
    }

    #[track_caller]
    fn opens_with(&self, fields: &Value) -> String {
        let answer = self.creates_property(fields).expect(201);
        let title = answer.text("/data/attributes/title");
        self.app.names().learn(&answer.id(), &title);
        self.app.pass(A_SECOND);
        answer.id()
    }

    pub(crate) fn creates_property(&self, fields: &Value) -> Answer {
        self.post("/api/v1/properties", &json!({"property": fields}))
    }

    pub(crate) fn invites(&self, email: &str, role: &str, property: &str) -> Answer {
        self.invites_as(&json!({"property_id": property, "user_email": email, "role": role}))
    }

    pub(crate) fn invites_with(&self, email: &str, role: &str, property: &str, overrides: &Value) -> Answer {
        self.invites_as(
            &json!({"property_id": property, "user_email": email, "role": role, "overrides": overrides}),
        )
    }

    pub(crate) fn invites_as(&self, fields: &Value) -> Answer {
        self.post("/api/v1/property_users", &json!({"invite": fields}))
    }

    /// Lists property users.
    pub(crate) fn lists(&self, query: &str) -> Answer {
        self.get(&format!("/api/v1/property_users?{query}"))
    }

    /// How far an invitation has got.
    pub(crate) fn onboarding(&self, property_user: &str) -> Answer {
        self.get(&format!("/api/v1/property_users/{property_user}/onboarding"))
    }

    /// Sends an on-boarding link again.
    pub(crate) fn resends(&self, property_user: &str) -> Answer {
        let path = format!("/api/v1/property_users/{property_user}/onboarding/resend");
        self.request("POST", &path).send()
    }

    pub(crate) fn reads(&self, property_user: &str) -> Answer {
        self.get(&format!("/api/v1/property_users/{property_user}"))
    }

    pub(crate) fn updates(&self, property_user: &str, fields: &Value) -> Answer {
        self.put(
            &format!("/api/v1/property_users/{property_user}"),
            &json!({"property_user": fields}),
        )
    }

    pub(crate) fn withdraws(&self, property_user: &str) -> Answer {
        self.delete(&format!("/api/v1/property_users/{property_user}"))
    }

    /// The id of the place that a person has on a property.
    #[track_caller]
    pub(crate) fn finds(&self, person: &Person<'_>, property: &str) -> String {
        let query = format!("filter[property_id]={property}&filter[user_id]={}", person.id);
        let found = self.lists(&query).expect(200).each("/id");
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }

    /// Makes an API key, and tells its answer.
    pub(crate) fn makes_key(&self, attributes: &Value) -> Answer {
        self.post(
            "/api/v1/api_keys/",
            &json!({"data": {"type": "api-keys", "attributes": attributes}}),
        )
    }

    /// Makes an API key, and uses it.
    #[track_caller]
    pub(crate) fn with_key(&self, attributes: &Value) -> (Caller<'a>, String) {
        let answer = self.makes_key(attributes).expect(201);
        let key = answer.text("/data/attributes/key");
        (Self::with(self.app, &key), answer.id())
    }

    /// Adds an account for a user.
    pub(crate) fn adds_account(&self, user: &str, attributes: &Value) -> Answer {
        self.post(
            &format!("/api/v1/users/{user}/accounts/"),
            &json!({"data": {"type": "accounts", "attributes": attributes}}),
        )
    }

    pub(crate) fn creates_user(&self, attributes: &Value) -> Answer {
        self.post(
            "/api/v1/users/",
            &json!({"data": {"type": "users", "attributes": attributes}}),
        )
    }
}

impl<'a> Person<'a> {
    pub(super) fn created(application: &Caller<'a>, company: &Company<'a>, name: &str) -> Self {
        let email = format!("{name}@example.test");
        let answer = application.creates_user(&json!({
            "first-name": capitalised(name), "last-name": "Tester", "email": email
        }));
        Self::known(company, &answer.expect(201).id(), &email, name)
    }

    /// Somebody who is there already, with a token minted now.
    #[track_caller]
    pub(crate) fn known(company: &Company<'a>, id: &str, email: &str, name: &str) -> Self {
        let token = company.asks(&[("user_id", id)]).expect(200);
        company.app.names().learn(id, name);
        let credential = token.text("/credential_id");
        company
            .app
            .names()
            .learn(&credential, &format!("{name}'s credential"));
        Self {
            caller: Caller::with(company.app, &token.text("/access_token")),
            id: id.to_owned(),
            email: email.to_owned(),
            credential,
        }
    }

    /// Connects the account of the channel Hostaway that has this number, and tells its id.
    #[track_caller]
    pub(crate) fn connects(&self, number: u32) -> String {
        let answer = self.adds(number, "a good secret").expect(201);
        let app = self.caller.app;
        app.names().learn(&answer.id(), &format!("account {number}"));
        app.pass(A_SECOND);
        answer.id()
    }

    /// Tries to add that account with this secret.
    pub(crate) fn adds(&self, number: u32, secret: &str) -> Answer {
        let credentials = json!({"client_id": number, "client_secret": secret});
        self.adds_account(
            &self.id,
            &json!({"channel": "hostaway", "credentials": credentials}),
        )
    }

    /// The path of an account, or of what lies beneath: `listings/`, say.
    pub(crate) fn path_of(&self, account: &str, beneath: &str) -> String {
        format!("/api/v1/users/{}/accounts/{account}/{beneath}", self.id)
    }

    pub(crate) fn shows(&self, account: &str, beneath: &str) -> Answer {
        self.get(&self.path_of(account, beneath))
    }

    /// Asks for fresh data; `query` is empty, or begins with a question mark.
    pub(crate) fn refreshes(&self, account: &str, query: &str) -> Answer {
        // So that runs have one order.
        self.caller.app.pass(A_SECOND);
        let path = self.path_of(account, "refresh/");
        self.request("POST", &format!("{path}{query}")).send()
    }

    pub(crate) fn disconnects(&self, account: &str) -> Answer {
        self.delete(&self.path_of(account, ""))
    }

    /// The same person with a fresh token.
    #[track_caller]
    pub(crate) fn again(&self, company: &Company<'a>) -> Self {
        let token = company.asks(&[("user_id", &self.id)]).expect(200);
        Self {
            caller: Caller::with(company.app, &token.text("/access_token")),
            ..self.clone()
        }
    }
}

fn capitalised(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}
