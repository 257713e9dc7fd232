//! Tokens that channels issue: one for check and import together, renewed by one at a time in all processes, and
//! kept before it is used.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, CredentialValue, Credentials},
    ports::{ChannelToken, ChannelTokens, TokenKey},
    time::Timestamp,
};
use serde_json::Value;
use tracing::{Instrument, instrument::WithSubscriber};
use zeroize::Zeroizing;

use super::{
    budget::off_thread,
    outgoing::{basic, put},
    session::{CallError, Session, token_key},
    token_doc::{Doc, doc_of, text_at},
    transport::Outgoing,
    vars::Vars,
};
use crate::manifest::{
    auth::{Auth, ClientAuth, Issued, Once},
    limits::Calls,
    path::Path,
    request::{Method, Request},
    template::Template,
};

/// How long one may take to renew a token before others may try.
const RENEWAL: Duration = Duration::from_secs(30);
/// How long to wait for somebody else's renewal.
const PATIENCE: Duration = Duration::from_secs(15);
const GLANCE: Duration = Duration::from_millis(200);
/// How long a refresh token is kept; channels tell no end, and refuse it when it comes.
const REFRESH_LIFE: Duration = Duration::from_hours(24 * 365);

/// A token, ready to be sent.
pub(crate) struct Access {
    pub(crate) header: String,
    pub(crate) value: Zeroizing<String>,
    pub(crate) version: u64,
}

type Held = Arc<tokio::sync::Mutex<Option<(u64, Doc)>>>;

/// The tokens of this process.
pub(crate) struct Tokens {
    pub(crate) port: Arc<dyn ChannelTokens>,
    held: Mutex<HashMap<TokenKey, Held>>,
}

impl Tokens {
    pub(crate) fn new(port: Arc<dyn ChannelTokens>) -> Self {
        Self {
            port,
            held: Mutex::default(),
        }
    }

    fn held(&self, key: TokenKey) -> Held {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() > 4_096 {
            // Those that nobody uses now are found again in the store.
            held.retain(|_, one| Arc::strong_count(one) > 1);
        }
        Arc::clone(held.entry(key).or_default())
    }
}

impl Auth {
    /// Whether calls carry a token that the channel issues.
    pub(crate) const fn issues_tokens(&self) -> bool {
        matches!(
            self,
            Self::Oauth2Cc(_) | Self::Oauth2Refresh(_) | Self::Exchange(_)
        )
    }

    fn issued(&self) -> Option<&Issued> {
        match self {
            Self::Oauth2Cc(cc) => Some(&cc.issued),
            Self::Oauth2Refresh(refresh) => Some(&refresh.issued),
            Self::Exchange(exchange) => Some(&exchange.issued),
            _ => None,
        }
    }

    /// The refresh token that the account was added with, and where an answer has the next one.
    fn refresh(&self) -> (Option<&Template>, Option<&Path>) {
        match self {
            Self::Oauth2Refresh(refresh) => (Some(&refresh.refresh_token), refresh.rotated.as_ref()),
            Self::Exchange(exchange) => (exchange.refresh_token.as_ref(), exchange.rotated.as_ref()),
            _ => (None, None),
        }
    }
}

/// Whether a token can be used, and is not the one that was refused.
fn fits(refused: Option<u64>, version: u64, doc: &Doc, now: Timestamp) -> bool {
    refused.is_none_or(|refused| version > refused) && doc.is_usable(now)
}

impl Session {
    /// A token that works, as far as is known: one above the version that was refused, if any was.
    pub(crate) async fn access(&self, refused: Option<u64>) -> Result<Access, CallError> {
        let held = self.engine.tokens.held(self.key);
        let mut held = held.lock().await;
        let fits = |version: u64, doc: &Doc| fits(refused, version, doc, self.now());
        if let Some((version, doc)) = held.as_ref().filter(|(version, doc)| fits(*version, doc)) {
            return self.ready(*version, doc).await;
        }
        let mut waited = Duration::ZERO;
        loop {
            let stored = self.stored().await?;
            if let Some((version, doc)) = stored.filter(|(version, doc)| fits(*version, doc)) {
                let access = self.ready(version, &doc).await;
                *held = Some((version, doc));
                return access;
            }
            let (port, tenant, key, now) = (
                Arc::clone(&self.engine.tokens.port),
                self.tenant,
                self.key,
                self.now(),
            );
            if off_thread(move || port.begin_renewal(tenant, key, now, now + RENEWAL)).await? {
                // On a task of its own, so that a token which was issued is kept even if the caller waits no longer.
                let session = self.clone();
                let renewal = async move { session.renew(refused).await };
                let renewal = tokio::spawn(renewal.in_current_span().with_current_subscriber());
                let (version, doc) = renewal
                    .await
                    .map_err(|_crashed| CallError::from(ChannelFault::Internal))??;
                let access = self.ready(version, &doc).await;
                *held = Some((version, doc));
                return access;
            }
            if waited >= PATIENCE {
                return Err(ChannelFault::Unavailable.into());
            }
            tokio::time::sleep(GLANCE).await;
            waited += GLANCE;
        }
    }

