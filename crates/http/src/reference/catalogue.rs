//! What the catalogue adds to the reference: every channel, with the credentials that it asks for.

use innkeeper_domain::{
    accounts::{Channel, CredentialField, CredentialSet, Format, MOST_LIST_VALUES, MOST_VALUE_BYTES},
    values::Label,
};
use utoipa::{
    PartialSchema,
    openapi::{
        Ref, RefOr,
        schema::{
            AdditionalProperties, Array, Discriminator, KnownFormat, ObjectBuilder, OneOfBuilder, Schema,
            SchemaFormat, SchemaType, Type,
        },
    },
};

use super::{
    patterns,
    shape::Schemas,
    values::{visible, words},
};

/// The attributes of a new account: one of all channels, told apart by `channel`.
const NEW_ACCOUNT: &str = "NewAccountAttributes";
/// What a new account is called.
const NEW_LABEL: &str = "NewAccountLabel";
/// The name of a channel.
const CHANNEL_NAME: &str = "ChannelName";

macro_rules! of_the_catalogue {
    ($($(#[$doc:meta])* $marker:ident => $name:ident;)*) => {
        $(
            $(#[$doc])*
            pub(crate) enum $marker {}

            impl PartialSchema for $marker {
                fn schema() -> RefOr<Schema> {
                    Ref::from_schema_name($name).into()
                }
            }
        )*
    };
}

of_the_catalogue! {
    /// A new account's attributes, in the form of the channel that they name.
    NewAccountAttributes => NEW_ACCOUNT;
    /// The name of a channel of the catalogue.
    ChannelName => CHANNEL_NAME;
}

/// All schemas that depend on the catalogue.
pub(super) fn schemas(channels: &[Channel]) -> Schemas {
    let mut schemas = Schemas::new();
    for channel in channels {
        schemas.push((name(channel), attributes(channel).into()));
        let sets = channel.credential_sets.iter();
        schemas.extend(sets.map(|set| (set_name(channel, set), credentials(set).into())));
    }
    let mapping = channels.iter().map(|channel| {
        let place = format!("#/components/schemas/{}", name(channel));
        (channel.slug.to_string(), place)
    });
    let one_of = one_of(channels.iter().map(name))
        .description(Some(
            "An account of one of all channels, told apart by `channel`. A credential that is made of digits may be sent as \
             a number; white space around one does not count.",
        ))
        .discriminator(Some(Discriminator::with_mapping("channel", mapping)));
    schemas.push((NEW_ACCOUNT.to_owned(), one_of.into()));
    schemas.push((NEW_LABEL.to_owned(), label().into()));
    let names = channels.iter().map(|channel| channel.slug.as_str());
    schemas.push((
        CHANNEL_NAME.to_owned(),
        words("The name of a channel on the wire.", names).into(),
    ));
    schemas
}

/// `HostawayAccount` of `hostaway`.
fn name(channel: &Channel) -> String {
    format!("{}Account", in_capitals(channel.slug.as_str()))
}

/// `HostawayApiKeyCredentials` of the set `api_key` of `hostaway`.
fn set_name(channel: &Channel, set: &CredentialSet) -> String {
    let of = in_capitals(&set.name);
    let kind = of.strip_suffix("Credentials").unwrap_or(&of);
    format!("{}{kind}Credentials", in_capitals(channel.slug.as_str()))
}

fn in_capitals(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn one_of(names: impl Iterator<Item = String>) -> OneOfBuilder {
    names.fold(OneOfBuilder::new(), |one_of, name| {
        one_of.item(Ref::from_schema_name(name))
    })
}

fn attributes(channel: &Channel) -> ObjectBuilder {
    let sets = channel.credential_sets.iter();
    let mut sets: Vec<String> = sets.map(|set| set_name(channel, set)).collect();
    let credentials: RefOr<Schema> = match (sets.pop(), sets.is_empty()) {
        (Some(only), true) => Ref::from_schema_name(only).into(),
        (last, _) => one_of(sets.into_iter().chain(last)).into(),
    };
    ObjectBuilder::new()
        .title(Some(channel.label.as_str()))
        .description(Some(about(channel)))
        .property("channel", words("The channel.", [channel.slug.as_str()]))
        .required("channel")
        .property("credentials", credentials)
        .required("credentials")
        .property("label", Ref::from_schema_name(NEW_LABEL))
}

fn label() -> ObjectBuilder {
    visible("What to call the account; its name at the channel if left out.")
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .max_length(Some(Label::MAX_CHARS))
        .examples(["Seaside flats"])
}

fn about(channel: &Channel) -> String {
    let available = if channel.is_available() {
        "Can be connected here."
    } else {
        "Cannot be connected here yet: an attempt is refused as `unsupported`."
    };
    match &channel.docs_url {
        Some(url) => format!(
            "{}. {available} [The channel's own documentation]({url})",
            channel.label
        ),
        None => format!("{}. {available}", channel.label),
    }
}

/// The credentials of one set: its keys, and no others.
fn credentials(set: &CredentialSet) -> ObjectBuilder {
    let about = if set.available {
        "Accounts can be connected with these."
    } else {
        "Accounts cannot be connected with these here: an attempt is refused as `unsupported`."
    };
    let object = ObjectBuilder::new()
        .description(Some(about))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    set.fields.iter().fold(object, |object, field| {
        let object = object.property(field.key.as_str(), value(field));
        if field.required {
            object.required(field.key.as_str())
        } else {
            object
        }
    })
}

fn value(field: &CredentialField) -> RefOr<Schema> {
    let one = one(field);
    if field.list {
        Array::builder()
            .items(one)
            .min_items(Some(1))
            .max_items(Some(MOST_LIST_VALUES))
            .description(Some(field.label.as_str()))
            .into()
    } else {
        one.description(Some(field.label.as_str())).into()
    }
}

/// One value, as it is judged when it comes in. What need not be sent may be sent as nothing.
fn one(field: &CredentialField) -> ObjectBuilder {
    let nothing = (!field.required).then_some(Type::Null);
    let number = (field.format == Format::Integer).then_some(Type::Integer);
    let types = match (number.clone(), nothing) {
        (None, None) => SchemaType::from(Type::String),
        (number, nothing) => [Type::String].into_iter().chain(number).chain(nothing).collect(),
    };
    let pattern = match field.format.pattern() {
        Some(pattern) => pattern.to_owned(),
        None if field.required => patterns::credential(),
        None => patterns::credential_or_blank(),
    };
    ObjectBuilder::new()
        .schema_type(types)
        .format(
            field
                .secret
                .then_some(SchemaFormat::KnownFormat(KnownFormat::Password)),
        )
        .pattern(Some(pattern))
        .minimum(number.as_ref().map(|_| 0))
        .maximum(number.as_ref().map(|_| u64::MAX))
        .min_length(field.required.then_some(1))
        .max_length(Some(MOST_VALUE_BYTES))
        .examples([field.example.as_str()])
}
