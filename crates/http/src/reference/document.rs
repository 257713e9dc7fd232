//! The document, put together from the table of routes.

use std::collections::BTreeMap;

use actix_web::http::Method;
use innkeeper_domain::{access::Scope, accounts::Channel};
use utoipa::openapi::{
    Components, ComponentsBuilder, HttpMethod, Info, License, OpenApi, OpenApiBuilder, Paths, RefOr,
    Response, SecurityRequirement, Server,
    path::OperationBuilder,
    response::{ResponseBuilder, ResponsesBuilder},
    schema::Schema,
    security::{
        ApiKey, ApiKeyValue, ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme,
    },
};

use super::{
    catalogue, headers,
    operation::{Access, Answer, Operation},
    refusals::{self, Refusal},
    shape::Schemas,
    tag::Tag,
};
use crate::{links, problem::Dialect, routes};

/// The OpenAPI document of the whole API: every served route, and every channel of this catalogue with its
/// credentials. Its server is told as a path, that of `public_url`, so that it holds wherever the document is read from.
pub fn document(channels: &[Channel], public_url: &str) -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas: Schemas = catalogue::schemas(channels);
    for (method, path, operation) in routes::operations() {
        let dialect = Dialect::of(path);
        let (told, parts) = tell(operation, dialect, channels);
        schemas.extend(parts);
        paths.add_path_operation(shown(path, dialect), vec![named(&method)], told);
    }
    let base = links::base(public_url);
    let server = if base.is_empty() { "/" } else { base.as_str() };
    OpenApiBuilder::new()
        .info(info())
        .servers(Some([Server::new(server)]))
        .tags(Some(Tag::ALL.map(Tag::document)))
        .paths(paths)
        .components(Some(components(schemas, &base)))
        .build()
}

/// The path as its dialect spells it.
fn shown(path: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::JsonApi if path.starts_with("/api/") => format!("{path}/"),
        Dialect::OAuth => format!("{path}/"),
        Dialect::JsonApi | Dialect::Channex | Dialect::Html => path.to_owned(),
    }
}

fn named(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::DELETE => HttpMethod::Delete,
        Method::HEAD => HttpMethod::Head,
        _ => HttpMethod::Get,
    }
}

fn info() -> Info {
    let mut info = Info::new("Innkeeper", env!("CARGO_PKG_VERSION"));
    info.description = Some(include_str!("introduction.md").to_owned());
    info.license = Some(License::new(env!("CARGO_PKG_LICENSE")));
    info
}

fn tell(
    operation: Operation,
    dialect: Dialect,
    channels: &[Channel],
) -> (utoipa::openapi::path::Operation, Schemas) {
    let mut parts = Schemas::new();
    let mut responses = ResponsesBuilder::new();
    for answer in &operation.answers {
        parts.extend(answer.bodies.iter().flat_map(|body| body.shape.parts.clone()));
        responses = responses.response(answer.status.to_string(), told(answer, dialect));
    }
    for (status, refusals) in by_status(refusals::all(&operation, dialect)) {
        let shape = refusals::shape(dialect, status);
        responses = responses.response(
            status.to_string(),
            refusals::response(&refusals, &shape, media_type(dialect)),
        );
        parts.extend(shape.parts);
    }
    let description = operation.description();
    let body = operation.body.map(|body| {
        let document = body.document(type_read(dialect), channels);
        parts.extend(body.shape.parts);
        document
    });
    let told = OperationBuilder::new()
        .tag(operation.tag.name())
        .operation_id(Some(operation.id))
        .summary(Some(operation.summary))
        .description(Some(description))
        .parameters(Some(operation.parameters))
        .request_body(body)
        .responses(responses.build())
        .securities(Some(securities(operation.access)));
    (told.build(), parts)
}

fn by_status(refusals: Vec<Refusal>) -> BTreeMap<u16, Vec<Refusal>> {
    let mut by_status: BTreeMap<u16, Vec<Refusal>> = BTreeMap::new();
    for refusal in refusals {
        by_status.entry(refusal.status).or_default().push(refusal);
    }
    by_status
}

