//! How calls prove whose they are: one table `[auth.NAME.KIND]` for each way that a credential set uses.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{
    path::Path,
    request::Request,
    template::{JsonTemplate, Template},
};

/// A way to prove whose a call is.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Auth {
    /// Nothing is sent: the secret is in the link.
    None {},
    /// A header, such as `user-api-key`; a prefix stands in the value.
    Header(Named),
    /// `Authorization: Bearer ..`.
    Bearer(Template),
    /// HTTP basic.
    Basic(Basic),
    /// `Authorization: Basic ..` of one key alone, without a colon.
    BasicKey(Template),
    /// A parameter of the query.
    Query(Named),
    /// Members that each JSON body gets.
    JsonBody(JsonTemplate),
    /// What stands in the `${auth}` of each XML body; values in holes are escaped.
    XmlBody(Template),
    /// Smoobu's signature over method, path, query, time, a nonce and the body.
    Hmac(Signed),
    /// A token for client id and secret.
    Oauth2Cc(Box<ClientCredentials>),
    /// A token for a refresh token, which may be replaced each time.
    Oauth2Refresh(Box<Renewal>),
    /// A token by a request of the channel's own making; a code that works once may come first.
    Exchange(Box<Exchange>),
}

/// A name and a value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) value: Template,
}

/// A name and a password.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Basic {
    pub(crate) username: Template,
    pub(crate) password: Template,
}

/// A key, and the secret that it signs with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signed {
    pub(crate) key: Template,
    pub(crate) secret: Template,
}

/// How a client names itself to a token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientAuth {
    /// `client_id` and `client_secret` in the form.
    Form,
    /// HTTP basic.
    Basic,
    /// In a JSON body, with the other parameters.
    Json,
}

/// When a token ends.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expiry {
    /// So many seconds from now, says the answer.
    Seconds(Path),
    /// At this instant, says the answer: RFC 3339, or seconds since 1970.
    At(Path),
    /// So many seconds after it was issued, always.
    After(u64),
}

/// The header that a token is sent in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Send {
    pub(crate) header: String,
    #[serde(default)]
    pub(crate) prefix: String,
}

/// What is the same of all tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issued {
    /// Where the token stands in the answer.
    #[serde(default = "access_token")]
    pub(crate) token: Path,
    /// When it ends.
    #[serde(default = "expires_in")]
    pub(crate) expiry: Expiry,
    /// How long it takes to become valid, in milliseconds.
    #[serde(default)]
    pub(crate) settle_ms: u64,
    /// The header that it is sent in; `Authorization: Bearer` unless said.
    #[serde(default = "as_bearer")]
    pub(crate) send: Send,
}

impl Default for Issued {
    fn default() -> Self {
        Self {
            token: access_token(),
            expiry: expires_in(),
            settle_ms: 0,
            send: as_bearer(),
        }
    }
}

fn access_token() -> Path {
    Path::member("access_token")
}

fn expires_in() -> Expiry {
    Expiry::Seconds(Path::member("expires_in"))
}

fn as_bearer() -> Send {
    Send {
        header: "authorization".to_owned(),
        prefix: "Bearer ".to_owned(),
    }
}

/// OAuth 2 client credentials.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientCredentials {
    #[serde(default = "api")]
    pub(crate) host: String,
    pub(crate) path: Template,
    pub(crate) client_id: Template,
    pub(crate) client_secret: Template,
    pub(crate) client_auth: ClientAuth,
    /// Further parameters, such as `scope`.
    #[serde(default)]
    pub(crate) params: BTreeMap<String, Template>,
    #[serde(default)]
    pub(crate) issued: Issued,
}

/// An OAuth 2 refresh token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Renewal {
    #[serde(default = "api")]
    pub(crate) host: String,
    pub(crate) path: Template,
    pub(crate) client_id: Template,
    pub(crate) client_secret: Template,
    pub(crate) client_auth: ClientAuth,
    /// The refresh token that the account was added with.
    pub(crate) refresh_token: Template,
    #[serde(default)]
    pub(crate) params: BTreeMap<String, Template>,
    /// Where the answer has the next refresh token, if it is replaced.
    pub(crate) rotated: Option<Path>,
    #[serde(default)]
    pub(crate) issued: Issued,
}

/// A token by a request of the channel's own making.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    /// The request; `${refresh}` is the refresh token in force.
    pub(crate) request: Request,
    /// The refresh token that the account was added with.
    pub(crate) refresh_token: Option<Template>,
    /// Where the answer has the next refresh token, if it is replaced.
    pub(crate) rotated: Option<Path>,
    /// A code that works once: what it is exchanged for is kept in its place.
    pub(crate) once: Option<Once>,
    #[serde(default)]
    pub(crate) issued: Issued,
}

/// What a code that works once is exchanged for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Once {
    /// The request that uses the code up.
    pub(crate) request: Request,
    /// Where its answer has the refresh token.
    pub(crate) refresh_token: Path,
    /// The credential set that the account has from then on.
    pub(crate) set: Spanned<String>,
    /// The field of that set which takes the refresh token.
    pub(crate) field: Spanned<String>,
}

fn api() -> String {
    "api".to_owned()
}

impl Auth {
    /// Shows `visit` every template in it.
    pub(crate) fn each_template<'t>(&'t self, visit: &mut dyn FnMut(&'t Template)) {
        match self {
            Self::None {} => {}
            Self::Header(named) | Self::Query(named) => visit(&named.value),
            Self::Bearer(template) | Self::BasicKey(template) | Self::XmlBody(template) => visit(template),
            Self::Basic(basic) => [&basic.username, &basic.password].into_iter().for_each(visit),
            Self::JsonBody(json) => json.each_template(visit),
            Self::Hmac(signed) => [&signed.key, &signed.secret].into_iter().for_each(visit),
            Self::Oauth2Cc(cc) => {
                [&cc.path, &cc.client_id, &cc.client_secret]
                    .into_iter()
                    .for_each(&mut *visit);
                cc.params.values().for_each(visit);
            }
            Self::Oauth2Refresh(refresh) => {
                let own = [
                    &refresh.path,
                    &refresh.client_id,
                    &refresh.client_secret,
                    &refresh.refresh_token,
                ];
                own.into_iter().for_each(&mut *visit);
                refresh.params.values().for_each(visit);
            }
            Self::Exchange(exchange) => {
                exchange.request.each_template(visit);
                exchange.refresh_token.iter().for_each(&mut *visit);
                if let Some(once) = &exchange.once {
                    once.request.each_template(visit);
                }
            }
        }
    }

    /// The hosts that it calls.
    pub(crate) fn hosts(&self) -> Vec<&str> {
        match self {
            Self::Oauth2Cc(cc) => vec![&cc.host],
            Self::Oauth2Refresh(refresh) => vec![&refresh.host],
            Self::Exchange(exchange) => {
                let once = exchange.once.as_ref().map(|once| once.request.host.as_str());
                once.into_iter().chain([exchange.request.host.as_str()]).collect()
            }
            _ => Vec::new(),
        }
    }
}
