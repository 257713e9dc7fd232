//! What is left to try out when the story is over.

use super::{
    Afterwards,
    narrator::{Broken, Narrator},
    paint::Ink,
    story::Partner,
};
use crate::cli::Record;

/// Where the reference is read and tried out.
const DOCS: &str = "/api/v1/docs/";

/// Somebody new, to be pasted into the reference, and an account that the simulated channel knows.
const USER: &str = concat!(
    r#"{"data": {"type": "users", "attributes": {"first-name": "Hugo", "last-name": "Reis", "#,
    r#""email": "hugo@example.com"}}}"#,
);
const ACCOUNT: &str = concat!(
    r#"{"data": {"type": "accounts", "attributes": {"channel": "hostaway", "#,
    r#""credentials": {"account_id": "20417", "api_key": "good"}}}}"#,
);

/// What a visitor takes along.
#[derive(Debug)]
pub(super) struct Keepsakes<'a> {
    pub(super) partner: &'a Partner,
    pub(super) token: String,
    pub(super) property: String,
    /// The path of the account.
    pub(super) account: String,
    /// The path that Gil comes in by.
    pub(super) door: String,
}

/// Tells how it went, and what to try while the server stays up.
pub(super) fn say(n: &Narrator, keepsakes: &Keepsakes<'_>, afterwards: Afterwards) -> Result<(), Broken> {
    let paper = n.paper();
    let end = format!("Every answer was as it should be ({} requests).", n.requests());
    paper.line("");
    paper.line(&paper.ink(Ink::Good, &end));
    if afterwards == Afterwards::Stay {
        what_to_try(n, keepsakes);
    }
    n.finish(
        Record::default()
            .with("url", n.url())
            .with("docs", format!("{}{DOCS}", n.url()))
            .with("tenant_id", &keepsakes.partner.tenant)
            .with("client_id", &keepsakes.partner.client)
            .with("client_secret", keepsakes.partner.secret.reveal())
            .with("property_id", &keepsakes.property)
            .with("account", &keepsakes.account)
            .with("onboarding", &keepsakes.door)
            .with("api_key", &keepsakes.token)
            .with("requests", n.requests()),
    )
}

fn what_to_try(n: &Narrator, keepsakes: &Keepsakes<'_>) {
    let paper = n.paper();
    let url = n.url();
    let Keepsakes {
        token,
        property,
        account,
        door,
        ..
    } = keepsakes;
    let curl = "curl -s -w '\\n' -H \"Authorization: Bearer $KEY\"";
    let people = format!("{url}/api/v1/property_users");
    let invite =
        r#"'{"invite": {"property_id": "'$HOUSE'", "user_email": "finn@example.com", "role": "user"}}'"#;
    let page = |path: &str, what: &str| {
        let address = paper.ink(Ink::Wire, &format!("{url}{path}"));
        format!("    {address}  {}", paper.ink(Ink::Faint, what))
    };
    for line in [
        "",
        "The server stays up. Open",
        &page(DOCS, "the reference, where every request can be tried out"),
        &page("/readyz", " whether it can do its work"),
        &page("/metrics", "what it measures"),
        &page(door, "be Gil: choose a password"),
        "",
        "In the reference, be the company. Authorize with",
        &format!("    client_id      {}", keepsakes.partner.client),
        &format!("    client_secret  {}", keepsakes.partner.secret.reveal()),
        "and try: create a user with",
        &format!("    {USER}"),
        "then add an account to that user, with",
        &format!("    {ACCOUNT}"),
        "and get the account again and again: `sync-status` tells how its import goes on.",
        "",
        "Or be Ana, in another terminal:",
        &format!("    KEY={token}"),
        &format!("    HOUSE={property}"),
        &format!("    {curl} \"{people}?filter\\[property_id\\]=$HOUSE\""),
        &format!("    {curl} -H 'Content-Type: application/json' {people} -d {invite}"),
        &format!("    ACCOUNT={url}{account}"),
        &format!("    {curl} \"${{ACCOUNT}}reservations/?page\\[size\\]=2\""),
        &format!("    {curl} -X POST \"${{ACCOUNT}}refresh/\""),
        "",
        &paper.ink(Ink::Faint, "Ctrl-C ends it."),
    ] {
        paper.line(line);
    }
}
