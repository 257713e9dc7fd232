//! What records tell about things: named values, before and after.

use std::{borrow::Cow, fmt};

use crate::access::Overrides;

/// One value of a record's before or after. Records hold ids, never addresses, so that forgetting a person
/// rewrites nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A text.
    Text(String),
    /// A switch.
    Flag(bool),
    /// How many.
    Count(u64),
    /// Several texts.
    Texts(Vec<String>),
    /// Overrides, as on the wire.
    Overrides(Overrides),
    /// No value.
    Nothing,
}

impl Fact {
    /// A text made of anything that shows itself.
    pub fn text(value: impl fmt::Display) -> Self {
        Self::Text(value.to_string())
    }

    /// A text, or nothing.
    pub fn maybe(value: Option<impl fmt::Display>) -> Self {
        value.map_or(Self::Nothing, Self::text)
    }
}

/// Named values, in the order that they were told in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(Vec<(Cow<'static, str>, Fact)>);

impl Facts {
    /// Nothing to tell.
    pub const NONE: Self = Self(Vec::new());

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.0.iter().map(|(name, fact)| (name.as_ref(), fact))
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&Fact> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, fact)| fact)
    }
}

impl From<Vec<(&'static str, Fact)>> for Facts {
    fn from(facts: Vec<(&'static str, Fact)>) -> Self {
        facts.into_iter().collect()
    }
}

impl FromIterator<(&'static str, Fact)> for Facts {
    fn from_iter<I: IntoIterator<Item = (&'static str, Fact)>>(facts: I) -> Self {
        Self(
            facts
                .into_iter()
                .map(|(name, fact)| (Cow::Borrowed(name), fact))
                .collect(),
        )
    }
}

#[cfg(feature = "serde")]
mod wire {
    use serde::{
        Deserialize, Deserializer, Serialize, Serializer,
        de::{Error, MapAccess, SeqAccess, Visitor},
    };

    use super::{Cow, Fact, Facts, Overrides, fmt};
    use crate::access::Effect;

    impl Serialize for Fact {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Text(text) => serializer.serialize_str(text),
                Self::Flag(flag) => serializer.serialize_bool(*flag),
                Self::Count(count) => serializer.serialize_u64(*count),
                Self::Texts(texts) => serializer.collect_seq(texts),
                Self::Overrides(overrides) if overrides.is_none() => serializer.serialize_none(),
                Self::Overrides(overrides) => serializer.collect_map(
                    overrides
                        .entries()
                        .map(|(key, effect)| (key, effect == Effect::Allow)),
                ),
                Self::Nothing => serializer.serialize_none(),
            }
        }
    }

    impl Serialize for Facts {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.iter())
        }
    }

    /// Reads each value as what it looks like: no overrides come back as nothing, which shows alike.
    struct Reading;

    impl<'de> Visitor<'de> for Reading {
        type Value = Fact;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a value of a record")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Fact, E> {
            Ok(Fact::Text(text.to_owned()))
        }

        fn visit_bool<E: Error>(self, flag: bool) -> Result<Fact, E> {
            Ok(Fact::Flag(flag))
        }

        fn visit_u64<E: Error>(self, count: u64) -> Result<Fact, E> {
            Ok(Fact::Count(count))
        }

        fn visit_unit<E: Error>(self) -> Result<Fact, E> {
            Ok(Fact::Nothing)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Fact, A::Error> {
            let mut texts = Vec::new();
            while let Some(text) = list.next_element()? {
                texts.push(text);
            }
            Ok(Fact::Texts(texts))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fact, A::Error> {
            let mut entries: Vec<(String, bool)> = Vec::new();
            while let Some(entry) = map.next_entry()? {
                entries.push(entry);
            }
            let entries = entries
                .iter()
                .map(|(key, allowed)| (key.as_str(), Effect::from(*allowed)));
            Ok(Fact::Overrides(Overrides::restore(entries)))
        }
    }

    impl<'de> Deserialize<'de> for Fact {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(Reading)
        }
    }

    struct ReadingAll;

    impl<'de> Visitor<'de> for ReadingAll {
        type Value = Facts;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the values of a record, by name")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facts, A::Error> {
            let mut facts = Vec::new();
            while let Some((name, fact)) = map.next_entry::<String, Fact>()? {
                facts.push((Cow::Owned(name), fact));
            }
            Ok(Facts(facts))
        }
    }

    impl<'de> Deserialize<'de> for Facts {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(ReadingAll)
        }
    }
}
