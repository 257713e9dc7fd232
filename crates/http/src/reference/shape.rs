//! What a body looks like, together with everything that it refers to.

use utoipa::{
    ToSchema,
    openapi::{
        RefOr,
        schema::{Array, Object, ObjectBuilder, Ref, Schema, Type},
    },
};

/// Named schemas.
pub(super) type Schemas = Vec<(String, RefOr<Schema>)>;

/// A schema and the named ones that it needs.
#[derive(Clone)]
pub(crate) struct Shape {
    pub(super) schema: RefOr<Schema>,
    pub(super) parts: Schemas,
}

impl Shape {
    /// A wire type, under its own name.
    pub(crate) fn of<T: ToSchema>() -> Self {
        let mut parts = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut parts);
        for (_name, schema) in &mut parts {
            forget_absences(schema);
        }
        Self {
            schema: Ref::from_schema_name(T::name()).into(),
            parts,
        }
    }

    /// An object of members that are all there.
    pub(crate) fn object<'n>(members: impl IntoIterator<Item = (&'n str, Self)>) -> Self {
        let mut parts = Schemas::new();
        let members = members.into_iter().map(|(name, member)| {
            parts.extend(member.parts);
            (name, member.schema)
        });
        let schema = object(members).into();
        Self { schema, parts }
    }

    /// A list of these.
    pub(crate) fn list(self) -> Self {
        Self {
            schema: Array::new(self.schema).into(),
            parts: self.parts,
        }
    }

    /// Any text.
    pub(crate) fn text() -> Self {
        Self::plain(ObjectBuilder::new().schema_type(Type::String))
    }

    /// A schema that stands for itself.
    pub(crate) fn plain(schema: impl Into<RefOr<Schema>>) -> Self {
        Self {
            schema: schema.into(),
            parts: Schemas::new(),
        }
    }

    /// The same under a name of its own.
    pub(crate) fn named(mut self, name: &str) -> Self {
        self.parts.push((name.to_owned(), self.schema));
        Self {
            schema: Ref::from_schema_name(name).into(),
            parts: self.parts,
        }
    }
}

/// An object of members that are all there.
pub(crate) fn object<'n>(members: impl IntoIterator<Item = (&'n str, RefOr<Schema>)>) -> Object {
    let members = members.into_iter();
    let object = members.fold(ObjectBuilder::new(), |object, (name, member)| {
        object.property(name, member).required(name)
    });
    object.build()
}

/// A form that reads whatever is sent has a default for what is not: that is how absence is told in the code, and no
/// value that could be sent.
fn forget_absences(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema {
        for member in object.properties.values_mut() {
            let default = match member {
                RefOr::Ref(reference) => &mut reference.default,
                RefOr::T(Schema::Object(object)) => &mut object.default,
                RefOr::T(Schema::Array(array)) => &mut array.default,
                RefOr::T(Schema::OneOf(one_of)) => &mut one_of.default,
                RefOr::T(_) => continue,
            };
            default.take_if(|default| default.is_null());
        }
    }
}
