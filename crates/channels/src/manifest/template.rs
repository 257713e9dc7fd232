//! Texts with holes: `${credential.api_key}`. Which holes there are is a closed list; there are no expressions.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

/// What can stand in a hole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Hole {
    /// `credential.KEY`: a value of the account's credentials.
    Credential(String),
    /// `integrator.KEY`: a value that belongs to the integrator.
    Integrator(String),
    /// `page.size`: how many records to ask for.
    Size,
    /// `page.offset`: how many records to pass over.
    Offset,
    /// `page.number`: the number of the page.
    Number,
    /// `page.cursor`: what the page before said; nothing on the first.
    Cursor,
    /// `page.last_id`: the id of the last record of the page before; nothing on the first.
    LastId,
    /// `since`: from when on changes are wanted; nothing in a full read.
    Since,
    /// `now`: the time of the call.
    Now,
    /// `window.start`, the first moment of the window of time in hand.
    WindowStart,
    /// `window.end`: its end.
    WindowEnd,
    /// `listing.id`: the listing whose reservations are asked for.
    ListingId,
    /// `record.id`: the record whose details are asked for.
    RecordId,
    /// `record.ids`: the records that another resource is joined to.
    RecordIds,
    /// `refresh`: the refresh token in force: the last one that the channel issued, else the account's own.
    Refresh,
    /// `auth`: in an XML body, where the credentials stand.
    Auth,
}

impl Hole {
    fn parse(name: &str) -> Result<Self, String> {
        Ok(match name {
            "page.size" => Self::Size,
            "page.offset" => Self::Offset,
            "page.number" => Self::Number,
            "page.cursor" => Self::Cursor,
            "page.last_id" => Self::LastId,
            "since" => Self::Since,
            "now" => Self::Now,
            "window.start" => Self::WindowStart,
            "window.end" => Self::WindowEnd,
            "listing.id" => Self::ListingId,
            "record.id" => Self::RecordId,
            "record.ids" => Self::RecordIds,
            "refresh" => Self::Refresh,
            "auth" => Self::Auth,
            _ => match name.split_once('.') {
                Some(("credential", key)) if !key.is_empty() => Self::Credential(key.to_owned()),
                Some(("integrator", key)) if !key.is_empty() => Self::Integrator(key.to_owned()),
                _ => return Err(format!("`${{{name}}}` is no placeholder")),
            },
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Hole(Hole),
}

/// A text with holes, split once when the manifest is read.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Template {
    pub(crate) pieces: Vec<Piece>,
    /// Where it stands in its file, for those who find fault with it.
    pub(crate) span: Range<usize>,
}

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, behind) = after.split_once('}').ok_or("a `${` without its `}`")?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Hole(Hole::parse(name)?));
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self { pieces, span: 0..0 })
    }

    pub(crate) fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Text(_) => None,
        })
    }

    /// The text, if it has no holes: what to show of it in a log.
    pub(crate) fn pattern(&self) -> String {
        let shown = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Hole(_) => "{}",
        });
        shown.collect()
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Spanned::<String>::deserialize(deserializer)?;
        let mut template = Self::parse(text.get_ref()).map_err(de::Error::custom)?;
        template.span = text.span();
        Ok(template)
    }
}

/// A JSON document whose texts are templates. A text that is one hole alone keeps the type of its value, and a member
/// whose hole has no value is left out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum JsonTemplate {
    Text(Template),
    Constant(serde_json::Value),
    List(Vec<JsonTemplate>),
    Object(BTreeMap<String, JsonTemplate>),
}

impl JsonTemplate {
    /// Shows `visit` every text in it.
    pub(crate) fn each_template<'t>(&'t self, visit: &mut dyn FnMut(&'t Template)) {
        match self {
            Self::Text(template) => visit(template),
            Self::Constant(_) => {}
            Self::List(items) => items.iter().for_each(|item| item.each_template(visit)),
            Self::Object(members) => members.values().for_each(|item| item.each_template(visit)),
        }
    }
}

impl<'de> Deserialize<'de> for JsonTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Inner(JsonTemplate);
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Inner;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, a number, a boolean, a list or a table")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Inner, E> {
                Template::parse(text)
                    .map(JsonTemplate::Text)
                    .map(Inner)
                    .map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Inner, E> {
                Ok(Inner(JsonTemplate::Constant(number.into())))
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<Inner, E> {
                Ok(Inner(JsonTemplate::Constant(flag.into())))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Inner, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Inner(JsonTemplate::List(items)))
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Inner, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((key, value)) = map.next_entry()? {
                    members.insert(key, value);
                }
                Ok(Inner(JsonTemplate::Object(members)))
            }
        }
        impl<'de> Deserialize<'de> for Inner {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Visitor)
            }
        }
        let inner = Spanned::<Inner>::deserialize(deserializer)?;
        let span = inner.span();
        Ok(match inner.into_inner().0 {
            Self::Text(template) => Self::Text(Template { span, ..template }),
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_split_at_their_holes() {
        let template = Template::parse("a${page.size}b${credential.key}").unwrap();
        assert_eq!(
            template.holes().collect::<Vec<_>>(),
            [&Hole::Size, &Hole::Credential("key".into())]
        );
        assert_eq!(template.pattern(), "a{}b{}");
        let json = r#"[{"operator":"$gte","value":"${since}"}]"#;
        assert_eq!(Template::parse(json).unwrap().pieces.len(), 3);
        for wrong in ["${page.size", "${page.what}", "${credential.}", "${}", "${1+1}"] {
            assert!(Template::parse(wrong).is_err(), "{wrong}");
        }
    }
}
