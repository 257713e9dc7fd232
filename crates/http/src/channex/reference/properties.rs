//! The operations of properties.

use innkeeper_domain::{access::acts, usecases::DeletePropertyError};
use serde_json::json;
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::{
    super::{
        Problem,
        problem::Details,
        properties::{LIST, MOST_TITLES},
        requests::{NewPropertyForm, PropertyForm},
        resources::PropertyResource,
    },
    examples::property,
    shapes::{entity, filter, many, one, page, queried, success},
};
use crate::reference::{Answer, Operation, Tag, any_of, cast::GRACE, in_path, in_query, values};

fn shown(answer: Answer) -> Answer {
    answer.shows(one::<PropertyResource>(), json!({"data": property()}))
}

fn about_one(id: &'static str, summary: &'static str) -> Operation {
    Operation::new(Tag::Properties, id, summary).takes(in_path::<values::Id>("id", "The property."))
}

pub(crate) fn list_properties() -> Operation {
    let operation = Operation::new(Tag::Properties, "listProperties", "List properties")
        .text("Applications see all of their tenant; people see those that they are on.")
        .needs::<acts::ListProperties>()
        .takes(filter::<values::Id>("id", "Only these."))
        .takes(any_of::<values::FilteredTitle>(
            "filter[title]",
            "Only those of exactly these titles.",
            MOST_TITLES,
        ));
    let answer = Answer::new(200, "A page of them, in the order of their titles.").shows(
        many::<PropertyResource>(),
        json!({
            "data": [property()],
            "meta": {"total": 1, "limit": LIST.limit, "page": 1, "order_by": "title", "order_direction": "asc"}
        }),
    );
    page(operation, LIST.limit, LIST.orders)
        .answers(answer.leads_to("getProperty", [("id", "$response.body#/data/0/id")]))
}

pub(crate) fn create_property() -> Operation {
    let answer = shown(Answer::new(201, "The new property."));
    let answer = ["getProperty", "updateProperty", "deleteProperty"]
        .into_iter()
        .fold(answer, |answer, next| {
            answer.leads_to(next, [("id", "$response.body#/data/id")])
        });
    let answer = answer.leads_to(
        "listPropertyUsers",
        [("filter[property_id]", "$response.body#/data/id")],
    );
    Operation::new(Tag::Properties, "createProperty", "Create a property")
        .text(
            "A property has an owner from the start: the user who creates it, or the active user whom an application names \
             as `owner_id`.",
        )
        .needs::<acts::CreateProperty>()
        .reads(
            entity::<NewPropertyForm>("property"),
            "by_an_application",
            "An application creates it for its user",
            json!({"property": {
                "title": "Seaside Hotel", "currency": "EUR", "timezone": "Europe/Lisbon", "country": "PT",
                "email": "desk@seaside.example", "owner_id": GRACE
            }}),
        )
        .reads(
            entity::<NewPropertyForm>("property"),
            "by_a_user",
            "A user creates it and owns it",
            json!({"property": {"title": "Seaside Hotel", "currency": "EUR"}}),
        )
        .answers(answer)
        .refuses(
            "wrong_fields",
            "All wrong fields at once.",
            &Problem::Validation(Details::from([
                ("currency".to_owned(), vec!["is invalid".to_owned()]),
                ("title".to_owned(), vec!["can't be blank".to_owned()]),
            ])),
        )
        .refuses(
            "no_owner",
            "An application names nobody who could own it.",
            &Problem::about("owner_id", "can't be blank"),
        )
}

pub(crate) fn get_property() -> Operation {
    about_one("getProperty", "Read one property")
        .needs::<acts::ReadProperty>()
        .answers(shown(Answer::new(200, "The property.")))
}

pub(crate) fn update_property() -> Operation {
    about_one("updateProperty", "Change a property")
        .text("What is left out stays as it is.")
        .needs::<acts::UpdateProperty>()
        .reads(
            entity::<PropertyForm>("property"),
            "a_new_title",
            "Another title, and no address any more",
            json!({"property": {"title": "Seaside Hotel and Spa", "email": null}}),
        )
        .answers(shown(Answer::new(200, "The property as it is now.")))
        .refuses(
            "wrong_fields",
            "All wrong fields at once.",
            &Problem::about("timezone", "is invalid"),
        )
}

pub(crate) fn delete_property() -> Operation {
    let force = ObjectBuilder::new()
        .schema_type(Type::Boolean)
        .default(Some(json!(false)));
    let operation = about_one("deleteProperty", "Delete a property")
        .text(
            "Everybody's place on it ends with it. That is refused while others than the caller are on it, unless `force` \
             says that they may lose it. Only an owner can end the place of an owner.",
        )
        .needs::<acts::DeleteProperty>()
        .takes(in_query("force", "Delete it although others are on it.", force));
    queried(operation)
        .answers(success())
        .refuses(
            "has_users",
            "Others than the caller are on it.",
            &Problem::from(DeletePropertyError::HasUsers),
        )
        .refuses(
            "wrong_parameter",
            "`force` is neither `true` nor `false`.",
            &Problem::about("force", "is invalid"),
        )
}
