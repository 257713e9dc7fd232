//! Every route that is served. The list is also what coverage tests go by.

use actix_web::{
    HttpRequest,
    http::Method,
    web::{self, ServiceConfig},
};

use crate::{channex, health, jsonapi, oauth, onboarding as pages, problem};

/// One served method of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{id}`, `{account}`, `{run}` or `{slug}` where one stands.
    pub path: &'static str,
}

struct Resource {
    path: &'static str,
    allow: &'static str,
    methods: Vec<(Method, actix_web::Route)>,
}

fn resource(
    path: &'static str,
    allow: &'static str,
    methods: impl IntoIterator<Item = (Method, actix_web::Route)>,
) -> Resource {
    Resource {
        path,
        allow,
        methods: methods.into_iter().collect(),
    }
}

fn table() -> Vec<Resource> {
    let mut table = people_and_properties();
    table.extend(onboarding());
    table.extend(accounts());
    table.extend(probes());
    table
}

fn people_and_properties() -> Vec<Resource> {
    use Method as M;
    vec![
        resource("/o/token", "POST", [(M::POST, web::post().to(oauth::token))]),
        resource(
            "/api/v1/property_users",
            "GET, POST",
            [
                (M::GET, web::get().to(channex::list)),
                (M::POST, web::post().to(channex::invite)),
            ],
        ),
        // Before what takes any word for an id.
        resource(
            "/api/v1/property_users/history",
            "GET",
            [(M::GET, web::get().to(channex::history))],
        ),
        resource(
            "/api/v1/audit_records",
            "GET",
            [(M::GET, web::get().to(channex::list_audit_records))],
        ),
        resource(
            "/api/v1/property_users/{id}",
            "GET, PUT, DELETE",
            [
                (M::GET, web::get().to(channex::get)),
                (M::PUT, web::put().to(channex::update)),
                (M::DELETE, web::delete().to(channex::withdraw)),
            ],
        ),
        resource(
            "/api/v1/properties",
            "GET, POST",
            [
                (M::GET, web::get().to(channex::list_properties)),
                (M::POST, web::post().to(channex::create_property)),
            ],
        ),
        resource(
            "/api/v1/properties/{id}",
            "GET, PUT, DELETE",
            [
                (M::GET, web::get().to(channex::get_property)),
                (M::PUT, web::put().to(channex::update_property)),
                (M::DELETE, web::delete().to(channex::delete_property)),
            ],
        ),
        resource(
            "/api/v1/users",
            "GET, POST",
            [
                (M::GET, web::get().to(jsonapi::list_users)),
                (M::POST, web::post().to(jsonapi::create_user)),
            ],
        ),
        resource(
            "/api/v1/users/{id}",
            "GET, DELETE",
            [
                (M::GET, web::get().to(jsonapi::get_user)),
                (M::DELETE, web::delete().to(jsonapi::delete_user)),
            ],
        ),
        resource(
            "/api/v1/users/{id}/credentials",
            "GET",
            [(M::GET, web::get().to(jsonapi::credentials))],
        ),
        resource(
            "/api/v1/api_keys",
            "GET, POST",
            [
                (M::GET, web::get().to(jsonapi::list_api_keys)),
                (M::POST, web::post().to(jsonapi::create_api_key)),
            ],
        ),
        resource(
            "/api/v1/api_keys/{id}",
            "DELETE",
            [(M::DELETE, web::delete().to(jsonapi::revoke_api_key))],
        ),
    ]
}

