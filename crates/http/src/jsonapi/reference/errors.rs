//! Refusals of this dialect.

use super::super::error::Errors;
use crate::reference::Shape;

/// The shape of a refusal.
pub(crate) fn refusal() -> Shape {
    Shape::of::<Errors>()
}
