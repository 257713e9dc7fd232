//! Answers as documents: JSON as it is, XML and calendars in the same form.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{calendar, sparse, transport::Reply};
use crate::manifest::{request::Answer, wanted::Wanted};

/// An XML document deeper than this is refused.
const MOST_DEPTH: usize = 64;

/// The document in an answer; `None` if it is not of the form. Nothing at all is a document: `null`. Of JSON only what is
/// wanted is kept.
pub(crate) fn document(reply: &Reply, form: Answer, wanted: &Wanted) -> Option<Value> {
    if reply.body.iter().all(u8::is_ascii_whitespace) {
        return (form != Answer::Calendar).then_some(Value::Null);
    }
    let kind = reply
        .header("content-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_kind = |kinds: &[&str]| kind.is_empty() || kinds.iter().any(|known| kind.contains(known));
    match form {
        Answer::Json if is_kind(&["json", "text/plain"]) => sparse::parse(unmarked(&reply.body), wanted).ok(),
        Answer::Xml if is_kind(&["xml", "text/plain"]) => xml(std::str::from_utf8(&reply.body).ok()?),
        Answer::Calendar if is_kind(&["calendar", "text/plain", "octet-stream", "ics"]) => {
            calendar::document(&String::from_utf8_lossy(&reply.body))
        }
        Answer::Json | Answer::Xml | Answer::Calendar => None,
    }
}

/// Bytes without the mark that some servers write before their text.
fn unmarked(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn xml(text: &str) -> Option<Value> {
    // Without document types there are no entities of the sender's own making.
    let document = roxmltree::Document::parse(text.trim_start_matches('\u{feff}')).ok()?;
    element(document.root_element(), 0)
}

/// An element as an object; one with neither attributes nor elements as its text, and an empty one as null.
fn element(node: roxmltree::Node<'_, '_>, depth: usize) -> Option<Value> {
    if depth > MOST_DEPTH {
        return None;
    }
    let mut members: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for child in node.children().filter(roxmltree::Node::is_element) {
        let value = element(child, depth + 1)?;
        members
            .entry(child.tag_name().name().to_owned())
            .or_default()
            .push(value);
    }
    let text: String = node
        .children()
        .filter_map(|child| child.text().filter(|_| child.is_text()))
        .collect();
    let text = text.trim();
    let mut object = Map::new();
    for attribute in node.attributes() {
        object.insert(format!("@{}", attribute.name()), attribute.value().into());
    }
    if members.is_empty() && object.is_empty() {
        return Some(if text.is_empty() { Value::Null } else { text.into() });
    }
    for (name, mut values) in members {
        let value = if values.len() == 1 {
            values.pop().unwrap_or_default()
        } else {
            Value::Array(values)
        };
        object.insert(name, value);
    }
    if !text.is_empty() {
        object.insert("#text".to_owned(), text.into());
    }
    Some(Value::Object(object))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};
    use serde_json::json;

    use super::*;

    fn reply(kind: &'static str, body: &str) -> Reply {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static(kind));
        Reply {
            status: 200,
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn answers_become_documents_or_are_refused() {
        let ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Sea\\, view\r\nBEGIN:VEVENT\r\nUID:1@x\r\n\
            DTSTART;VALUE=DATE:20260701\r\nDTEND;VALUE=DATE:20260\r\n 704\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        for (form, kind, body, expected) in [
            (
                Answer::Json,
                "application/json; charset=utf-8",
                "{\"a\":1}",
                Some(json!({"a": 1})),
            ),
            (Answer::Json, "application/vnd.api+json", "[]", Some(json!([]))),
            (Answer::Json, "application/json", "", Some(Value::Null)),
            (Answer::Json, "text/html", "{\"a\":1}", None),
            (Answer::Json, "application/json", "{\"a\":", None),
            (
                Answer::Xml,
                "text/xml",
                "<R><S ID='-4'>no</S><P><I>1</I></P><P><I>2</I></P><E/></R>",
                Some(json!({"S": {"@ID": "-4", "#text": "no"}, "P": [{"I": "1"}, {"I": "2"}], "E": null})),
            ),
            (
                Answer::Xml,
                "text/xml",
                "<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>",
                None,
            ),
            (Answer::Xml, "text/html", "<R/>", None),
            (Answer::Xml, "text/xml", "<R>", None),
            (
                Answer::Calendar,
                "text/calendar",
                ics,
                Some(json!({"VERSION": "2.0", "X-WR-CALNAME": "Sea, view",
                "events": [{"UID": "1@x", "DTSTART": "20260701", "DTEND": "20260704"}]})),
            ),
            (Answer::Calendar, "text/calendar", "", None),
            (Answer::Calendar, "text/html", ics, None),
        ] {
            assert_eq!(
                document(&reply(kind, body), form, &Wanted::Whole),
                expected,
                "{form:?} {kind} {body}"
            );
        }
    }
}
