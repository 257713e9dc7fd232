//! `GET /api/v1/docs/`: the reference as a page to try it out on. All that the page needs comes from this server.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, EntityTag, Header, IfNoneMatch, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    web::{Bytes, Data, Path},
};
use askama::Template;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use innkeeper_domain::access::Scope;
use sha2::{Digest, Sha256};
use utoipa_swagger_ui::{Config, serve};

use crate::{failure::Failure, jsonapi::Problem, links, state::AppState};

/// Nothing but our own files, and requests to ourselves; Swagger UI draws its icons from `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page.
#[derive(Template)]
#[template(path = "reference.html")]
struct Page {
    /// The path of the public URL, without a slash at its end: links hold with and without one behind the page's own.
    base: String,
    scopes: String,
}

/// Where a file comes from.
enum Origin {
    /// Swagger UI, as it was published.
    Vendored,
    Own(&'static str),
}

/// The files of the page: name, media type, and where they come from.
const FILES: [(&str, &str, Origin); 5] = [
    (
        "swagger-ui-bundle.js",
        "text/javascript; charset=utf-8",
        Origin::Vendored,
    ),
    ("swagger-ui.css", "text/css; charset=utf-8", Origin::Vendored),
    ("favicon-32x32.png", "image/png", Origin::Vendored),
    (
        "reference.js",
        "text/javascript; charset=utf-8",
        Origin::Own(include_str!("../../templates/reference.js")),
    ),
    (
        "reference.css",
        "text/css; charset=utf-8",
        Origin::Own(include_str!("../../templates/reference.css")),
    ),
];

/// The names of the files.
pub(super) fn file_names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _, _)| *name)
}

/// A file as it is served.
struct File {
    name: &'static str,
    media_type: &'static str,
    bytes: Bytes,
    tag: EntityTag,
}

static SERVED: LazyLock<Vec<File>> = LazyLock::new(|| FILES.iter().filter_map(File::read).collect());

impl File {
    fn read((name, media_type, origin): &(&'static str, &'static str, Origin)) -> Option<Self> {
        let bytes = match origin {
            Origin::Own(text) => Bytes::from_static(text.as_bytes()),
            Origin::Vendored => vendored(name)?,
        };
        let hash = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&bytes));
        Some(Self {
            name,
            media_type,
            bytes,
            tag: EntityTag::new_strong(hash),
        })
    }

    /// Whether the client has it as it is.
    fn is_known_to(&self, request: &HttpRequest) -> bool {
        match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            // Without the header, the list is empty.
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.tag)),
            Err(_no_tags) => false,
        }
    }
}

fn vendored(name: &str) -> Option<Bytes> {
    let config: Arc<Config<'static>> = Arc::new(Config::from(""));
    let file = serve(name, config).ok().flatten()?;
    Some(match file.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => bytes.into(),
    })
}

/// `GET /api/v1/docs/`.
pub(crate) async fn docs(state: Data<AppState>) -> Result<HttpResponse, Problem> {
    let page = Page {
        base: links::base(&state.public_url),
        scopes: Scope::ALL.map(Scope::as_str).join(" "),
    };
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "the page of the reference could not be made");
        Problem::from(Failure::Internal)
    })?;
    let mut response = guarded(StatusCode::OK);
    response
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, "no-referrer"));
    Ok(response.content_type("text/html; charset=utf-8").body(html))
}

/// `GET /api/v1/docs/{file}`.
pub(crate) async fn docs_file(request: HttpRequest, name: Path<String>) -> Result<HttpResponse, Problem> {
    let file = SERVED.iter().find(|file| file.name == *name);
    let file = file.ok_or_else(Problem::not_found)?;
    let status = if file.is_known_to(&request) {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::OK
    };
    let mut response = guarded(status);
    response.insert_header((ETAG, file.tag.to_string()));
    Ok(if status == StatusCode::OK {
        response.content_type(file.media_type).body(file.bytes.clone())
    } else {
        response.finish()
    })
}

/// Kept by the client, but asked for again each time, which costs nothing where it has not changed: after an update
/// nobody meets an old file with a new page.
fn guarded(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_there() {
        let served: Vec<&str> = SERVED.iter().map(|file| file.name).collect();
        assert_eq!(served, file_names().collect::<Vec<_>>());
        assert!(SERVED.iter().all(|file| !file.bytes.is_empty()));
    }

    #[test]
    fn the_page_asks_for_nothing_that_is_not_there() {
        let page = Page {
            base: "/inn".to_owned(),
            scopes: String::new(),
        };
        let html = page.render().expect("a page");
        let asked: Vec<&str> = html
            .split("\"/inn/api/v1/docs/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let mut known: Vec<&str> = file_names().collect();
        known.sort_unstable();
        let mut sorted = asked.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, known);
    }
}
