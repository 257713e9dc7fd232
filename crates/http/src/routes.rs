//! How routes are served. The list of them is also what coverage tests go by, and what the reference is made from.

use actix_web::{
    FromRequest, Handler, HttpRequest, Responder,
    http::Method,
    web::{self, ServiceConfig},
};

use crate::{problem, reference::Operation, table};

/// One served method of one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{id}`, `{user_id}`, `{account_id}`, `{run_id}`, `{slug}`, `{token}` or `{file}` where one stands.
    pub path: &'static str,
}

/// A path with everything that is served there.
pub(crate) struct Resource {
    path: &'static str,
    allow: &'static str,
    methods: Vec<Served>,
}

/// A method with its handler, and what the reference tells of it.
pub(crate) struct Served {
    method: Method,
    route: actix_web::Route,
    operation: fn() -> Operation,
}

/// A path; `allow` names its methods.
pub(crate) fn resource(
    path: &'static str,
    allow: &'static str,
    methods: impl IntoIterator<Item = Served>,
) -> Resource {
    Resource {
        path,
        allow,
        methods: methods.into_iter().collect(),
    }
}

macro_rules! methods {
    ($($name:ident => $method:ident;)*) => {
        $(
            /// The handler of this method, and what the reference tells of it.
            pub(crate) fn $name<H, Arguments>(handler: H, operation: fn() -> Operation) -> Served
            where
                H: Handler<Arguments>,
                Arguments: FromRequest + 'static,
                H::Output: Responder + 'static,
            {
                Served {
                    method: Method::$method,
                    route: web::$name().to(handler),
                    operation,
                }
            }
        )*
    };
}

methods! {
    get => GET;
    head => HEAD;
    post => POST;
    put => PUT;
    delete => DELETE;
}

/// Every served route.
pub fn routes() -> Vec<Route> {
    let routes = operations().into_iter();
    routes.map(|(method, path, _)| Route { method, path }).collect()
}

/// Every served route with what the reference tells of it.
pub(crate) fn operations() -> Vec<(Method, &'static str, Operation)> {
    let operations = table::all().into_iter().flat_map(|resource| {
        let path = resource.path;
        let methods = resource.methods.into_iter();
        methods.map(move |served| (served.method, path, (served.operation)()))
    });
    operations.collect()
}

/// Serves the table, and tells everything else in the dialect of its path.
pub(crate) fn configure(config: &mut ServiceConfig) {
    serve(config, table::all());
}

/// The same with the probes alone.
pub(crate) fn configure_probes(config: &mut ServiceConfig) {
    serve(config, table::probes());
}

fn serve(config: &mut ServiceConfig, table: Vec<Resource>) {
    for Resource { path, allow, methods } in table {
        let mut served = web::resource(path);
        for method in methods {
            served = served.route(method.route);
        }
        let other = move |request: HttpRequest| async move { problem::unknown_method(&request, allow) };
        config.service(served.default_service(web::to(other)));
    }
    config.default_service(web::to(problem::unknown_path));
}
