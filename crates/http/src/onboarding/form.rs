//! What a page's form sends, and how findings about it are told.

use std::collections::BTreeMap;

use innkeeper_domain::{
    onboarding::{Password, UsableLink},
    tokens::LinkPurpose,
    values::{Invalid, PersonName, Problem as Wrong},
};
use zeroize::Zeroizing;

use super::{
    page::{Finding, Form, shown},
    texts::Texts,
};
use crate::{entrance::Given, failure::Failure};

/// The fields as they were sent. Without `Debug`, as one is a password.
#[derive(Default)]
pub(super) struct Sent(BTreeMap<String, Zeroizing<String>>);

impl Sent {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// [`Failure::MalformedBody`] if a field stands twice.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Failure> {
        let mut fields = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            let value = Zeroizing::new(value.into_owned());
            if fields.insert(name.into_owned(), value).is_some() {
                return Err(Failure::MalformedBody("a field stands twice"));
            }
        }
        Ok(Self(fields))
    }

    /// A field, for the checks; `token` is the one of the page's address.
    pub(super) fn given(&self, field: &str, token: &str) -> Given {
        if field == "token" {
            return Given::Text(Zeroizing::new(token.to_owned()));
        }
        self.0.get(field).cloned().map_or(Given::Nothing, Given::Text)
    }

    fn text(&self, field: &str) -> &str {
        self.0.get(field).map_or("", |text| text.as_str())
    }

    /// Findings in the reader's language.
    pub(super) fn findings(invalid: &Invalid, texts: Texts) -> Vec<Finding> {
        let findings = invalid.errors().iter().map(|error| Finding {
            field: error.field,
            message: message(error.field, &error.problem, texts),
        });
        findings.collect()
    }

    /// The form of a link with what was typed so far; passwords are typed anew.
    pub(super) fn form(
        &self,
        link: &UsableLink,
        action: String,
        findings: Vec<Finding>,
        texts: Texts,
    ) -> Form {
        let (intro, name, button) = match link.purpose {
            LinkPurpose::Onboarding => (
                introduction(link, texts),
                Some(self.text("name").to_owned()),
                texts.say("finish"),
            ),
            LinkPurpose::PasswordReset => (String::new(), None, texts.say("save")),
        };
        Form {
            action,
            intro,
            properties: match link.purpose {
                LinkPurpose::Onboarding => link
                    .places
                    .iter()
                    .map(|place| place.property.to_string())
                    .collect(),
                LinkPurpose::PasswordReset => Vec::new(),
            },
            email: link.email.as_str().to_owned(),
            name,
            name_limit: PersonName::MAX_CHARS,
            hint: texts.say_with("hint-password", "min", Password::MIN_CHARS.to_string()),
            button,
            until: texts.say_with("valid-until", "until", shown(link.expires_at)),
            findings,
        }
    }
}

fn message(field: &str, problem: &Wrong, texts: Texts) -> String {
    match problem {
        Wrong::Blank => texts.say("blank"),
        Wrong::TooLong { max } => texts.say_with("too-long", "max", max.to_string()),
        Wrong::TooShort { min } => texts.say_with("too-short", "min", min.to_string()),
        Wrong::Invalid | Wrong::Format | Wrong::UnknownPolicy { .. } => texts.say("unreadable"),
        Wrong::Refused { .. } if field == "password_confirmation" => texts.say("differs"),
        Wrong::Refused { .. } => texts.say("too-weak"),
    }
}

fn introduction(link: &UsableLink, texts: Texts) -> String {
    if link.places.is_empty() {
        return texts.say("choose");
    }
    match link.inviter() {
        Some(inviter) => texts.say_with("invited-by", "inviter", inviter.as_str()),
        None => texts.say("invited"),
    }
}

/// The title of the page with a link's form.
pub(super) fn title(purpose: LinkPurpose, texts: Texts) -> String {
    texts.say(match purpose {
        LinkPurpose::Onboarding => "welcome",
        LinkPurpose::PasswordReset => "new-password",
    })
}
