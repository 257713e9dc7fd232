//! The operations of the reference itself.

use serde_json::json;

use utoipa::openapi::{
    Required,
    path::{Parameter, ParameterBuilder, ParameterIn},
    schema::{ObjectBuilder, Type},
};

use super::{Answer, Operation, Shape, Tag, docs, in_query, values::words};
use crate::jsonapi::Problem;

/// `GET /api/v1/schema/`.
pub(crate) fn get_schema() -> Operation {
    let format = words("`json` or `yaml`.", ["json", "yaml"]);
    let document = Shape::plain(utoipa::openapi::schema::Object::new());
    Operation::new(Tag::Reference, "getSchema", "This document")
        .text("JSON, or YAML to whoever says that it reads that (`Accept: application/yaml`) or asks for it in the query.")
        .takes(in_query("format", "The form of the document; without it, `Accept` decides.", format))
        .answers(
            Answer::new(200, "The OpenAPI document.")
                .shows_as("application/json", document.clone(), json!({"openapi": "3.1.0"}))
                .shows_as("application/yaml", document, json!({"openapi": "3.1.0"}))
                .with_header("Vary"),
        )
        .refuses("no_such_format", "The document has no such form.", &Problem::parameter("format"))
}

/// `GET /api/v1/docs/`.
pub(crate) fn show_docs() -> Operation {
    Operation::new(Tag::Reference, "showDocs", "This document as a page")
        .text(
            "A page on which every operation can be tried out against this very server, as soon as a token is given to \
             it. It keeps no token, and loads nothing from elsewhere.",
        )
        .answers(
            Answer::new(200, "The page.")
                .shows_as("text/html; charset=utf-8", Shape::text(), json!("<!doctype html>"))
                .with_header("Cache-Control")
                .with_header("Content-Security-Policy")
                .with_header("Referrer-Policy")
                .with_header("X-Content-Type-Options"),
        )
}

/// `GET /api/v1/docs/{file}`.
pub(crate) fn get_docs_file() -> Operation {
    let image = ObjectBuilder::new()
        .schema_type(Type::String)
        .content_media_type("image/png");
    Operation::new(Tag::Reference, "getDocsFile", "A file of that page")
        .text("Its scripts, styles and icon.")
        .takes(file())
        .takes(known_state())
        .answers(
            kept(Answer::new(200, "The file."))
                .shows_as(
                    "text/javascript; charset=utf-8",
                    Shape::text(),
                    json!("\"use strict\";"),
                )
                .shows_as("text/css; charset=utf-8", Shape::text(), json!("body{margin:0}"))
                .shows_as("image/png", Shape::plain(image), json!("\u{89}PNG")),
        )
        .answers(kept(Answer::new(304, "The file has not changed.")))
}

fn kept(answer: Answer) -> Answer {
    answer
        .with_header("ETag")
        .with_header("Cache-Control")
        .with_header("X-Content-Type-Options")
}

fn file() -> Parameter {
    ParameterBuilder::new()
        .name("file")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The name of the file."))
        .schema(Some(words("One of these.", docs::file_names())))
        .build()
}

fn known_state() -> Parameter {
    ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The `ETag` of the file that the client has."))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}
