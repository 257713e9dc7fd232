//! The operations of the pages. They are for people, and tell their failures as pages, too.

use innkeeper_domain::{onboarding::Password, values::PersonName};
use serde_json::json;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat};

use crate::reference::{
    Answer, Operation, Shape, Tag, in_path, patterns,
    values::{text, values, visible},
};

values! {
    /// The secret of a link.
    LinkInPath => text("The secret of the link.").min_length(Some(1));
}

/// What every answer has.
const HEADERS: [&str; 6] = [
    "Cache-Control",
    "Content-Security-Policy",
    "Referrer-Policy",
    "Vary",
    "X-Content-Type-Options",
    "X-Robots-Tag",
];

fn about(id: &'static str, summary: &'static str) -> Operation {
    Operation::new(Tag::Onboarding, id, summary).takes(in_path::<LinkInPath>(
        "token",
        "The last part of the link's address.",
    ))
}

/// An answer without a page.
fn guarded(status: u16, why: &'static str) -> Answer {
    HEADERS
        .into_iter()
        .fold(Answer::new(status, why), Answer::with_header)
}

/// The head of a page.
fn head(status: u16, why: &'static str) -> Answer {
    guarded(status, why).with_header("Content-Language")
}

/// A page.
fn page(status: u16, why: &'static str, title: &str) -> Answer {
    let example = format!("<!doctype html>\n<html lang=\"en\">\n...<h1>{title}</h1>...");
    head(status, why).shows(Shape::text(), json!(example))
}

/// What every page may have to say instead.
fn failing(operation: Operation) -> Operation {
    operation
        .answers(page(
            500,
            "Something went wrong on the server. The page tells the request's id.",
            "Something went wrong",
        ))
        .answers(
            page(
                503,
                "The service cannot answer now; try again.",
                "Not possible right now",
            )
            .with_header("Retry-After"),
        )
}

/// What pages that do something may have to say instead.
fn counted(operation: Operation) -> Operation {
    let answer = page(429, "Too many attempts from this client.", "Too many tries");
    operation.answers(answer.with_header("Retry-After"))
}

const OVER: &str =
    "The link is unknown, used up or over: the three look alike. The page offers to send a new mail.";

pub(crate) fn show_onboarding_page() -> Operation {
    let operation = about("showOnboardingPage", "Show the page that a link in a mail leads to")
        .text("For people, in the language of their browser. However often it is looked at, nothing is changed by it.")
        .answers(page(
            200,
            "A form to tell a name and choose a password; of a link that was followed, that it is done.",
            "Welcome",
        ))
        .answers(page(410, OVER, "This link no longer works"));
    failing(operation)
}

pub(crate) fn head_onboarding_page() -> Operation {
    about("headOnboardingPage", "Look whether a link can be used")
        .answers(head(200, "There is a form, or it was followed already."))
        .answers(head(410, "The link is unknown, used up or over."))
        .answers(head(500, "Something went wrong on the server."))
        .answers(head(503, "The service cannot answer now; try again.").with_header("Retry-After"))
}

pub(crate) fn submit_onboarding_page() -> Operation {
    let operation = about("submitOnboardingPage", "Follow a link")
        .text(
            "What the form of the page sends. Links of invitations ask for a name, those to set a new password do not. A \
             token may be sent along, and must then be the person's own.",
        )
        .reads(
            form(),
            "grace",
            "Grace comes in",
            json!({
                "name": "Grace Hopper", "password": "mYx7-pelican-soup", "password_confirmation": "mYx7-pelican-soup"
            }),
        )
        .answers(page(
            200,
            "The link was followed before; the page says that it is done.",
            "Done",
        ))
        .answers(
            guarded(303, "Done. The page says so when it is shown again, and a reload sends nothing twice.")
                .with_header("Location"),
        )
        .answers(page(400, "The body cannot be read, or a field stands there twice.", UNFIT))
        .answers(page(403, "The token sent along is somebody else's.", UNFIT))
        .answers(page(410, OVER, "This link no longer works"))
        .answers(page(413, "The body is longer than 64 KiB.", UNFIT))
        .answers(page(415, "The body's media type is not one that is read here.", UNFIT))
        .answers(page(
            422,
            "The form again, with everything that is wrong with what was sent.",
            "Welcome",
        ));
    failing(counted(operation))
}

const UNFIT: &str = "This cannot be done here";

/// What the form sends. How the fields are judged depends on the link.
fn form() -> Shape {
    let password = |about: &str| {
        text(about)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .max_length(Some(Password::MAX_CHARS))
    };
    let name = visible("First and last name in one, where the link is of an invitation.");
    let form = ObjectBuilder::new()
        .description(Some(
            "Fields of a form. Each stands there once at most; others are ignored.",
        ))
        .property("name", name.max_length(Some(PersonName::MAX_CHARS)))
        .property(
            "password",
            password("A password that is hard to guess. Every character counts.")
                .min_length(Some(Password::MIN_CHARS))
                .pattern(Some(patterns::not_blank())),
        )
        .required("password")
        .property(
            "password_confirmation",
            password("The same password once more.").min_length(Some(1)),
        )
        .required("password_confirmation");
    Shape::plain(form).named("FollowLink")
}

pub(crate) fn ask_for_new_link() -> Operation {
    let operation = about("askForNewLink", "Ask for a new mail")
        .text(
            "By an earlier link, whatever has become of it. The answer is the same for every link: if it was ever sent to \
             somebody who may still come in, a new one is on its way to the same address.",
        )
        .answers(page(200, "The page says where to look.", "Look at your mail"));
    failing(counted(operation))
}
