//! Contract, section 4.

mod concurrency;
mod invite;
mod invite_ceilings;
mod invite_limits;
mod invite_order;
mod invite_refusals;
mod list;
mod list_queries;
mod read;
mod storm;
mod update;
mod update_refusals;
mod withdraw;
mod withdraw_keys;

use crate::harness::Answer;

/// What a list of property users shows, one line each: `Sea Inn: ada owner`.
fn places(answer: &Answer) -> String {
    if answer.status != 200 {
        return answer.refusal();
    }
    let lines = answer.items().into_iter().map(|item| {
        let attributes = &item["attributes"];
        let [property, user, role] = ["property_id", "user_id", "role"].map(|key| {
            let text = attributes[key].as_str().expect("a text");
            answer.names.tell_text(text).replace(['[', ']'], "")
        });
        format!("{property}: {user} {role}")
    });
    lines.collect::<Vec<_>>().join(", ")
}