    /// What a code that works once was exchanged for; `None` before its first call.
    pub(crate) async fn refresh_token(&self) -> Option<Zeroizing<String>> {
        let held = self.engine.tokens.held(self.key);
        let held = held.lock().await;
        held.as_ref()
            .and_then(|(_, doc)| doc.refresh.clone())
            .map(Zeroizing::new)
    }

    async fn ready(&self, version: u64, doc: &Doc) -> Result<Access, CallError> {
        let missing = || CallError::from(ChannelFault::Internal);
        let settles = Timestamp::from_micros(doc.from).since(self.now());
        // Even a sleep of no time ends with the timer's next tick only, a millisecond later.
        if !settles.is_zero() {
            tokio::time::sleep(settles).await;
        }
        let send = &self.auth()?.issued().ok_or_else(missing)?.send;
        let token = doc.access.as_deref().ok_or_else(missing)?;
        Ok(Access {
            header: send.header.clone(),
            value: Zeroizing::new(format!("{}{token}", send.prefix)),
            version,
        })
    }

    async fn stored(&self) -> Result<Option<(u64, Doc)>, ChannelFailure> {
        let (port, tenant, key) = (Arc::clone(&self.engine.tokens.port), self.tenant, self.key);
        let stored = off_thread(move || port.load(tenant, key)).await?;
        Ok(stored.map(|token| (token.version, Doc::read(&token))))
    }

    /// Has a token issued and keeps it. What comes of a failure is kept too: it ends the renewal.
    async fn renew(self, refused: Option<u64>) -> Result<(u64, Doc), CallError> {
        // Somebody else's renewal may have ended just before this one began.
        let stored = self.stored().await?;
        let before = stored.as_ref().map_or(0, |(version, _)| *version);
        if let Some((_, doc)) = stored
            .as_ref()
            .filter(|(version, doc)| fits(refused, *version, doc, self.now()))
        {
            self.keep(self.key, before + 1, doc).await?;
            return Ok((before + 1, doc.clone()));
        }
        let refresh = stored.as_ref().and_then(|(_, doc)| doc.refresh.clone());
        let issued = tokio::time::timeout(RENEWAL, self.issue(refresh.clone())).await;
        let issued = issued.unwrap_or_else(|_| Err(ChannelFault::Unavailable.into()));
        let version = before + 1;
        match issued {
            Ok(doc) => {
                self.keep(self.key, version, &doc).await?;
                Ok((version, doc))
            }
            Err(error) => {
                let mut none = Doc::default();
                none.refresh = refresh;
                self.keep(self.key, version, &none).await?;
                Err(error)
            }
        }
    }

    async fn keep(&self, key: TokenKey, version: u64, doc: &Doc) -> Result<(), ChannelFailure> {
        let content = serde_json::to_string(doc).map_err(|_error| ChannelFault::Internal)?;
        let expires_at = match &doc.refresh {
            Some(_) => self.now() + REFRESH_LIFE,
            None => Timestamp::from_micros(doc.until).max(self.now()),
        };
        let token = ChannelToken {
            content: Zeroizing::new(content),
            expires_at,
            version,
        };
        let (port, tenant) = (Arc::clone(&self.engine.tokens.port), self.tenant);
        off_thread(move || port.save(tenant, key, &token)).await
    }

