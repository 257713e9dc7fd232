//! How the pages look, and the headers that they all carry.

use std::sync::LazyLock;

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::header::{
        ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, REFERRER_POLICY, RETRY_AFTER, VARY,
        X_CONTENT_TYPE_OPTIONS,
    },
    http::{StatusCode, header::HeaderName},
};
use askama::Template;
use base64::{Engine, prelude::BASE64_STANDARD};
use innkeeper_domain::time::Timestamp;
use sha2::{Digest, Sha256};

use super::texts::Texts;

const STYLE: &str = include_str!("../../templates/onboarding.css");

/// Nothing but our own style, known by its hash, and forms that come back to us.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        BASE64_STANDARD.encode(Sha256::digest(STYLE)),
    )
});

/// A page.
#[derive(Template)]
#[template(path = "onboarding.html")]
struct Page<'a> {
    lang: &'static str,
    t: Texts,
    title: &'a str,
    style: &'static str,
    content: &'a Content,
}

/// What a page holds under its title.
pub(super) enum Content {
    /// A text, and perhaps a button that asks for a new mail.
    Message {
        /// The text.
        text: String,
        /// Where the button leads.
        ask: Option<String>,
    },
    /// A form to set a password.
    Form(Box<Form>),
}

/// A form to set a password.
pub(super) struct Form {
    /// Where it is sent.
    pub(super) action: String,
    /// What it is about.
    pub(super) intro: String,
    /// The titles of the properties that the person was invited to.
    pub(super) properties: Vec<String>,
    /// The address that the link was sent to.
    pub(super) email: String,
    /// The name typed so far; none where no name is asked for.
    pub(super) name: Option<String>,
    /// The most characters of a name.
    pub(super) name_limit: usize,
    /// What makes a good password.
    pub(super) hint: String,
    /// The text of the button.
    pub(super) button: String,
    /// Until when the link works.
    pub(super) until: String,
    /// What was wrong with what was sent.
    pub(super) findings: Vec<Finding>,
}

/// One thing that is wrong with a field.
pub(super) struct Finding {
    /// The field.
    pub(super) field: &'static str,
    /// What is wrong.
    pub(super) message: String,
}

impl Finding {
    fn label(&self) -> &'static str {
        match self.field {
            "name" => "label-name",
            "password_confirmation" => "label-repeat",
            _ => "label-password",
        }
    }
}

impl Form {
    fn about(&self, field: &str) -> Option<&str> {
        let about = self.findings.iter().find(|finding| finding.field == field);
        about.map(|finding| finding.message.as_str())
    }

    /// The attributes that tell assistive technology what is wrong with a field, and what helps with it.
    fn marks(&self, field: &str) -> String {
        let hint = if field == "password" { "password-hint" } else { "" };
        match (self.about(field).is_some(), hint) {
            (true, "") => format!(" aria-invalid=\"true\" aria-describedby=\"{field}-wrong\""),
            (true, hint) => format!(" aria-invalid=\"true\" aria-describedby=\"{hint} {field}-wrong\""),
            (false, "") => String::new(),
            (false, hint) => format!(" aria-describedby=\"{hint}\""),
        }
    }
}

/// An instant as people of every language read it.
pub(super) fn shown(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{} UTC", text.get(..16).unwrap_or(&text).replace('T', " "))
}

/// A whole answer.
pub(super) fn answer(status: StatusCode, texts: Texts, title: &str, content: &Content) -> HttpResponse {
    let page = Page {
        lang: texts.tag(),
        t: texts,
        title,
        style: STYLE,
        content,
    };
    match page.render() {
        Ok(html) => guarded(status)
            .insert_header((CONTENT_LANGUAGE, texts.tag()))
            .content_type("text/html; charset=utf-8")
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            guarded(StatusCode::INTERNAL_SERVER_ERROR).finish()
        }
    }
}

/// The headers that keep a link from leaving the page that it opened (D-45).
pub(super) fn guarded(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((HeaderName::from_static("x-robots-tag"), "noindex"))
        .insert_header((VARY, "accept-language"));
    response
}

/// A page without a form, about what went wrong.
pub(super) struct Notice {
    /// Its status.
    pub(super) status: StatusCode,
    /// The message that is its title; the one with `-text` behind it is its text.
    pub(super) message: &'static str,
    /// The methods that the path knows.
    pub(super) allow: Option<&'static str>,
    /// After how many seconds to try again.
    pub(super) retry_after: Option<u64>,
    /// The id of the request, to be quoted.
    pub(super) request: String,
}

impl Notice {
    /// The answer.
    pub(super) fn answer(&self, texts: Texts) -> HttpResponse {
        let text = texts.say_with(
            &format!("{}-text", self.message),
            "request",
            self.request.as_str(),
        );
        let content = Content::Message { text, ask: None };
        let mut response = answer(self.status, texts, &texts.say(self.message), &content);
        let headers = response.headers_mut();
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, actix_web::http::header::HeaderValue::from_static(allow));
        }
        if let Some(after) = self.retry_after {
            headers.insert(RETRY_AFTER, after.into());
        }
        response
    }
}
