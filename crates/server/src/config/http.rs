//! The HTTP side: where it listens, how it is known outside, whom it trusts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde_json::Value as Json;
use url::Url;

use super::{
    Network, address,
    reader::{Reader, Shown},
};

const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The HTTP side.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    /// Where it listens; port 0 is any free one.
    pub(crate) listen: SocketAddr,
    /// How it is known outside, if that is said.
    public_url: Option<Url>,
    /// The origins whose pages may call it.
    pub(crate) cors_origins: Vec<String>,
    /// The proxies whose word about a caller's address counts.
    pub(crate) trusted_proxies: Vec<Network>,
}

impl Http {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let listen = reader.read("http.listen", DEFAULT, |raw| listen(raw.text()?));
        let http = Self {
            listen,
            public_url: reader.read_optional("http.public_url", |raw| address::service(raw.text()?)),
            cors_origins: reader.read("http.cors_origins", Vec::new(), |raw| {
                raw.list()?.into_iter().map(origin).collect()
            }),
            trusted_proxies: reader.read("http.trusted_proxies", Vec::new(), |raw| {
                raw.list()?.into_iter().map(str::parse).collect()
            }),
        };
        reader.show_instead("http.public_url", Json::from(http.public_url(listen)));
        http
    }

    /// The same on another address, known by that address.
    pub(super) fn listening_on(self, listen: SocketAddr) -> Self {
        Self {
            listen,
            public_url: None,
            ..self
        }
    }

    /// The prefix of all links, without a slash at its end. Unless it is set it follows from where the server really
    /// listens; a server on all addresses is then called by the local one.
    pub(crate) fn public_url(&self, bound: SocketAddr) -> String {
        if let Some(url) = &self.public_url {
            return address::prefix(url).to_owned();
        }
        let host = match bound.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(host, bound.port()))
    }
}

/// Reads an address to listen on.
pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    let wrong = "must be an address and a port such as 127.0.0.1:8080 or [::]:8080";
    text.parse().map_err(|_not_an_address| wrong.to_owned())
}

/// An origin exactly as browsers send it, since that is what it is compared with.
fn origin(text: &str) -> Result<String, String> {
    let wrong = || "must list origins such as https://app.example, without paths".to_owned();
    let origin = address::service(text).map_err(|_not_a_url| wrong())?.origin();
    if origin.ascii_serialization() == text {
        Ok(text.to_owned())
    } else {
        Err(wrong())
    }
}

impl Shown for SocketAddr {
    fn shown(&self) -> Json {
        Json::from(self.to_string())
    }
}
