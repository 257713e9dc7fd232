//! The operations of accounts.

use innkeeper_domain::access::acts;
use serde_json::{Value, json};

use super::{
    super::accounts::AccountAttributes,
    add_examples::examples,
    add_refusals::refused,
    shapes::{document, list, many, new, one, page, reads_a_document, shown},
};
use crate::reference::{
    Answer, NewAccountAttributes, Operation, Shape, Tag,
    cast::{ACCOUNT, FIRST_RUN, GRACE},
    in_path, values,
};

/// An account whose first import is done, or is to come.
pub(super) fn account(is_imported: bool) -> Value {
    let at = |instant: &str| is_imported.then(|| instant.to_owned());
    let done = at("2026-05-04T10:12:41.507000Z");
    let began = at("2026-05-04T10:12:08.113000Z");
    let run = (!is_imported).then_some(FIRST_RUN);
    shown::<AccountAttributes>(
        ACCOUNT,
        json!({
            "user-id": GRACE,
            "channel": "hostaway",
            "channel-id": "12345",
            "channel-display-id": "Seaside Rentals",
            "label": "Seaside flats",
            "email": null,
            "valid": true,
            "nb-enabled-listings": if is_imported { 11 } else { 0 },
            "nb-listings": if is_imported { 12 } else { 0 },
            "is-pms": true,
            "sync-status": {
                "state": if is_imported { "completed" } else { "queued" },
                "last-successful-sync-at": done
            },
            "sync-detail": {
                "run-id": run,
                "kind": run.map(|_| "initial_import"),
                "phase": null,
                "waiting-reason": null,
                "next-attempt-at": null,
                "listings": null,
                "nb-reservations": null,
                "follow-up-run-id": null,
                "data-as-of": began,
                "last-run-result": done.as_ref().map(|_| "succeeded"),
                "last-failure": null,
                "listings-ready-at": at("2026-05-04T10:12:11.902000Z"),
                "recent-ready-at": done,
                "history-ready-at": done
            },
            "health": {
                "state": "healthy",
                "code": null,
                "since": "2026-05-04T10:12:07.250000Z",
                "user-text": null,
                "action": null,
                "expires-at": null,
                "next-check-at": null
            }
        }),
    )
}

/// An operation about one account of a user.
pub(super) fn about_one(id: &'static str, summary: &'static str) -> Operation {
    about_all(id, summary).takes(in_path::<values::Id>("account_id", "The account."))
}

fn about_all(id: &'static str, summary: &'static str) -> Operation {
    Operation::new(Tag::Accounts, id, summary).takes(in_path::<values::Id>("user_id", "The user."))
}

pub(crate) fn list_accounts() -> Operation {
    let operation = about_all("listAccounts", "List the accounts of a user").needs::<acts::ReadAccounts>();
    page(operation).answers(
        Answer::new(200, "A page of accounts, the newest first.")
            .shows(
                many::<AccountAttributes>(),
                list(&format!("/api/v1/users/{GRACE}/accounts/"), &[account(true)]),
            )
            .leads_to(
                "getAccount",
                [
                    ("user_id", "$request.path.user_id"),
                    ("account_id", "$response.body#/data/0/id"),
                ],
            ),
    )
}

pub(crate) fn add_account() -> Operation {
    let operation = about_all("addAccount", "Connect an account of a channel")
        .text(
            "The credentials are tried at the channel before anything is stored, and are never told again. Then everything \
             is imported in the background: all listings, and all reservations that the channel lets us read. Follow it in \
             the account's `sync-status` and `sync-detail`.\n\nWhat `credentials` a channel takes, the catalogue tells \
             (`GET /api/v1/channels/{slug}/`): the keys of one of its sets, and no others.\n\nThe same account of the channel \
             is added once. While it works, adding it again is refused as `already_connected`; once it does not (`valid` is \
             `false`), it gets the new credentials and keeps its id, and so does one that was deleted.\n\nAt the channel \
             sandbox every secret is `good`, or `good-3x40` for an account with 3 listings of 40 reservations each.",
        )
        .needs::<acts::WriteAccounts>();
    let next = [
        "getAccount",
        "deleteAccount",
        "refreshAccount",
        "listListings",
        "listReservations",
        "listRuns",
    ];
    let answer = Answer::new(201, "The account. Its import has been queued.")
        .shows(one::<AccountAttributes>(), document(&account(false)))
        .with_header("Location");
    let answer = next.into_iter().fold(answer, |answer, next| {
        answer.leads_to(
            next,
            [
                ("user_id", "$request.path.user_id"),
                ("account_id", "$response.body#/data/id"),
            ],
        )
    });
    let operation = operation.reads_of_channels(body(), examples);
    refused(reads_a_document::<AccountAttributes>(operation.answers(answer)))
}

fn body() -> Shape {
    let attributes = <NewAccountAttributes as utoipa::PartialSchema>::schema();
    new::<AccountAttributes>(Shape::plain(attributes))
}

pub(crate) fn get_account() -> Operation {
    about_one("getAccount", "Read one account")
        .text("`sync-status` tells how the imports stand, `sync-detail` how far they are, `health` what may be wrong.")
        .needs::<acts::ReadAccounts>()
        .answers(Answer::new(200, "The account.").shows(one::<AccountAttributes>(), document(&account(true))))
}

pub(crate) fn delete_account() -> Operation {
    about_one("deleteAccount", "Disconnect an account")
        .text(
            "Running and waiting imports end, and the credentials are destroyed, all at once. What was imported is kept for \
             90 days: until then the same account, added again, comes back with it.",
        )
        .needs::<acts::WriteAccounts>()
        .answers(Answer::new(204, "Disconnected."))
}
