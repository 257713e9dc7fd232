//! Where calls go: what manifests, credentials and answers say of it.

use innkeeper_domain::accounts::ChannelFault;
use url::Url;

use super::{
    session::{CallError, Session},
    transport::Reply,
    vars::Vars,
};
use crate::manifest::request::{Host, Request};

impl Session {
    /// The address that a link is, if it may be called at all.
    pub(crate) fn link_target(&self, request: &Request, link: &str) -> Result<Url, CallError> {
        let Some(Host::Link(host)) = self.connector.manifest.hosts.get(&request.host) else {
            return Err(ChannelFault::Internal.into());
        };
        let wrong = || CallError::address(&host.key);
        let url = Url::parse(link).map_err(|_error| wrong())?;
        let is_sandbox = self
            .engine
            .sandbox
            .as_ref()
            .is_some_and(|sandbox| sandbox.origin() == url.origin());
        if is_sandbox || host.may_be(&url) {
            Ok(url)
        } else {
            Err(wrong())
        }
    }

    /// The address of a request, and its path as the vendor knows it.
    pub(crate) fn address(&self, request: &Request, vars: &Vars<'_>) -> Result<(Url, String), CallError> {
        let missing = || CallError::from(ChannelFault::Internal);
        let path = vars.path(&request.path).ok_or_else(missing)?;
        let slug = self.connector.slug();
        let origin = match (
            self.connector.manifest.hosts.get(&request.host),
            &self.engine.sandbox,
        ) {
            (None | Some(Host::Link(_)), _) => return Err(missing()),
            (Some(_), Some(sandbox)) => format!("{}/{slug}", sandbox.as_str().trim_end_matches('/')),
            (Some(Host::Fixed(origin)), None) => origin.get_ref().clone(),
            (Some(Host::Field { key, suffix }), None) => {
                let wrong = || CallError::address(key);
                let host = self.credentials.text(key.get_ref()).ok_or_else(wrong)?;
                format!("https://{}", vendor_host(host, suffix).ok_or_else(wrong)?)
            }
        };
        let url = Url::parse(&format!("{origin}{path}")).map_err(|_error| missing())?;
        Ok((url, path))
    }
}

/// The host that a credential names, if it is one of the vendor's: one label, or a name with the vendor's suffix.
fn vendor_host(given: &str, suffix: &str) -> Option<String> {
    let given = given.to_ascii_lowercase();
    let name = given.strip_suffix(suffix).unwrap_or(&given);
    let is_label = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    let fits =
        !name.is_empty() && name.bytes().all(is_label) && !name.starts_with('-') && !name.ends_with('-');
    fits.then(|| format!("{name}{suffix}"))
}

/// The address with `rel="next"` in a `Link` header.
pub(crate) fn next_link(reply: &Reply) -> Option<String> {
    // A comma may stand in an address, and no `<` may.
    reply.header("link")?.split('<').find_map(|link| {
        let (address, parameters) = link.split_once('>')?;
        let parameters = parameters.trim().trim_end_matches(',');
        let is_next = parameters.split(';').any(|parameter| {
            let parameter = parameter.trim().to_ascii_lowercase();
            parameter == "rel=\"next\"" || parameter == "rel=next"
        });
        is_next.then(|| address.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn only_hosts_of_the_vendor_are_called() {
        for (given, expected) in [
            ("acme", Some("acme.vendor.example")),
            ("ACME.vendor.example", Some("acme.vendor.example")),
            ("acme.evil.example", None),
            ("acme.vendor.example.evil.example", None),
            ("evil.example/acme.vendor.example", None),
            ("127.0.0.1", None),
            ("a.b.vendor.example", None),
            ("-acme", None),
            ("", None),
        ] {
            assert_eq!(
                vendor_host(given, ".vendor.example").as_deref(),
                expected,
                "{given}"
            );
        }
    }

    #[test]
    fn the_next_link_is_found_among_others() {
        for (header, expected) in [
            (
                "<https://a.example/x?page=2>; rel=\"next\"",
                Some("https://a.example/x?page=2"),
            ),
            (
                "<https://a.example/1>; rel=\"prev\", <https://a.example/3>; rel=next",
                Some("https://a.example/3"),
            ),
            ("<https://a.example/1>; rel=\"last\"", None),
            (
                "<https://a.example/x?ids=1,2>; rel=\"next\"",
                Some("https://a.example/x?ids=1,2"),
            ),
            (
                "<https://a.example/1>; rel=next, <https://a.example/2?a,b>; rel=last",
                Some("https://a.example/1"),
            ),
            ("nonsense", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("link", HeaderValue::from_str(header).unwrap());
            let reply = Reply {
                status: 200,
                headers,
                body: Vec::new(),
            };
            assert_eq!(next_link(&reply).as_deref(), expected, "{header}");
        }
    }
}
