//! JSON read in part. Of a long answer a manifest names few members: the others are checked as they pass by, but nothing
//! is kept of them.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::manifest::wanted::{Elements, Parts, Wanted};

/// The document with what is wanted of it. What is no document as a whole is none in part: the same is refused, be it
/// too deep or not of the form, and of equal names the last counts.
///
/// # Errors
///
/// What is wrong with the document.
pub(crate) fn parse(body: &[u8], wanted: &Wanted) -> Result<Value, serde_json::Error> {
    // All at once, which is quicker than text by text. What is no UTF-8 is told as such.
    let mut json = match std::str::from_utf8(body) {
        Ok(body) => serde_json::Deserializer::from_str(body),
        Err(_) => return serde_json::from_slice(body),
    };
    let document = Kept(wanted).deserialize(&mut json)?;
    json.end()?;
    Ok(document)
}

/// A value of which this is kept.
struct Kept<'w>(&'w Wanted);

impl<'de> DeserializeSeed<'de> for Kept<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        match self.0 {
            Wanted::Whole => Value::deserialize(json),
            Wanted::Parts(parts) => KeptParts(parts).deserialize(json),
        }
    }
}

/// A value of which these parts are kept.
struct KeptParts<'w>(&'w Parts);

impl<'de> DeserializeSeed<'de> for KeptParts<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KeptParts<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        match self.0.elements() {
            Elements::Parts(parts) => {
                while let Some(element) = list.next_element_seed(KeptParts(parts))? {
                    elements.push(element);
                }
            }
            Elements::Wanted(wanted) => {
                while let Some(element) = list.next_element_seed(Kept(wanted))? {
                    elements.push(element);
                }
            }
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(member) = object.next_key_seed(Member(self.0))? {
            match member {
                Some((name, wanted)) => {
                    members.insert(name, object.next_value_seed(Kept(wanted))?);
                }
                None => {
                    let Passed = object.next_value()?;
                }
            }
        }
        Ok(Value::Object(members))
    }
}

/// The name of a member; `None` if it is not wanted.
struct Member<'w>(&'w Parts);

impl<'de, 'w> DeserializeSeed<'de> for Member<'w> {
    type Value = Option<(String, &'w Wanted)>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'w> Visitor<'_> for Member<'w> {
    type Value = Option<(String, &'w Wanted)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.member(name).map(|wanted| (name.to_owned(), wanted)))
    }
}

/// A value that is passed over. It is read all the same, for what is too deep or no JSON is no document.
struct Passed;

impl<'de> Deserialize<'de> for Passed {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Passed {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