fn told(answer: &Answer, dialect: Dialect) -> Response {
    let (id, place) = headers::reference(headers::REQUEST_ID);
    let response = ResponseBuilder::new()
        .description(answer.text)
        .header_ref(id, place);
    let response = answer.bodies.iter().fold(response, |response, body| {
        response.content(body.media_type.unwrap_or(media_type(dialect)), body.document())
    });
    let response = answer.headers.iter().fold(response, |response, name| {
        let (name, place) = headers::reference(name);
        response.header_ref(name, place)
    });
    let links = answer.links.iter();
    links
        .fold(response, |response, (name, link)| {
            response.link(*name, link.clone())
        })
        .build()
}

/// What a dialect answers with.
const fn media_type(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Channex | Dialect::OAuth => "application/json",
        Dialect::JsonApi => "application/vnd.api+json",
        Dialect::Html => "text/html; charset=utf-8",
    }
}

/// What a dialect reads. Where that is several types, one is told: of two, generated clients would have to choose.
const fn type_read(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Channex => "application/json",
        Dialect::JsonApi => "application/vnd.api+json",
        Dialect::OAuth | Dialect::Html => "application/x-www-form-urlencoded",
    }
}

const BEARER: &str = "bearer";
const USER_API_KEY: &str = "user_api_key";
const OAUTH2: &str = "oauth2";
const CLIENT: &str = "client";

fn securities(access: Access) -> Vec<SecurityRequirement> {
    let plain = |name| SecurityRequirement::new(name, std::iter::empty::<&str>());
    let scope = match access {
        Access::Open => return Vec::new(),
        Access::Client => return vec![plain(CLIENT), SecurityRequirement::default()],
        Access::AnyToken => None,
        Access::Action(action) => Some(action.scope().as_str()),
    };
    vec![
        SecurityRequirement::new(OAUTH2, scope),
        plain(BEARER),
        plain(USER_API_KEY),
    ]
}

fn components(schemas: Schemas, base: &str) -> Components {
    let scopes = Scopes::from_iter(Scope::ALL.map(|scope| (scope.as_str(), about(scope))));
    let flow = Flow::ClientCredentials(ClientCredentials::new(format!("{base}/o/token/"), scopes));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some("An access token (`innt_...`) or an API key (`innk_...`).".to_owned());
    let mut client = Http::new(HttpAuthScheme::Basic);
    client.description = Some("The id and secret of an application.".to_owned());
    let key = ApiKeyValue::with_description("user-api-key", "The same API key in a header of its own.");
    let components = ComponentsBuilder::new()
        .security_scheme(
            OAUTH2,
            SecurityScheme::OAuth2(OAuth2::with_description(
                [flow],
                "The id and secret of an application, exchanged for an access token.",
            )),
        )
        .security_scheme(BEARER, SecurityScheme::Http(bearer))
        .security_scheme(USER_API_KEY, SecurityScheme::ApiKey(ApiKey::Header(key)))
        .security_scheme(CLIENT, SecurityScheme::Http(client));
    let components = headers::all().fold(components, |components, (name, header)| {
        components.header(name, header)
    });
    components.schemas_from_iter(by_name(schemas)).build()
}

fn by_name(schemas: Schemas) -> BTreeMap<String, RefOr<Schema>> {
    let mut by_name = BTreeMap::new();
    for (name, schema) in schemas {
        let known = by_name.get(&name).is_none_or(|known| *known == schema);
        debug_assert!(known, "two schemas are called {name}");
        by_name.insert(name, schema);
    }
    by_name
}

const fn about(scope: Scope) -> &'static str {
    match scope {
        Scope::UserRead => "Read users, logins, API keys, accounts and runs",
        Scope::UserWrite => "Change them",
        Scope::ListingsRead => "Read listings",
        Scope::ReservationsRead => "Read reservations",
        Scope::PropertyRead => "Read properties, property users and the record",
        Scope::PropertyWrite => "Change properties and property users",
    }
}
