//! The envelopes of this dialect.

use std::fmt::Display;

use innkeeper_domain::ports::TOTAL_CAP;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use validator::Validate;

use super::super::{
    Code, Problem,
    document::{self, Attributes},
    list::{DEFAULT_SIZE, Links, Meta},
};
use crate::reference::{Operation, Shape, in_query, values::words, whole};

/// `{"data": {...}}`.
pub(super) fn one<A: Attributes>() -> Shape {
    Shape::object([("data", resource::<A>())]).named(&format!("{}Document", A::NAME))
}

/// A page of a list.
pub(super) fn many<A: Attributes>() -> Shape {
    let members = [
        ("data", resource::<A>().list()),
        ("links", Shape::of::<Links>()),
        ("meta", Shape::of::<Meta>()),
    ];
    Shape::object(members).named(&format!("{}List", A::NAME))
}

fn resource<A: Attributes>() -> Shape {
    let members = [
        ("type", kind::<A>()),
        ("id", A::id()),
        ("attributes", Shape::of::<A>()),
    ];
    Shape::object(members).named(A::NAME)
}

fn kind<A: Attributes>() -> Shape {
    Shape::plain(words("What this is.", [A::TYPE]))
}

/// `{"data": {"type", "attributes"}}`: a body that is read.
pub(super) fn new<A: Attributes>(attributes: Shape) -> Shape {
    let members = [("type", kind::<A>()), ("attributes", attributes)];
    let new = Shape::object(members).named(&format!("New{}", A::NAME));
    Shape::object([("data", new)]).named(&format!("New{}Document", A::NAME))
}

/// An operation that makes a resource from a form, with what is told of wrong attributes and other types.
pub(super) fn makes<A: Attributes, F: DeserializeOwned + Validate + ToSchema>(
    operation: Operation,
    example: (&'static str, &'static str, Value),
    wrong: Value,
) -> Operation {
    let (name, summary, attributes) = example;
    let operation = operation.reads(
        new::<A>(Shape::of::<F>()),
        name,
        summary,
        json!({"data": {"type": A::TYPE, "attributes": attributes}}),
    );
    let wrong = if let Value::Object(wrong) = wrong {
        wrong
    } else {
        Map::new()
    };
    let operation = match document::form::<F>(wrong) {
        Ok(_) => operation,
        Err(problem) => operation.refuses(
            "wrong_attributes",
            "All wrong attributes at once, each with its place.",
            &problem,
        ),
    };
    reads_a_document::<A>(operation)
}

/// What is told of a body that is no document of this type.
pub(super) fn reads_a_document<A: Attributes>(operation: Operation) -> Operation {
    operation
        .refuses(
            "wrong_document",
            "The document has not the form that it must have.",
            &Problem::pointer(Code::Required, "/data/type"),
        )
        .refuses(
            "wrong_type",
            "The document is of another type.",
            &Problem::wrong_type(A::TYPE),
        )
}

/// The pages of a list.
pub(super) fn page(operation: Operation) -> Operation {
    operation
        .takes(in_query(
            "page[number]",
            "The page, from 1. Pages that begin beyond the first 100,000 things are not there.",
            whole(1, u32::try_from(TOTAL_CAP).ok(), Some(1)),
        ))
        .takes(in_query(
            "page[size]",
            "The most that stand on a page. More than 100 is taken as 100.",
            whole(1, None, Some(DEFAULT_SIZE)),
        ))
        .refuses(
            "wrong_parameter",
            "A page that there cannot be, or a filter that the list does not know.",
            &Problem::parameter("page[size]"),
        )
        .refuses(
            "past_the_last_page",
            "The page is past the last one.",
            &Problem::not_found(),
        )
}

/// An example of a resource.
pub(super) fn shown<A: Attributes>(id: impl Display, attributes: Value) -> Value {
    let members = [
        ("type", Value::from(A::TYPE)),
        ("id", Value::from(id.to_string())),
        ("attributes", attributes),
    ];
    members.into_iter().collect()
}

/// An example of a document.
pub(super) fn document(data: &Value) -> Value {
    json!({"data": data})
}

/// An example of a list with one page; `path` is where it stands.
pub(super) fn list(path: &str, data: &[Value]) -> Value {
    let link = format!("https://innkeeper.example{path}?page%5Bnumber%5D=1");
    json!({
        "data": data,
        "links": {"first": link, "last": link, "prev": null, "next": null},
        "meta": {"pagination": {"page": 1, "pages": 1, "count": data.len()}}
    })
}
