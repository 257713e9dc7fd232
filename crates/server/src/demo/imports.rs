//! The second half of the story: a channel is connected, imported, refreshed and let go.

use std::{
    thread,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::{
    channel_side::{CHANNEL, ChannelSide, KEY},
    narrator::{Broken, Narrator, Person, Reply},
};

/// How often the story looks how far an import is.
const LOOK_EVERY: Duration = Duration::from_millis(40);
/// How long it may take.
const LONGEST: Duration = Duration::from_mins(1);
/// Longer than a run waits that the channel told to come back in a second.
const A_WHILE: Duration = Duration::from_millis(2_500);

/// Whose accounts the story is about.
struct Scene<'a> {
    ana: &'a Person,
    accounts: String,
    channel: &'a ChannelSide,
}

/// Tells it; returns the path of an account that is there at the end.
pub(super) fn tell(
    n: &mut Narrator,
    (ana, ana_id): (&Person, &str),
    channel: &ChannelSide,
) -> Result<String, Broken> {
    let scene = Scene {
        ana,
        accounts: format!("/api/v1/users/{ana_id}/accounts/"),
        channel,
    };
    let account = connect(n, &scene)?;
    import(n, &scene, &account)?;
    refresh(n, &scene, &account)?;
    delete(n, &scene, &account)?;
    again(n, &scene, &account)?;
    Ok(account)
}

fn credentials(key: &str) -> Json {
    let credentials = json!({"account_id": "61148", "api_key": key});
    json!({"data": {"type": "accounts", "attributes": {"channel": CHANNEL, "credentials": credentials}}})
}

fn connect(n: &mut Narrator, scene: &Scene<'_>) -> Result<String, Broken> {
    n.step("Ana connects her property software, and mistypes the key");
    let post = (Method::POST, scene.accounts.as_str());
    let refusal = n.ask(scene.ana, post.clone(), Some(&credentials("goood")), 422)?;
    n.notice(
        "the channel was asked before anything was stored, and said no",
        refusal.is("/meta/code", "invalid_credentials"),
    )?;

    n.step("With the right key it is connected");
    let account = n.ask(scene.ana, post, Some(&credentials(KEY)), 201)?;
    n.notice(
        "the key is sealed, and shown by nothing",
        !account.has("/data/attributes/credentials"),
    )?;
    let id = n.text(&account, "/data/id")?;
    Ok(format!("{}{id}/", scene.accounts))
}

fn import(n: &mut Narrator, scene: &Scene<'_>, account: &str) -> Result<(), Broken> {
    n.step("All it holds is imported in the background");
    until_completed(n, scene, account)?;
    is_what_the_channel_has(n, scene, account)
}

/// Looks until the import is over, with a bar that shows how far it is.
fn until_completed(n: &mut Narrator, scene: &Scene<'_>, account: &str) -> Result<(), Broken> {
    let all = n.or_broken(scene.channel.holdings())?.reservations;
    let mut bar = n.counting("reservations");
    let seen = n.until(scene.ana, account, (LOOK_EVERY, LONGEST), |account| {
        let is_over = is_in_state(account, "completed");
        let read = account.number("/data/attributes/sync-detail/nb-reservations");
        bar.at(if is_over { all } else { read.unwrap_or(0).min(all) }, all);
        is_over
    });
    bar.clear();
    let seen = seen?;
    n.notice(
        "it is complete, and the account is well",
        seen.is("/data/attributes/health/state", "healthy"),
    )
}

fn is_in_state(account: &Reply, state: &str) -> bool {
    account.is("/data/attributes/sync-status/state", state)
}

fn is_what_the_channel_has(n: &mut Narrator, scene: &Scene<'_>, account: &str) -> Result<(), Broken> {
    let holdings = n.or_broken(scene.channel.holdings())?;
    for (what, expected) in [
        ("listings", holdings.listings),
        ("reservations", holdings.reservations),
    ] {
        let path = format!("{account}{what}/?page[size]=1");
        let page = n.ask(scene.ana, (Method::GET, &path), None, 200)?;
        n.notice(
            &format!("{expected} {what}: as many as the channel has"),
            page.is("/meta/pagination/count", expected),
        )?;
    }
    Ok(())
}

