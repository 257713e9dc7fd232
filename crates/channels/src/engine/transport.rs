//! Calls over the network: bounded in time and size, without redirects, and only to where the guard lets them.

use std::{error::Error, sync::Arc, time::Duration};

use innkeeper_domain::accounts::{ChannelFailure, ChannelFault};
use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use tokio::task::JoinSet;
use tracing::{Instrument, instrument::WithSubscriber};
use url::Url;

use super::guard::{Forbidden, Guard, GuardedResolver, Lookup};

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// The longest that one answer may take, whatever the caller's own limit.
const ANSWER_LIMIT: Duration = Duration::from_mins(1);
/// The most bytes of an answer, unpacked.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The most bytes that are set aside on the promise of a length.
const MOST_RESERVED: usize = 512 * 1024;

/// What is sent.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}

/// What comes back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The address is not one to call.
    Forbidden,
    /// No connection, no answer in time, or one that broke off.
    Unavailable,
    /// The answer is too large, or cannot be unpacked.
    Unfit,
}

impl From<Broken> for ChannelFailure {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Forbidden | Broken::Unavailable => ChannelFault::Unavailable.into(),
            Broken::Unfit => ChannelFault::BadResponse.into(),
        }
    }
}

/// The client that makes all calls.
pub(crate) struct Transport {
    client: Client,
    guard: Guard,
}

impl Transport {
    pub(crate) fn new(guard: Guard, lookup: Lookup) -> Result<Self, reqwest::Error> {
        // A second installation is refused and changes nothing: the first is the same.
        drop(rustls::crypto::ring::default_provider().install_default());
        let resolver = GuardedResolver {
            guard: guard.clone(),
            lookup,
        };
        let client = Client::builder()
            .user_agent(concat!("innkeeper/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_LIMIT)
            .timeout(ANSWER_LIMIT)
            .pool_max_idle_per_host(16)
            .no_proxy()
            .gzip(true)
            .dns_resolver(Arc::new(resolver))
            .build()?;
        Ok(Self { client, guard })
    }

    /// Makes a call to where it may go.
    pub(crate) async fn send(&self, outgoing: Outgoing) -> Result<Reply, Broken> {
        self.guard
            .check(&outgoing.url)
            .map_err(|Forbidden| Broken::Forbidden)?;
        let mut request = self
            .client
            .request(outgoing.method, outgoing.url)
            .headers(outgoing.headers);
        if let Some(body) = outgoing.body {
            request = request.body(body);
        }
        // Where the connection is served: the parts of an answer then wake nobody but each other. Whoever waits no longer
        // ends it.
        let mut call = JoinSet::new();
        call.spawn(read(request).in_current_span().with_current_subscriber());
        match call.join_next().await {
            Some(Ok(answer)) => answer,
            Some(Err(_)) | None => Err(Broken::Unavailable),
        }
    }
}

/// Makes a call and reads its answer to the end.
async fn read(request: RequestBuilder) -> Result<Reply, Broken> {
    let mut response = request.send().await.map_err(|error| broken(&error))?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    // As long as is promised, within reason: what grows is copied.
    let promised = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    let mut body = Vec::with_capacity(promised.unwrap_or_default().min(MOST_RESERVED));
    while let Some(part) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + part.len() > MOST_BYTES {
            return Err(Broken::Unfit);
        }
        body.extend_from_slice(&part);
    }
    Ok(Reply {
        status,
        headers,
        body,
    })
}

fn broken(error: &reqwest::Error) -> Broken {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Forbidden>() {
            return Broken::Forbidden;
        }
        // What cannot be unpacked is told as invalid data; a connection that ends too early is not.
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidInput) {
            return Broken::Unfit;
        }
        cause = error.source();
    }
    Broken::Unavailable
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::{SocketAddr, TcpListener},
        thread,
    };

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    /// Answers one request with these bytes; returns where.
    fn answering(answer: Vec<u8>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/x", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let read = stream.read(&mut [0; 4096]).unwrap();
            assert!(read > 0);
            // Whoever has heard enough hangs up.
            drop(stream.write_all(&answer));
        });
        url.parse().unwrap()
    }

    fn answer(head: &str, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    fn packed(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn send(transport: &Transport, url: Url) -> Result<(u16, usize), Broken> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let outgoing = Outgoing {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: None,
        };
        let reply = runtime.block_on(transport.send(outgoing))?;
        Ok((reply.status, reply.body.len()))
    }

    #[test]
    fn answers_are_bounded_and_redirects_are_not_followed() {
        let large = vec![b'a'; MOST_BYTES + 1];
        let fitting = packed(large.get(1..).unwrap());
        let gzip = "200 OK\r\ncontent-encoding: gzip";
        let mut cut = answer("200 OK", b"0123456789");
        cut.truncate(cut.len() - 5);
        for (bytes, expected) in [
            (answer("200 OK", b"0123456789"), Ok((200, 10))),
            (answer("200 OK", &large), Err(Broken::Unfit)),
            (answer(gzip, &packed(&large)), Err(Broken::Unfit)),
            (answer(gzip, &fitting), Ok((200, MOST_BYTES))),
            (
                answer("302 Found\r\nlocation: http://127.0.0.1:1/", b""),
                Ok((302, 0)),
            ),
            (cut, Err(Broken::Unavailable)),
        ] {
            let url = answering(bytes);
            let transport =
                Transport::new(Guard::new(Some(&url)), super::super::guard::system_lookup()).unwrap();
            assert_eq!(send(&transport, url), expected);
        }
    }

    #[test]
    fn names_that_lead_to_private_addresses_are_not_called() {
        for address in [
            "127.0.0.1:0",
            "10.1.2.3:0",
            "[::1]:0",
            "[fd00::1]:0",
            "169.254.169.254:0",
        ] {
            let address: SocketAddr = address.parse().unwrap();
            let lookup: Lookup = Arc::new(move |_| Ok(vec![address]));
            let transport = Transport::new(Guard::new(None), lookup).unwrap();
            let url: Url = "https://api.channel.example/v1".parse().unwrap();
            assert_eq!(send(&transport, url), Err(Broken::Forbidden), "{address}");
        }
        let transport = Transport::new(Guard::new(None), Arc::new(|_| Ok(Vec::new()))).unwrap();
        assert_eq!(
            send(&transport, "http://api.channel.example/".parse().unwrap()),
            Err(Broken::Forbidden)
        );
    }
}
