//! The story: a partner company, a house, who may do what on it, and a channel that its bookings come from.

use innkeeper_domain::tokens::Secret;
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::{
    Afterwards,
    channel_side::ChannelSide,
    coming_in,
    farewell::{self, Keepsakes},
    imports,
    mailbox::Mailbox,
    narrator::{Broken, Narrator, Person, Reply},
    paint::Ink,
};

/// The partner company, as the operator opened it.
#[derive(Debug)]
pub(super) struct Partner {
    pub(super) name: &'static str,
    pub(super) tenant: String,
    pub(super) client: String,
    pub(super) secret: Secret,
}

/// The people of the story.
#[derive(Debug)]
struct Cast {
    ana: Person,
    ana_id: String,
    carla: Person,
}

pub(super) const PROPERTY_USERS: &str = "/api/v1/property_users";

/// Tells it all, up to the first step that is not as it should be.
pub(super) fn tell(
    mut narrator: Narrator,
    partner: &Partner,
    (channel, mailbox): (&ChannelSide, &Mailbox),
    afterwards: Afterwards,
) -> Result<(), Broken> {
    let n = &mut narrator;
    prologue(n, partner)?;
    let application = application_token(n, partner)?;
    let cast = people(n, partner, &application)?;
    let property = house(n, &cast)?;
    let dan = invitations(n, &cast, &property)?;
    let carla = overrides(n, &cast, &property)?;
    escalation(n, &cast, &property)?;
    coming_in::tell(n, mailbox, &partner.tenant, &property)?;
    withdrawals(n, &cast, &property, (&dan, &carla))?;
    let account = imports::tell(n, (&cast.ana, &cast.ana_id), channel)?;
    let key = key(n, &cast)?;
    let door = coming_in::leave_a_door_open(n, &cast.ana, mailbox, &property)?;
    coming_in::trail(n, &cast.ana, &property)?;
    let keepsakes = Keepsakes {
        partner,
        token: key,
        property,
        account,
        door,
    };
    farewell::say(n, &keepsakes, afterwards)
}

fn prologue(n: &mut Narrator, partner: &Partner) -> Result<(), Broken> {
    let paper = n.paper();
    paper.line(&paper.ink(
        Ink::Bold,
        "Innkeeper: who may do what on which property, and what their channels know",
    ));
    paper.line(&format!(
        "A real server answers on {}, over a fresh database and simulated channels.",
        n.url()
    ));
    n.step("The operator opens a tenant for a partner company");
    let command = format!("innkeeper tenant create --name \"{}\"", partner.name);
    paper.line(&format!("    {}", paper.ink(Ink::Wire, &command)));
    n.notice(
        "the company has a tenant, a wall that nothing crosses, and an application with a secret",
        !partner.tenant.is_empty() && !partner.client.is_empty(),
    )
}

fn application_token(n: &mut Narrator, partner: &Partner) -> Result<Person, Broken> {
    n.step("The company's application asks for a token");
    let answer = token(n, partner, None)?;
    n.notice(
        "it speaks for the whole company, for an hour",
        answer.is("/expires_in", 3600),
    )?;
    n.notice("no user is named in it", !answer.has("/user_id"))?;
    Ok(Person {
        name: "the company",
        token: n.text(&answer, "/access_token")?,
    })
}

fn token(n: &mut Narrator, partner: &Partner, user: Option<&str>) -> Result<Reply, Broken> {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", partner.client.as_str()),
        ("client_secret", partner.secret.reveal()),
    ];
    form.extend(user.map(|user| ("user_id", user)));
    n.ask_token("the company", &form)
}

