//! The envelopes of this dialect.

use innkeeper_domain::ports::TOTAL_CAP;
use serde_json::json;
use utoipa::{
    ToSchema,
    openapi::{
        RefOr,
        path::Parameter,
        schema::{Object, ObjectBuilder, Schema},
    },
};

use super::super::{
    Problem,
    list::{ListMeta, MAX_LIMIT, MOST_VALUES},
};
use crate::{
    query,
    reference::{
        Answer, Operation, Shape, any_of, in_query,
        values::{OrderDirection, words},
        whole,
    },
};

/// `{"data": {...}}`, under the name of what stands in it.
pub(super) fn one<T: ToSchema>() -> Shape {
    Shape::object([("data", Shape::of::<T>())]).named(&format!("{}Document", T::name()))
}

/// `{"data": [...], "meta": {...}}`.
pub(super) fn many<T: ToSchema>() -> Shape {
    let members = [
        ("data", Shape::of::<T>().list()),
        ("meta", Shape::of::<ListMeta>()),
    ];
    Shape::object(members).named(&format!("{}List", T::name()))
}

/// `{"NAME": {...}}`: a body that is read.
pub(super) fn entity<T: ToSchema>(name: &str) -> Shape {
    Shape::object([(name, Shape::of::<T>())]).named(&format!("{}Body", T::name()))
}

/// `{"user": {...}}`, of people who come in.
pub(super) fn user_entity(name: &str, user: impl Into<RefOr<Schema>>) -> Shape {
    let user = Shape::plain(user).named(name);
    Shape::object([("user", user)]).named(&format!("{name}Body"))
}

/// An object with members that are needed, and others.
pub(super) fn members<'n>(
    needed: impl IntoIterator<Item = (&'n str, RefOr<Schema>)>,
    others: impl IntoIterator<Item = (&'n str, RefOr<Schema>)>,
) -> Object {
    let object = needed
        .into_iter()
        .fold(ObjectBuilder::new(), |object, (name, member)| {
            object.property(name, member).required(name)
        });
    let others = others.into_iter();
    others
        .fold(object, |object, (name, member)| object.property(name, member))
        .build()
}

/// The answer of a command that has nothing to show.
pub(super) fn success() -> Answer {
    let message = Shape::plain(words("Always the same.", ["Success"]));
    let shape = Shape::object([("meta", Shape::object([("message", message)]))]).named("Success");
    Answer::new(200, "Done.").shows(shape, json!({"meta": {"message": "Success"}}))
}

/// A filter: several values between commas, or in several parameters, are any of them.
pub(super) fn filter<T: ToSchema>(field: &str, text: &str) -> Parameter {
    any_of::<T>(&format!("filter[{field}]"), text, MOST_VALUES)
}

/// The most items that are wanted.
pub(super) fn limit(operation: Operation, limit: u32) -> Operation {
    operation.takes(in_query(
        "pagination[limit]",
        "The most that stand on a page.",
        whole(1, Some(MAX_LIMIT), Some(limit)),
    ))
}

/// Page and order of a list. The first order is the one without a wish.
pub(super) fn page(operation: Operation, most: u32, orders: &[&'static str]) -> Operation {
    let operation = operation.takes(in_query(
        "pagination[page]",
        "The page, from 1. A page that starts beyond the 100,000th item is refused; one past the last is empty.",
        whole(1, u32::try_from(TOTAL_CAP).ok(), Some(1)),
    ));
    let operation = orders.iter().fold(limit(operation, most), |operation, field| {
        operation.takes(in_query(
            &format!("order[{field}]"),
            "The order, by one field only; what is equal in it is in the order of ids.",
            <OrderDirection as utoipa::PartialSchema>::schema(),
        ))
    });
    queried(operation).refuses(
        "wrong_parameter",
        "A filter, an order or a page that there is not; the parameter is named.",
        &Problem::about("pagination[page]", "is invalid"),
    )
}

/// What is refused of every query that is read.
pub(super) fn queried(operation: Operation) -> Operation {
    operation.refuses(
        "too_many_parameters",
        "The query has more than a hundred parameters.",
        &Problem::BadRequest(query::TOO_MANY),
    )
}
