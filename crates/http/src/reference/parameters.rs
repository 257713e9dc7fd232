//! Parameters of paths and queries.

use utoipa::{
    PartialSchema,
    openapi::{
        RefOr, Required,
        path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle},
        schema::{Array, ObjectBuilder, Schema, Type},
    },
};

/// A part of the path.
pub(crate) fn in_path<T: PartialSchema>(name: &str, text: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(text))
        .schema(Some(T::schema()))
        .build()
}

/// A parameter of the query, which may be left out.
pub(crate) fn in_query(name: &str, text: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    query(name, text, schema).build()
}

/// A parameter of the query that takes several values between commas, at most so many: any of them.
pub(crate) fn any_of<T: PartialSchema>(name: &str, text: &str, most: usize) -> Parameter {
    let values = Array::builder().items(T::schema());
    query(name, text, values.min_items(Some(1)).max_items(Some(most)))
        .style(Some(ParameterStyle::Form))
        .explode(Some(false))
        .build()
}

fn query(name: &str, text: &str, schema: impl Into<RefOr<Schema>>) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(text))
        .schema(Some(schema))
}

/// A whole number between bounds.
pub(crate) fn whole(least: u32, most: Option<u32>, default: Option<u32>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(f64::from(least)))
        .maximum(most.map(f64::from))
        .default(default.map(Into::into))
}
