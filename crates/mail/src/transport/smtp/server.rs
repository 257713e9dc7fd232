//! The server: where it is, how it is talked to, and a connection to it.

use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
};

use lettre::transport::smtp::{
    authentication::{Credentials, Mechanism},
    client::{Certificate, SmtpConnection, TlsParameters},
    extension::ClientId,
};
use percent_encoding::percent_decode_str;
use url::Url;

use super::{
    fault::{Failure, Stage},
    session::Deadline,
};

/// No more addresses of a host than these are tried.
const MOST_ADDRESSES: usize = 4;

/// How a certificate begins in PEM.
const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Why a URL describes no SMTP server. It never repeats the URL, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpServerError {
    /// Neither of the two schemes.
    #[error("the scheme must be `smtp` or `smtps`")]
    Scheme,
    /// No name and no address.
    #[error("the host must be a name in ASCII or an address")]
    Host,
    /// More than scheme, login, host, port and `tls`.
    #[error("nothing may follow host and port but `?tls=required` or `?tls=none`")]
    Extra,
    /// Only half of a login, or one that is not UTF-8.
    #[error("user and password must both be there, percent-encoded")]
    Login,
    /// `smtps` without encryption.
    #[error("`smtps` is always encrypted")]
    Contradiction,
    /// The certificates to trust can not be read.
    #[error("the trusted certificates can not be read")]
    Certificates,
}

/// How the connection is encrypted.
enum Encryption {
    None,
    StartTls(TlsParameters),
    Wrapped(TlsParameters),
}

pub(crate) struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    /// Whom we say we are: the domain of the sender. The machine's name is nobody's business.
    hello: ClientId,
}

impl Server {
    pub(crate) fn new(url: &Url, authorities: Option<&[u8]>, domain: &str) -> Result<Self, SmtpServerError> {
        let wrapped = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return Err(SmtpServerError::Scheme),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(SmtpServerError::Extra);
        }
        let host = host(url)?;
        let required = match url.query() {
            None => wrapped || !is_this_machine(&host),
            Some("tls=required") => true,
            Some("tls=none") if wrapped => return Err(SmtpServerError::Contradiction),
            Some("tls=none") => false,
            Some(_) => return Err(SmtpServerError::Extra),
        };
        let encryption = if wrapped {
            Encryption::Wrapped(tls(&host, authorities)?)
        } else if required {
            Encryption::StartTls(tls(&host, authorities)?)
        } else {
            Encryption::None
        };
        Ok(Self {
            port: url.port().unwrap_or(if wrapped { 465 } else { 587 }),
            host,
            encryption,
            credentials: credentials(url)?,
            hello: ClientId::Domain(domain.to_owned()),
        })
    }

    /// A connection that is ready for a mail.
    pub(crate) fn connect(&self, deadline: Deadline) -> Result<SmtpConnection, Failure> {
        let mut connection = self.greeted(deadline)?;
        if let Encryption::StartTls(parameters) = &self.encryption {
            if !connection.can_starttls() {
                return Err(Failure::refused(Stage::Encryption));
            }
            deadline.limit(&mut connection, Stage::Encryption)?;
            connection
                .starttls(parameters, &self.hello)
                .map_err(|error| Failure::of(&error, Stage::Encryption))?;
        }
        if let Some(credentials) = &self.credentials {
            deadline.limit(&mut connection, Stage::Login)?;
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], credentials)
                .map_err(|error| Failure::of(&error, Stage::Login))?;
        }
        Ok(connection)
    }

    /// The first address that answers, after greeting and `EHLO`.
    fn greeted(&self, deadline: Deadline) -> Result<SmtpConnection, Failure> {
        let parameters = match &self.encryption {
            Encryption::Wrapped(parameters) => Some(parameters),
            Encryption::None | Encryption::StartTls(_) => None,
        };
        let addresses = (self.host.as_str(), self.port)
            .to_socket_addrs()
            .map_err(|_not_resolved| Failure::unreachable(Stage::Connection))?;
        let mut failure = Failure::unreachable(Stage::Connection);
        for address in addresses.take(MOST_ADDRESSES) {
            let step = deadline.step(Stage::Connection)?;
            let address: SocketAddr = address;
            match SmtpConnection::connect(address, Some(step), &self.hello, parameters, None) {
                Ok(connection) => return Ok(connection),
                Err(error) => failure = Failure::of(&error, Stage::Connection),
            }
        }
        Err(failure)
    }
}

/// The host in the form that sockets and certificates know it by.
fn host(url: &Url) -> Result<String, SmtpServerError> {
    let host = url.host_str().unwrap_or_default();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host = bare.unwrap_or(host).to_ascii_lowercase();
    let named = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let is_host = host.parse::<IpAddr>().is_ok() || (!host.is_empty() && host.bytes().all(named));
    is_host.then_some(host).ok_or(SmtpServerError::Host)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn tls(host: &str, authorities: Option<&[u8]>) -> Result<TlsParameters, SmtpServerError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(pem) = authorities {
        // A text without any certificate would be read as none, and trust nobody.
        let certificate = pem
            .windows(BEGIN.len())
            .any(|part| part == BEGIN)
            .then(|| Certificate::from_pem(pem).ok())
            .flatten()
            .ok_or(SmtpServerError::Certificates)?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().ok().ok_or(SmtpServerError::Certificates)
}

fn credentials(url: &Url) -> Result<Option<Credentials>, SmtpServerError> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().ok();
        text.map(Cow::into_owned).ok_or(SmtpServerError::Login)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(SmtpServerError::Login),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}