fn onboarding() -> Vec<Resource> {
    use Method as M;
    let post = |path, route: actix_web::Route| resource(path, "POST", [(M::POST, route)]);
    vec![
        post("/api/v1/confirm_invite", web::post().to(channex::confirm_invite)),
        post("/api/v1/sign_in", web::post().to(channex::sign_in)),
        post(
            "/api/v1/request_restore_password",
            web::post().to(channex::request_restore_password),
        ),
        post(
            "/api/v1/restore_password",
            web::post().to(channex::restore_password),
        ),
        resource(
            "/api/v1/property_users/{id}/onboarding",
            "GET",
            [(M::GET, web::get().to(channex::get_onboarding))],
        ),
        post(
            "/api/v1/property_users/{id}/onboarding/resend",
            web::post().to(channex::resend_onboarding),
        ),
        resource(
            "/onboarding/{token}",
            "GET, HEAD, POST",
            [
                (M::GET, web::get().to(pages::show)),
                (M::HEAD, web::head().to(pages::show)),
                (M::POST, web::post().to(pages::submit)),
            ],
        ),
        post("/onboarding/{token}/again", web::post().to(pages::ask_again)),
    ]
}

fn accounts() -> Vec<Resource> {
    use Method as M;
    let get = |path, route: actix_web::Route| resource(path, "GET", [(M::GET, route)]);
    vec![
        resource(
            "/api/v1/users/{id}/accounts",
            "GET, POST",
            [
                (M::GET, web::get().to(jsonapi::list_accounts)),
                (M::POST, web::post().to(jsonapi::add_account)),
            ],
        ),
        resource(
            "/api/v1/users/{id}/accounts/{account}",
            "GET, DELETE",
            [
                (M::GET, web::get().to(jsonapi::get_account)),
                (M::DELETE, web::delete().to(jsonapi::delete_account)),
            ],
        ),
        resource(
            "/api/v1/users/{id}/accounts/{account}/refresh",
            "POST",
            [(M::POST, web::post().to(jsonapi::refresh))],
        ),
        get(
            "/api/v1/users/{id}/accounts/{account}/listings",
            web::get().to(jsonapi::listings),
        ),
        get(
            "/api/v1/users/{id}/accounts/{account}/reservations",
            web::get().to(jsonapi::reservations),
        ),
        get(
            "/api/v1/users/{id}/accounts/{account}/runs",
            web::get().to(jsonapi::list_runs),
        ),
        get(
            "/api/v1/users/{id}/accounts/{account}/runs/{run}",
            web::get().to(jsonapi::get_run),
        ),
        get("/api/v1/channels", web::get().to(jsonapi::list_channels)),
        get("/api/v1/channels/{slug}", web::get().to(jsonapi::get_channel)),
    ]
}

fn probes() -> Vec<Resource> {
    vec![
        probe(
            "/healthz",
            web::get().to(health::healthz),
            web::head().to(health::healthz),
        ),
        probe(
            "/readyz",
            web::get().to(health::readyz),
            web::head().to(health::readyz),
        ),
        probe(
            "/metrics",
            web::get().to(health::metrics),
            web::head().to(health::metrics),
        ),
    ]
}

fn probe(path: &'static str, get: actix_web::Route, head: actix_web::Route) -> Resource {
    resource(path, "GET, HEAD", [(Method::GET, get), (Method::HEAD, head)])
}

/// Every served route.
pub fn routes() -> Vec<Route> {
    let routes = table().into_iter().flat_map(|resource| {
        let path = resource.path;
        resource
            .methods
            .into_iter()
            .map(move |(method, _)| Route { method, path })
    });
    routes.collect()
}

/// Serves the table, and tells everything else in the dialect of its path.
pub(crate) fn configure(config: &mut ServiceConfig) {
    serve(config, table());
}

/// The same with the probes alone.
pub(crate) fn configure_probes(config: &mut ServiceConfig) {
    serve(config, probes());
}

fn serve(config: &mut ServiceConfig, table: Vec<Resource>) {
    for Resource { path, allow, methods } in table {
        let mut served = web::resource(path);
        for (_, route) in methods {
            served = served.route(route);
        }
        let other = move |request: HttpRequest| async move { problem::unknown_method(&request, allow) };
        config.service(served.default_service(web::to(other)));
    }
    config.default_service(web::to(problem::unknown_path));
}
