//! Before anything is measured, all sides are asked the same: who may ask gets the same rows from all of them, and nobody
//! else gets anything.

use anyhow::{Context as _, ensure};
use reqwest::blocking::{Client, Response};
use serde::Serialize;
use serde_json::Value;

use super::sides::{Side, Sides};
use crate::population::{PLACES_OF_PROPERTY, Population};

/// How long the answers of a side are, in bytes.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Lengths {
    pub(super) side: Side,
    pub(super) get: usize,
    pub(super) list: usize,
    pub(super) accounts: usize,
}

/// What one side tells the owner of the second property.
struct Answers {
    member: Value,
    members: Value,
    lengths: Lengths,
}

/// Asks all sides.
///
/// # Errors
///
/// If one tells other rows than Innkeeper does, or tells them to somebody else.
pub(super) fn check(sides: &Sides, population: &Population) -> anyhow::Result<Vec<Lengths>> {
    let client = Client::new();
    let ours = answers(&client, sides, Side::Innkeeper, population)?;
    let mut lengths = vec![ours.lengths];
    for side in Side::ALL.into_iter().skip(1) {
        let theirs = answers(&client, sides, side, population)?;
        let (name, member) = (side.name(), &ours.member);
        ensure!(
            theirs.member == *member,
            "{name} tells {} for {member}",
            theirs.member
        );
        ensure!(theirs.members == ours.members, "{name} lists {}", theirs.members);
        lengths.push(theirs.lengths);
    }
    Ok(lengths)
}

fn answers(client: &Client, sides: &Sides, side: Side, population: &Population) -> anyhow::Result<Answers> {
    let (url, _) = sides.of(side);
    let api = format!("{url}/api/v1");
    let ask = |path: &str, key: &str| client.get(format!("{api}{path}")).bearer_auth(key).send();
    let caller = |n: usize| population.callers.get(n).context("there are too few callers");
    let (owner, stranger) = (caller(1)?, caller(0)?);
    let property = Population::property_id(1);
    let member = format!("/property_users/{}", Population::place_id(PLACES_OF_PROPERTY + 1));
    let members = format!("/property_users?filter[property_id]={property}&pagination[limit]=20");
    let accounts = format!("/users/{}/accounts?page[size]=20", owner.user);
    for key in [stranger.key.as_str(), "nobody's"] {
        let name = side.name();
        for path in [&member, &accounts] {
            let status = ask(path, key)?.status();
            ensure!(
                status.is_client_error(),
                "{name} answers a stranger with {status}"
            );
        }
        // Innkeeper's list is empty for whoever may not see the property.
        let told = ask(&members, key)?;
        let is_told = told.status().is_success() && !rows(&read(told)?.0).is_empty();
        ensure!(!is_told, "{name} shows a stranger a list");
    }
    let (member, get) = read(ask(&member, &owner.key)?)?;
    let (members, list) = read(ask(&members, &owner.key)?)?;
    let (own, accounts) = read(ask(&accounts, &owner.key)?)?;
    for told in [&members, &own] {
        let count = rows(told).len();
        ensure!(count == 20, "{} lists {count} for 20", side.name());
    }
    let data = |told: Value| told.get("data").cloned().unwrap_or_default();
    Ok(Answers {
        member: data(member),
        members: data(members),
        lengths: Lengths {
            side,
            get,
            list,
            accounts,
        },
    })
}

/// The document, and how long it is.
fn read(response: Response) -> anyhow::Result<(Value, usize)> {
    let bytes = response.bytes()?;
    let told = serde_json::from_slice(&bytes)
        .with_context(|| format!("{} is no document", String::from_utf8_lossy(&bytes)))?;
    Ok((told, bytes.len()))
}

fn rows(told: &Value) -> &[Value] {
    told.get("data")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}