fn refresh(n: &mut Narrator, scene: &Scene<'_>, account: &str) -> Result<(), Broken> {
    n.step("Guests book meanwhile, and the channel is too busy to tell of it");
    n.or_broken(scene.channel.goes_on())?;
    n.or_broken(scene.channel.is_busy())?;
    let everything = format!("{account}refresh/?recent_sync_threshold_minutes=0");
    let first = n.ask(scene.ana, (Method::POST, &everything), None, 202)?;
    n.notice(
        "Ana's wish for fresh data is kept",
        first.is("/meta/disposition", "queued"),
    )?;
    until_begun(n, scene, account)?;

    n.step("Ana is impatient");
    let refusal = n.ask(scene.ana, (Method::POST, &everything), None, 409)?;
    n.notice(
        "an import is under way, and there are never two of an account",
        refusal.is("/errors/0/code", "refresh_in_progress"),
    )?;
    let behind = format!("{everything}&if_running=queue");
    let follow_up = n.ask(scene.ana, (Method::POST, &behind), None, 202)?;
    n.notice(
        "one may wait behind it",
        follow_up.is("/meta/disposition", "queued_behind"),
    )?;
    let waiting = n.ask(scene.ana, (Method::GET, account), None, 200)?;
    let waiting = n.text(&waiting, "/data/attributes/sync-detail/follow-up-run-id")?;
    let replaced = n.ask(scene.ana, (Method::POST, &everything), None, 202)?;
    n.notice(
        "and one that has not begun gives way to the next",
        replaced.is("/meta/disposition", "replaced")
            && replaced.is("/meta/replaced-run-id", waiting.as_str()),
    )?;

    n.step("The channel has time again");
    n.or_broken(scene.channel.has_time())?;
    until_completed(n, scene, account)?;
    is_what_the_channel_has(n, scene, account)
}

fn until_begun(n: &mut Narrator, scene: &Scene<'_>, account: &str) -> Result<(), Broken> {
    let times = (LOOK_EVERY, LONGEST);
    n.until(scene.ana, account, times, |account| {
        is_in_state(account, "in_progress")
    })?;
    n.notice("a worker has taken it, and waits for the channel", true)
}

fn delete(n: &mut Narrator, scene: &Scene<'_>, account: &str) -> Result<(), Broken> {
    n.step("Ana disconnects it in the middle of an import");
    n.or_broken(scene.channel.is_busy())?;
    let everything = format!("{account}refresh/?recent_sync_threshold_minutes=0");
    n.ask(scene.ana, (Method::POST, &everything), None, 202)?;
    until_begun(n, scene, account)?;
    n.ask(scene.ana, (Method::DELETE, account), None, 204)?;
    n.ask(scene.ana, (Method::GET, account), None, 404)?;
    let asked = n.or_broken(scene.channel.requests())?;
    n.or_broken(scene.channel.has_time())?;
    let begun = Instant::now();
    let mut later = asked;
    while begun.elapsed() < A_WHILE && later == asked {
        thread::sleep(LOOK_EVERY);
        later = n.or_broken(scene.channel.requests())?;
    }
    n.notice("the channel is asked for nothing any more", later == asked)
}

fn again(n: &mut Narrator, scene: &Scene<'_>, account: &str) -> Result<(), Broken> {
    n.step("She connects it again");
    let post = (Method::POST, scene.accounts.as_str());
    let revived = n.ask(scene.ana, post, Some(&credentials(KEY)), 201)?;
    let id = n.text(&revived, "/data/id")?;
    n.notice(
        "it is the same account, with all that was imported",
        account.ends_with(&format!("/{id}/")),
    )?;
    until_completed(n, scene, account)
}
