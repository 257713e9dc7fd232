//! Links from one page to another, which lead back to the sandbox.

use url::form_urlencoded;

use crate::call::Call;

/// The request's own address with one query parameter set anew.
pub(super) fn with(call: &Call<'_>, slug: &str, name: &str, value: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, known) in call.query.iter().filter(|(key, _)| key != name) {
        query.append_pair(key, known);
    }
    query.append_pair(name, value);
    format!("{}/{slug}{}?{}", call.origin, call.path, query.finish())
}

/// What a request lists, apart from the parameters that name a place in the list.
pub(super) fn list(call: &Call<'_>, places: &[&str]) -> String {
    let mut name = call.path.to_owned();
    for (key, value) in call
        .query
        .iter()
        .filter(|(key, _)| !places.contains(&key.as_str()))
    {
        name.push(' ');
        name.push_str(key);
        name.push('=');
        name.push_str(value);
    }
    name
}