fn people(n: &mut Narrator, partner: &Partner, application: &Person) -> Result<Cast, Broken> {
    n.step("It brings its people along: Ana, Bo and Carla");
    let mut ids = Vec::new();
    for (first, last) in [("Ana", "Lima"), ("Bo", "Berg"), ("Carla", "Costa")] {
        let email = format!("{}@example.com", first.to_lowercase());
        let body = json!({"data": {"type": "users", "attributes": {
            "first-name": first, "last-name": last, "email": email,
        }}});
        let user = n.ask(application, (Method::POST, "/api/v1/users/"), Some(&body), 201)?;
        ids.push(n.text(&user, "/data/id")?);
    }
    n.notice(
        "the company vouches for their addresses, so they are active at once",
        ids.len() == 3,
    )?;

    n.step("Ana and Carla get tokens of their own");
    let mut tokens = Vec::new();
    for user in ids.iter().step_by(2) {
        let answer = token(n, partner, Some(user))?;
        n.notice(
            "it speaks for one person and reaches no further",
            answer.is("/user_id", user.as_str()),
        )?;
        tokens.push(n.text(&answer, "/access_token")?);
    }
    let [ana, carla] = <[String; 2]>::try_from(tokens).unwrap_or_default();
    Ok(Cast {
        ana: Person {
            name: "Ana",
            token: ana,
        },
        ana_id: ids.into_iter().next().unwrap_or_default(),
        carla: Person {
            name: "Carla",
            token: carla,
        },
    })
}

fn house(n: &mut Narrator, cast: &Cast) -> Result<String, Broken> {
    n.step("Ana adds her house");
    let body = json!({"property": {"title": "Casa Azul", "currency": "EUR", "country": "PT"}});
    let property = n.ask(&cast.ana, (Method::POST, "/api/v1/properties"), Some(&body), 201)?;
    let property = n.text(&property, "/data/id")?;
    let path = format!("{PROPERTY_USERS}?filter[property_id]={property}");
    let list = n.ask(&cast.ana, (Method::GET, &path), None, 200)?;
    n.notice(
        "who creates a property is its owner from that moment on",
        list.is("/data/0/attributes/role", "owner")
            && list.is("/data/0/attributes/user_id", cast.ana_id.as_str()),
    )?;
    Ok(property)
}

pub(super) fn invitation(property: &str, email: &str, role: &str) -> Json {
    json!({"invite": {"property_id": property, "user_email": email, "role": role}})
}

fn invitations(n: &mut Narrator, cast: &Cast, property: &str) -> Result<String, Broken> {
    let post = (Method::POST, PROPERTY_USERS);
    n.step("Ana invites Dan, whom nobody knows yet");
    let body = invitation(property, "dan@example.com", "user");
    let dan = n.ask(&cast.ana, post.clone(), Some(&body), 201)?;
    n.notice(
        "person, access, record and mail came to be together, or not at all",
        dan.has("/data/id"),
    )?;
    n.notice(
        "he is `invited`: he can sign in once he has on-boarded",
        dan.is("/data/meta/status", "invited"),
    )?;

    n.step("Ana clicks twice");
    let again = n.ask(&cast.ana, post.clone(), Some(&body), 400)?;
    let told = n.text(&again, "/errors/details")?;
    n.notice(
        "the second click is told so, and changes nothing",
        told == "User already invited",
    )?;

    n.step("Ana invites Bo, who is known, as a second owner");
    let body = invitation(property, "BO@example.com", "owner");
    let bo = n.ask(&cast.ana, post, Some(&body), 201)?;
    n.notice(
        "he is `active` already, however his address is spelt",
        bo.is("/data/meta/status", "active") && bo.is("/data/attributes/role", "owner"),
    )?;

    n.step("Ana looks at who is on the house");
    let path = format!("{PROPERTY_USERS}?filter[property_id]={property}&order[role]=asc");
    let list = n.ask(&cast.ana, (Method::GET, &path), None, 200)?;
    n.notice(
        "three people: nothing is cut off silently",
        list.is("/meta/total", 3),
    )?;
    n.text(&dan, "/data/id")
}

