//! Requests with everything filled in: address, headers, body, and the proof of whose call it is.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use innkeeper_domain::accounts::ChannelFault;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

use super::{
    session::{CallError, Session},
    sign::{self, Fresh},
    token::Access,
    transport::Outgoing,
    vars::Vars,
};
use crate::manifest::{
    auth::{Auth, Basic},
    request::{Body, Method, Request},
    template::Template,
};

impl Session {
    /// A request with everything filled in. Without `auth` it is one for a token.
    pub(crate) fn outgoing(
        &self,
        request: &Request,
        vars: &Vars<'_>,
        at: Option<Url>,
        auth: Option<(&Auth, Option<&Access>)>,
    ) -> Result<Outgoing, CallError> {
        let missing = || CallError::from(ChannelFault::Internal);
        let given = at.is_some();
        let (mut url, path) = match at {
            Some(url) => {
                let path = url.path().to_owned();
                (url, path)
            }
            None => self.address(request, vars)?,
        };
        if !given {
            let mut pairs = Vec::new();
            for (name, values) in &request.query {
                pairs.extend(
                    values
                        .0
                        .iter()
                        .filter_map(|value| Some((name.as_str(), vars.plain(value)?))),
                );
            }
            if !pairs.is_empty() {
                url.query_pairs_mut().extend_pairs(pairs);
            }
        }
        let mut headers = HeaderMap::new();
        for (name, value) in self.connector.manifest.headers.iter().chain(&request.headers) {
            if let Some(value) = vars.plain(value) {
                put(&mut headers, name, &value)?;
            }
        }
        let mut body = None;
        match &request.body {
            None => {}
            Some(Body::Form(fields)) => {
                let fields = fields
                    .iter()
                    .filter_map(|(name, value)| Some((name, vars.plain(value)?)));
                let form = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(fields)
                    .finish();
                put(&mut headers, "content-type", "application/x-www-form-urlencoded")?;
                body = Some(form.into_bytes());
            }
            Some(Body::Json(template)) => {
                let mut document = vars.json(template).ok_or_else(missing)?;
                if let (Some((Auth::JsonBody(own), _)), Some(members)) = (auth, document.as_object_mut())
                    && let Some(Value::Object(own)) = vars.json(own)
                {
                    members.extend(own);
                }
                put(&mut headers, "content-type", "application/json")?;
                body = Some(document.to_string().into_bytes());
            }
            Some(Body::Xml(template)) => {
                let own = match auth {
                    Some((Auth::XmlBody(own), _)) => Some(
                        vars.xml(own)
                            .ok_or_else(|| CallError::unfilled(own, &self.credentials))?,
                    ),
                    _ => None,
                };
                let vars = Vars {
                    auth: own.as_deref(),
                    ..vars.clone()
                };
                put(&mut headers, "content-type", "text/xml; charset=utf-8")?;
                body = Some(vars.xml(template).ok_or_else(missing)?.into_bytes());
            }
        }
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut outgoing = Outgoing {
            method,
            url,
            headers,
            body,
        };
        if let Some((auth, access)) = auth {
            self.prove(&mut outgoing, vars, auth, access, &path)?;
        }
        if !outgoing.headers.contains_key("accept") {
            outgoing.headers.insert("accept", HeaderValue::from_static("*/*"));
        }
        Ok(outgoing)
    }

    fn prove(
        &self,
        outgoing: &mut Outgoing,
        vars: &Vars<'_>,
        auth: &Auth,
        access: Option<&Access>,
        path: &str,
    ) -> Result<(), CallError> {
        let missing = || CallError::from(ChannelFault::Internal);
        let text = |template: &Template| {
            vars.plain(template)
                .ok_or_else(|| CallError::unfilled(template, &self.credentials))
        };
        let headers = &mut outgoing.headers;
        match auth {
            Auth::None {} | Auth::JsonBody(_) | Auth::XmlBody(_) => Ok(()),
            Auth::Header(named) => put(headers, &named.name, &text(&named.value)?),
            Auth::Bearer(token) => put(headers, "authorization", &format!("Bearer {}", text(token)?)),
            Auth::Basic(Basic { username, password }) => put(
                headers,
                "authorization",
                &basic(&text(username)?, &text(password)?),
            ),
            Auth::BasicKey(key) => {
                let key = BASE64_STANDARD.encode(text(key)?);
                put(headers, "authorization", &format!("Basic {key}"))
            }
            Auth::Query(named) => {
                outgoing
                    .url
                    .query_pairs_mut()
                    .append_pair(&named.name, &text(&named.value)?);
                Ok(())
            }
            Auth::Hmac(signed) => {
                let (key, secret) = (text(&signed.key)?, text(&signed.secret)?);
                let fresh = self.fresh().ok_or_else(missing)?;
                let body = outgoing.body.as_deref().unwrap_or_default();
                let method = outgoing.method.as_str();
                sign::sign(
                    headers,
                    (&key, &secret),
                    method,
                    &mut outgoing.url,
                    path,
                    body,
                    &fresh,
                )
                .ok_or_else(missing)
            }
            Auth::Oauth2Cc(_) | Auth::Oauth2Refresh(_) | Auth::Exchange(_) => {
                let access = access.ok_or_else(missing)?;
                put(headers, &access.header, &access.value)
            }
        }
    }

    fn fresh(&self) -> Option<Fresh> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).ok()?;
        let time = chrono::DateTime::from_timestamp_micros(self.now().as_micros())?;
        Some(Fresh {
            time: time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            nonce: uuid::Builder::from_random_bytes(bits).into_uuid().to_string(),
        })
    }
}

/// The value of an `Authorization` header for a name and a password.
pub(crate) fn basic(username: &str, password: &str) -> String {
    format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("{username}:{password}"))
    )
}

/// Sets a header; none of them is ever shown.
pub(crate) fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), CallError> {
    let wrong = || CallError::from(ChannelFault::InvalidCredentials);
    let name =
        HeaderName::from_bytes(name.as_bytes()).map_err(|_error| CallError::from(ChannelFault::Internal))?;
    // Only a credential can hold what no header may.
    let mut value = HeaderValue::from_str(value).map_err(|_error| wrong())?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}
