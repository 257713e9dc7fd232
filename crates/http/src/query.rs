//! Query strings.

use actix_web::HttpRequest;

/// The most parameters that are looked at.
const MOST: usize = 100;
/// What is wrong with a query of more.
pub(crate) const TOO_MANY: &str = "the query has too many parameters";

/// The parameters of a query, decoded: brackets may have come raw or percent-encoded.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query of a request.
    ///
    /// # Errors
    ///
    /// What is wrong, for people, if there are too many parameters.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, &'static str> {
        let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
        let parameters: Vec<_> = pairs.into_owned().take(MOST + 1).collect();
        if parameters.len() > MOST {
            Err(TOO_MANY)
        } else {
            Ok(Self(parameters))
        }
    }

    /// The parameters, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The last value of a parameter.
    pub(crate) fn last(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The inner name of a bracketed parameter: `filter[role]` is `role` of `filter`.
pub(crate) fn within<'a>(name: &'a str, family: &str) -> Option<&'a str> {
    name.strip_prefix(family)?.strip_prefix('[')?.strip_suffix(']')
}