fn overrides(n: &mut Narrator, cast: &Cast, property: &str) -> Result<String, Broken> {
    n.step("Carla joins, and Ana lets her invite people");
    let body = invitation(property, "carla@example.com", "user");
    let carla = n.ask(&cast.ana, (Method::POST, PROPERTY_USERS), Some(&body), 201)?;
    let id = n.text(&carla, "/data/id")?;
    let body = json!({"property_user": {"overrides": {"users.invite": true, "reservations.export": false}}});
    let path = format!("{PROPERTY_USERS}/{id}");
    let carla = n.ask(&cast.ana, (Method::PUT, &path), Some(&body), 200)?;
    n.notice(
        "overrides add to a role, and a `false` wins over everything",
        carla.is(
            "/data/attributes/overrides",
            json!({"users.invite": true, "reservations.export": false}),
        ),
    )?;
    Ok(id)
}

fn escalation(n: &mut Narrator, cast: &Cast, property: &str) -> Result<(), Broken> {
    let post = (Method::POST, PROPERTY_USERS);
    n.step("Carla, a `user`, tries to make a friend an owner");
    let body = invitation(property, "eve@example.com", "owner");
    let refusal = n.ask(&cast.carla, post.clone(), Some(&body), 403)?;
    n.notice(
        "nobody can give more than they have",
        refusal.is("/errors/code", "forbidden"),
    )?;
    let body = invitation(property, "eve@example.com", "user");
    let eve = n.ask(&cast.carla, post, Some(&body), 201)?;
    n.notice(
        "as a `user` her friend is welcome",
        eve.is("/data/attributes/role", "user"),
    )
}

fn withdrawals(
    n: &mut Narrator,
    cast: &Cast,
    property: &str,
    (dan, carla): (&str, &str),
) -> Result<(), Broken> {
    n.step("Ana tries to withdraw herself");
    let path = format!("{PROPERTY_USERS}?filter[user_id]={}", cast.ana_id);
    let own = n.ask(&cast.ana, (Method::GET, &path), None, 200)?;
    let own = n.text(&own, "/data/0/id")?;
    let path = format!("{PROPERTY_USERS}/{own}");
    let refusal = n.ask(&cast.ana, (Method::DELETE, &path), None, 400)?;
    let told = n.text(&refusal, "/errors/details")?;
    n.notice(
        "nobody locks themself out by a slip",
        told == "User can not withdraw themself",
    )?;

    n.step("Ana withdraws Dan, twice");
    let path = format!("{PROPERTY_USERS}/{dan}");
    let gone = n.ask(&cast.ana, (Method::DELETE, &path), None, 200)?;
    n.notice("his invitation is void", gone.is("/meta/message", "Success"))?;
    let unknown = n.ask(&cast.ana, (Method::DELETE, &path), None, 404)?;
    n.notice(
        "gone and never there look the same",
        unknown.is("/errors/code", "resource_not_found"),
    )?;

    n.step("Ana withdraws Carla, whose token still lives");
    let path = format!("{PROPERTY_USERS}/{carla}");
    n.ask(&cast.ana, (Method::DELETE, &path), None, 200)?;
    let path = format!("/api/v1/properties/{property}");
    let unseen = n.ask(&cast.carla, (Method::GET, &path), None, 404)?;
    n.notice(
        "it counts from her next request on: to her the house is not there",
        unseen.is("/errors/code", "resource_not_found"),
    )
}

fn key(n: &mut Narrator, cast: &Cast) -> Result<String, Broken> {
    n.step("Ana makes a key for her scripts");
    let scopes = [
        "user:read",
        "user:write",
        "listings:read",
        "reservations:read",
        "property:read",
        "property:write",
    ];
    let body = json!({"data": {"type": "api-keys", "attributes": {"scopes": scopes}}});
    let key = n.ask(&cast.ana, (Method::POST, "/api/v1/api_keys/"), Some(&body), 201)?;
    n.notice(
        "it carries six scopes, is shown this once, and can be revoked at any time",
        key.is("/data/attributes/scopes", json!(scopes)),
    )?;
    n.text(&key, "/data/attributes/key")
}
