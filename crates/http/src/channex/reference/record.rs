//! The operations of the record.

use innkeeper_domain::access::acts;
use serde_json::json;
use utoipa::{
    PartialSchema,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use super::{
    super::{
        Problem,
        audit_records::{CURSOR, CURSOR_PATTERN, LIMIT, Slice},
        history::{PROPERTY as OF_PROPERTY, Then},
        problem::Details,
    },
    examples::{INVITED_AT, place},
    shapes::{filter, limit, queried},
    words::AuditActionName,
};
use crate::reference::{
    Answer, Operation, Shape, Tag,
    cast::{ADA, GRACE, PLACE, PROPERTY},
    in_query, values,
};

pub(crate) fn list_audit_records() -> Operation {
    let cursor = values::text("`meta.next_cursor` of the part before.").pattern(Some(CURSOR_PATTERN));
    let operation = Operation::new(Tag::Record, "listAuditRecords", "List who did what")
        .text(
            "The newest first. An owner sees the records of their properties, an application those of its tenant. Records \
             hold ids and never addresses; nothing is ever changed or removed in them.\n\nThe list has no pages: send \
             `meta.next_cursor` of an answer as `pagination[cursor]` to read on, until it is `null`. What is written \
             meanwhile does not shift what you read.",
        )
        .needs::<acts::ListAuditRecords>()
        .takes(filter::<values::Id>("property_id", "Only what concerns these properties."))
        .takes(filter::<values::Id>("user_id", "Only what concerns these people."))
        .takes(filter::<values::Id>("actor_id", "Only what these users or applications did."))
        .takes(filter::<AuditActionName>("action", "Only these actions."))
        .takes(in_query("filter[since]", "Only from this instant on.", values::Instant::schema()))
        .takes(in_query("filter[until]", "Only before this instant.", values::Instant::schema()))
        .takes(in_query(CURSOR, "Where to read on; the newest record without it.", cursor));
    let example = json!({
        "data": [{
            "type": "audit_record",
            "id": "0192f0c1-7a7e-7c3d-9b1e-3f5a2c4d6e90",
            "attributes": {
                "id": "0192f0c1-7a7e-7c3d-9b1e-3f5a2c4d6e90",
                "action": "property_user.invited",
                "at": INVITED_AT,
                "actor": {"type": "user", "id": ADA, "credential_id": "0192f0be-5a6b-7c63-9d2e-e1f203142537"},
                "token": {"type": "api_key", "id": "0192f0be-6b7c-7d74-8e3f-f20314253647"},
                "request_id": "0192f0c1-7a7d-7b2c-8a0d-2e491b3c5d7e",
                "object_id": PLACE,
                "property_id": PROPERTY,
                "user_id": GRACE,
                "before": null,
                "after": {"role": "user", "overrides": {"rates.update": false}}
            }
        }],
        "meta": {"limit": LIMIT, "next_cursor": null}
    });
    queried(limit(operation, LIMIT))
        .answers(Answer::new(200, "A part of the record.").shows(Shape::of::<Slice>(), example))
        .refuses(
            "wrong_parameter",
            "A filter, an instant or a cursor that there is not; the parameter is named.",
            &Problem::about("filter[since]", "is invalid"),
        )
}

pub(crate) fn get_property_user_history() -> Operation {
    let operation = Operation::new(
        Tag::Record,
        "getPropertyUserHistory",
        "Read who had which role at an instant",
    )
    .text(
        "Told from the record alone, so that it holds for people and properties that are gone since. People are told by \
         id.",
    )
    .needs::<acts::ReadHistory>()
    .takes(needed::<values::Id>(OF_PROPERTY, "The property."))
    .takes(needed::<values::Instant>("at", "The instant. It must not be to come."));
    let example = json!({
        "data": [{
            "type": "property_user",
            "id": PLACE,
            "attributes": place(),
            "relationships": {
                "property": {"data": {"type": "property", "id": PROPERTY}},
                "user": {"data": {"type": "user", "id": GRACE}}
            },
            "meta": {"since": INVITED_AT}
        }],
        "meta": {"property_id": PROPERTY, "at": "2026-06-01T00:00:00.000000Z"}
    });
    let answer = Answer::new(
        200,
        "Everybody's place on the property at that instant; none before it was made.",
    );
    queried(operation)
        .answers(answer.shows(Shape::of::<Then>(), example))
        .refuses(
            "no_such_property",
            "There never was such a property, or the caller may not see it: the two look alike.",
            &Problem::NotFound,
        )
        .refuses(
            "wrong_parameters",
            "All wrong parameters at once.",
            &Problem::Validation(Details::from([
                ("at".to_owned(), vec!["is invalid".to_owned()]),
                (OF_PROPERTY.to_owned(), vec!["can't be blank".to_owned()]),
            ])),
        )
}

/// A parameter of the query that must be there.
fn needed<T: PartialSchema>(name: &str, text: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::True)
        .description(Some(text))
        .schema(Some(T::schema()))
        .build()
}
