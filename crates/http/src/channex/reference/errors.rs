//! Refusals of this dialect.

use utoipa::openapi::{
    RefOr,
    schema::{AdditionalProperties, Array, ObjectBuilder, Schema},
};

use super::super::Code;
use crate::reference::{
    Shape, object,
    values::{text, words},
};

/// The shape of a refusal with this status: only some tell details, and each its own kind.
pub(crate) fn refusal(status: u16) -> Shape {
    let kind = Kind::of(status);
    let codes = || {
        Code::ALL
            .into_iter()
            .filter(|code| Kind::of(code.status().as_u16()) == kind)
    };
    let code = words("What to tell failures apart by.", codes().map(Code::as_str));
    let title = words("The same for people.", codes().map(Code::title));
    let (name, about, details) = match kind {
        Kind::Text => (
            "BadRequest",
            "The request makes no sense, or what it asks for cannot be.",
            Some(text("What is wrong, for people.").into()),
        ),
        Kind::Fields => (
            "ValidationError",
            "Some fields or parameters are wrong.",
            Some(fields()),
        ),
        Kind::Bare => ("Refusal", "The request was refused, or failed.", None),
    };
    let errors = [("code", code.into()), ("title", title.into())];
    let errors = errors
        .into_iter()
        .chain(details.map(|details| ("details", details)));
    let mut refusal = object([("errors", object(errors).into())]);
    refusal.description = Some(about.to_owned());
    Shape::plain(refusal).named(name)
}

/// What a refusal tells beside its code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Fields,
    Bare,
}

impl Kind {
    const fn of(status: u16) -> Self {
        match status {
            400 => Self::Text,
            422 => Self::Fields,
            _ => Self::Bare,
        }
    }
}

/// Each wrong field or parameter with what is wrong with it.
fn fields() -> RefOr<Schema> {
    let messages = Array::builder()
        .items(text("What is wrong with it, as a predicate: `can't be blank`."))
        .min_items(Some(1))
        .build();
    ObjectBuilder::new()
        .additional_properties(Some(AdditionalProperties::RefOr(messages.into())))
        .description(Some(
            "Every wrong field or parameter by its name, with what is wrong with it.",
        ))
        .into()
}
