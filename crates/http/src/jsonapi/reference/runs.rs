//! The operations of runs.

use innkeeper_domain::access::acts;
use serde_json::{Value, json};

use super::{
    super::accounts::RunAttributes,
    accounts::about_one,
    shapes::{document, list, many, one, page, shown},
};
use crate::reference::{
    Answer, Operation,
    cast::{ACCOUNT, FIRST_RUN, GRACE, LISTING},
    in_path, values,
};

fn run(failed_items: Option<Value>) -> Value {
    let mut attributes = json!({
        "state": "partially_succeeded",
        "cause": "initial_import",
        "waiting-reason": null,
        "recent-sync-threshold-minutes": null,
        "requester": {"type": "users", "id": GRACE},
        "requested-at": "2026-05-04T10:12:07.250000Z",
        "started-at": "2026-05-04T10:12:08.113000Z",
        "ended-at": "2026-05-04T10:12:41.507000Z",
        "superseded-by": null,
        "attempts": 1,
        "rescues": 0,
        "failure": null,
        "listings": {"total": 12, "done": 11, "skipped": 0, "failed": 1, "new": 12},
        "nb-reservations": 431,
        "nb-failed-reservations": 0
    });
    if let (Some(attributes), Some(failed_items)) = (attributes.as_object_mut(), failed_items) {
        attributes.insert("failed-items".to_owned(), failed_items);
    }
    shown::<RunAttributes>(FIRST_RUN, attributes)
}

pub(crate) fn list_runs() -> Operation {
    let operation = about_one("listRuns", "List the imports of an account")
        .text("Ended imports are told of for 90 days.")
        .needs::<acts::ReadAccounts>();
    let path = format!("/api/v1/users/{GRACE}/accounts/{ACCOUNT}/runs/");
    page(operation).answers(
        Answer::new(200, "A page of imports, the newest first.")
            .shows(many::<RunAttributes>(), list(&path, &[run(None)]))
            .leads_to(
                "getRun",
                [
                    ("user_id", "$request.path.user_id"),
                    ("account_id", "$request.path.account_id"),
                    ("run_id", "$response.body#/data/0/id"),
                ],
            ),
    )
}

pub(crate) fn get_run() -> Operation {
    let failed = json!([{
        "listing-id": LISTING,
        "channel-listing-id": "40160",
        "code": "channel_bad_response",
        "title": "The channel answered in a form that is not understood."
    }]);
    about_one("getRun", "Read what one import did")
        .needs::<acts::ReadAccounts>()
        .takes(in_path::<values::Id>("run_id", "The import."))
        .answers(
            Answer::new(200, "The import, with the listings that it could not bring.")
                .shows(one::<RunAttributes>(), document(&run(Some(failed)))),
        )
}
