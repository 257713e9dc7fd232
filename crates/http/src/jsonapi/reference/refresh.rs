//! The operation that asks for fresh data.

use std::time::Duration;

use innkeeper_domain::{access::acts, sync::Threshold};
use serde_json::json;

use super::{
    super::{
        Problem,
        accounts::{Accepted, IF_RUNNING, QUEUE, THRESHOLD, in_progress},
    },
    accounts::about_one,
};
use crate::reference::{
    Answer, Operation, Shape,
    cast::{ACCOUNT, FIRST_RUN, GRACE, REFRESH},
    in_query,
    values::words,
    whole,
};

pub(crate) fn refresh_account() -> Operation {
    let example = json!({
        "meta": {
            "run-id": REFRESH,
            "disposition": "queued",
            "recent-sync-threshold-minutes": Threshold::DEFAULT.minutes(),
            "requested-at": "2026-05-04T11:00:00.000000Z",
            "replaced-run-id": null
        },
        "links": {"related": format!("https://innkeeper.example/api/v1/users/{GRACE}/accounts/{ACCOUNT}/")}
    });
    let minutes = whole(
        0,
        Some(Threshold::MOST_MINUTES),
        Some(Threshold::DEFAULT.minutes()),
    );
    about_one("refreshAccount", "Ask for fresh data")
        .text(
            "Queues an import ahead of all scheduled ones; `disposition` tells its place. Asked again before it has started, \
             it is replaced. A body is not looked at.",
        )
        .needs::<acts::WriteAccounts>()
        .takes(in_query(
            THRESHOLD,
            "Listings fetched less than so many minutes ago are skipped; `0` skips none.",
            minutes,
        ))
        .takes(in_query(
            IF_RUNNING,
            "What to do about an import that has started: `queue` puts this one behind it. Left out, it is refused.",
            words("The one word.", [QUEUE]),
        ))
        .answers(
            Answer::new(202, "Accepted. What it does, the run tells; how it goes, the account.")
                .shows(Shape::of::<Accepted>(), example)
                .leads_to(
                    "getRun",
                    [
                        ("user_id", "$request.path.user_id"),
                        ("account_id", "$request.path.account_id"),
                        ("run_id", "$response.body#/meta/run-id"),
                    ],
                )
                .leads_to(
                    "getAccount",
                    [
                        ("user_id", "$request.path.user_id"),
                        ("account_id", "$request.path.account_id"),
                    ],
                ),
        )
        .refuses(
            "wrong_threshold",
            "The threshold is no whole number from 0 to 525600.",
            &Problem::parameter(THRESHOLD),
        )
        .refuses(
            "wrong_word",
            "There is no other word than `queue`.",
            &Problem::parameter(IF_RUNNING),
        )
        .refuses(
            "refresh_in_progress",
            "An import has started. Ask again later, or with `if_running=queue`.",
            &in_progress(FIRST_RUN, Some("history"), None, Duration::from_secs(5)),
        )
}