    async fn issue(&self, refresh: Option<String>) -> Result<Doc, CallError> {
        let auth = self.auth()?;
        let (given, rotated) = auth.refresh();
        if let Auth::Exchange(exchange) = auth
            && let Some(once) = exchange.once.as_ref().filter(|_| refresh.is_none())
        {
            return self.use_up(once, &exchange.issued).await;
        }
        let vars = self.vars();
        let in_force = refresh.clone().or_else(|| vars.plain(given?));
        let vars = Vars {
            refresh: in_force.as_deref(),
            ..vars
        };
        let (request, outgoing) = self.token_request(auth, &vars)?;
        let answer = self.exchange(&request, outgoing, Calls::Token, None).await?;
        let answer = answer.map_err(|verdict| verdict.failure)?.document;
        let issued = auth.issued().ok_or(ChannelFault::Internal)?;
        let mut doc = doc_of(issued, &answer, self.now())?;
        doc.refresh = rotated.and_then(|path| text_at(path, &answer)).or(refresh);
        Ok(doc)
    }

    /// Exchanges a code that works once. What came of it is kept for the credentials that take the code's place, too.
    async fn use_up(&self, once: &Once, issued: &Issued) -> Result<Doc, CallError> {
        let outgoing = self.outgoing(&once.request, &self.vars(), None, None)?;
        let answer = self.exchange(&once.request, outgoing, Calls::Token, None).await?;
        let answer = answer.map_err(|verdict| verdict.failure)?.document;
        let mut doc = doc_of(issued, &answer, self.now())?;
        let refresh = text_at(&once.refresh_token, &answer).ok_or(ChannelFault::BadResponse)?;
        let credentials = exchanged(once, &refresh);
        doc.refresh = Some(refresh);
        let key = token_key(&self.engine, &self.connector, self.tenant, &credentials);
        self.keep(key, 1, &doc).await?;
        Ok(doc)
    }

    /// The request for a token. Only its path and form are needed afterwards, so the standard ones get one made up.
    fn token_request(&self, auth: &Auth, vars: &Vars<'_>) -> Result<(Request, Outgoing), CallError> {
        let missing = || CallError::from(ChannelFault::Internal);
        let text = |template: &Template| {
            vars.plain(template)
                .ok_or_else(|| CallError::unfilled(template, &self.credentials))
        };
        let (host, path, id, secret, how, params, mut fields) = match auth {
            Auth::Exchange(exchange) => {
                let outgoing = self.outgoing(&exchange.request, vars, None, None)?;
                return Ok((exchange.request.clone(), outgoing));
            }
            Auth::Oauth2Cc(cc) => {
                let fields = vec![("grant_type", "client_credentials".to_owned())];
                (
                    &cc.host,
                    &cc.path,
                    &cc.client_id,
                    &cc.client_secret,
                    cc.client_auth,
                    &cc.params,
                    fields,
                )
            }
            Auth::Oauth2Refresh(own) => {
                let refresh = vars.refresh.ok_or_else(missing)?.to_owned();
                let fields = vec![
                    ("grant_type", "refresh_token".to_owned()),
                    ("refresh_token", refresh),
                ];
                (
                    &own.host,
                    &own.path,
                    &own.client_id,
                    &own.client_secret,
                    own.client_auth,
                    &own.params,
                    fields,
                )
            }
            _ => return Err(missing()),
        };
        let request = Request::bare(host, Method::Post, path.clone());
        let mut outgoing = self.outgoing(&request, vars, None, None)?;
        let (id, secret) = (text(id)?, text(secret)?);
        if how == ClientAuth::Basic {
            put(&mut outgoing.headers, "authorization", &basic(&id, &secret))?;
        } else {
            fields.extend([("client_id", id), ("client_secret", secret)]);
        }
        for (name, value) in params {
            fields.push((name, text(value)?));
        }
        let (kind, body) = if how == ClientAuth::Json {
            let members = fields
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.into()));
            ("application/json", Value::Object(members.collect()).to_string())
        } else {
            let form = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(fields)
                .finish();
            ("application/x-www-form-urlencoded", form)
        };
        put(&mut outgoing.headers, "content-type", kind)?;
        outgoing.body = Some(body.into_bytes());
        Ok((request, outgoing))
    }
}

/// The credentials that take the place of a code that works once.
pub(crate) fn exchanged(once: &Once, refresh: &str) -> Credentials {
    let value = CredentialValue::Text(Zeroizing::new(refresh.to_owned()));
    Credentials {
        set: once.set.get_ref().clone(),
        values: [(once.field.get_ref().clone(), value)].into(),
    }
}
