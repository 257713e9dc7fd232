//! Calls for one account: addressed, paid for, signed, judged, and once more with a fresh token if that may help.

use std::{sync::Arc, time::Instant};

use innkeeper_domain::{
    accounts::{
        ChannelFailure, ChannelFault, CredentialCode, CredentialProblem, CredentialValue, Credentials,
        Urgency,
    },
    ids::TenantId,
    ports::TokenKey,
    time::Timestamp,
};
use serde_json::Value;
use toml::Spanned;
use url::Url;

use super::{
    Connector, Engine,
    address::next_link,
    budget::Caller,
    decode, judge,
    sign::{hex, keyed},
    transport::{Broken, Outgoing},
    vars::Vars,
};
use crate::manifest::{
    auth::Auth,
    limits::Calls,
    link::Link,
    request::{Host, Request},
    template::{Hole, Template},
};

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// The channel refused or failed.
    Failed(ChannelFailure),
    /// A credential is missing after all, or names an address that must not be called.
    Wrong(CredentialProblem),
}

impl CallError {
    pub(crate) fn address(key: &Spanned<String>) -> Self {
        Self::Wrong(CredentialProblem {
            key: key.get_ref().clone(),
            code: CredentialCode::Format,
        })
    }

    /// A template that cannot be filled, where it must be.
    pub(crate) fn unfilled(template: &Template, credentials: &Credentials) -> Self {
        let missing = template.holes().find_map(|hole| match hole {
            Hole::Credential(key) if !credentials.values.contains_key(key) => Some(key.clone()),
            _ => None,
        });
        match missing {
            Some(key) => Self::Wrong(CredentialProblem {
                key,
                code: CredentialCode::Missing,
            }),
            None => ChannelFault::Internal.into(),
        }
    }
}

impl From<ChannelFailure> for CallError {
    fn from(failure: ChannelFailure) -> Self {
        Self::Failed(failure)
    }
}

impl From<ChannelFault> for CallError {
    fn from(fault: ChannelFault) -> Self {
        Self::Failed(fault.into())
    }
}

impl From<CallError> for ChannelFailure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Failed(failure) => failure,
            CallError::Wrong(_) => ChannelFault::Unavailable.into(),
        }
    }
}

/// An answer that was judged good.
pub(crate) struct Good {
    pub(crate) document: Value,
    /// The address of the next page in its `Link` header.
    pub(crate) link: Option<String>,
}

/// One account, for the time of one use.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) engine: Arc<Engine>,
    pub(crate) connector: Arc<Connector>,
    pub(crate) tenant: TenantId,
    pub(crate) credentials: Credentials,
    pub(crate) urgency: Urgency,
    /// Under which its token is kept.
    pub(crate) key: TokenKey,
    /// Under which its calls are counted; the same for all tenants.
    budget_key: String,
}

/// The bytes of all credentials, each kept apart.
fn identity(credentials: &Credentials) -> Vec<&[u8]> {
    let values = credentials.values.iter().flat_map(|(key, value)| {
        let texts = match value {
            CredentialValue::Text(text) => vec![text.as_bytes()],
            CredentialValue::List(texts) => texts.iter().map(|text| text.as_bytes()).collect(),
        };
        std::iter::once(key.as_bytes()).chain(texts)
    });
    std::iter::once(credentials.set.as_bytes())
        .chain(values)
        .collect()
}

impl Session {
    pub(crate) fn new(
        engine: &Arc<Engine>,
        connector: &Arc<Connector>,
        tenant: TenantId,
        credentials: &Credentials,
        urgency: Urgency,
    ) -> Self {
        let budget_key = {
            let slug = connector.manifest.channel.slug.get_ref().as_str().as_bytes();
            let parts: Vec<_> = [&b"budget"[..], slug]
                .into_iter()
                .chain(identity(credentials))
                .collect();
            let hash = keyed(&engine.fingerprint_key[..], &parts);
            hex(hash.first_chunk::<8>().map_or(&[], |chunk| &chunk[..]))
        };
        Self {
            engine: Arc::clone(engine),
            connector: Arc::clone(connector),
            tenant,
            credentials: credentials.clone(),
            urgency,
            key: token_key(engine, connector, tenant, credentials),
            budget_key,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.engine.clock.now()
    }

    pub(crate) fn vars(&self) -> Vars<'_> {
        Vars::new(&self.credentials, self.connector.integrator.as_ref(), self.now())
    }

    pub(crate) fn auth(&self) -> Result<&Auth, ChannelFailure> {
        let auth = self.connector.manifest.auth_of(&self.credentials.set);
        auth.ok_or_else(|| ChannelFault::Unsupported.into())
    }

    fn caller<'a>(&'a self, calls: Calls, listing: Option<&'a str>) -> Caller<'a> {
        Caller {
            channel: self.connector.manifest.channel.slug.get_ref(),
            groups: &self.connector.groups,
            key: &self.budget_key,
            listing,
            urgency: self.urgency,
            calls,
        }
    }

    /// Makes a call for data, at its own address or at one that the channel or the account names.
    pub(crate) async fn call(
        &self,
        request: &Request,
        vars: &Vars<'_>,
        at: Option<Url>,
    ) -> Result<Good, CallError> {
        let auth = self.auth()?;
        let mut refused = None;
        loop {
            let access = if auth.issues_tokens() {
                Some(self.access(refused).await?)
            } else {
                None
            };
            let outgoing = self.outgoing(request, vars, at.clone(), Some((auth, access.as_ref())))?;
            let reply = self.exchange(request, outgoing, Calls::Api, vars.listing).await?;
            match reply {
                Ok(good) => return Ok(good),
                // Once: what a fresh token does not help with is a refusal.
                Err(verdict) => match access.filter(|_| verdict.renew && refused.is_none()) {
                    Some(access) => refused = Some(access.version),
                    None => return Err(verdict.failure.into()),
                },
            }
        }
    }

    /// Sends what is ready to go, and judges what comes back.
    pub(crate) async fn exchange(
        &self,
        request: &Request,
        outgoing: Outgoing,
        calls: Calls,
        listing: Option<&str>,
    ) -> Result<Result<Good, judge::Verdict>, CallError> {
        let caller = self.caller(calls, listing);
        let budgets = &self.engine.budgets;
        budgets.spend(&caller, || self.now()).await?;
        let began = Instant::now();
        let method = outgoing.method.clone();
        let sent = self.engine.transport.send(outgoing).await;
        let status = sent.as_ref().map_or(0, |reply| reply.status);
        tracing::debug!(
            channel = self.connector.slug(), %method, path = request.path.pattern(), status,
            ms = began.elapsed().as_millis(), "called a channel"
        );
        let reply = match sent {
            Ok(reply) => reply,
            Err(Broken::Forbidden) => return Err(self.forbidden(request)),
            Err(broken) => return Err(CallError::Failed(broken.into())),
        };
        budgets.settle(&caller, &reply, self.now()).await?;
        let document = decode::document(&reply, request.answer, &request.wanted);
        let manifest = &self.connector.manifest;
        let mut verdict = judge::judge(manifest, calls, &reply, document.as_ref(), self.now());
        if let Some(verdict) = verdict
            .as_mut()
            .filter(|it| it.failure.fault == ChannelFault::RateLimited)
        {
            let wait = budgets
                .block(&caller, verdict.failure.retry_after, self.now())
                .await?;
            verdict.failure.retry_after = Some(wait);
        }
        Ok(match (verdict, document) {
            (None, Some(document)) => Ok(Good {
                document,
                link: next_link(&reply),
            }),
            (Some(verdict), _) => Err(verdict),
            (None, None) => Err(judge::Verdict {
                failure: ChannelFault::BadResponse.into(),
                renew: false,
            }),
        })
    }

    /// An address that must not be called: the caller's mistake if a credential named it.
    fn forbidden(&self, request: &Request) -> CallError {
        match self.connector.manifest.hosts.get(&request.host) {
            Some(Host::Field { key, .. } | Host::Link(Link { key, .. })) => CallError::address(key),
            Some(Host::Fixed(_)) | None => ChannelFault::Unavailable.into(),
        }
    }
}

/// Under which the token of these credentials is kept: check and import find the same one.
pub(crate) fn token_key(
    engine: &Engine,
    connector: &Connector,
    tenant: TenantId,
    credentials: &Credentials,
) -> TokenKey {
    let tenant = tenant.uuid();
    let parts: Vec<_> = [&b"token"[..], tenant.as_bytes(), connector.slug().as_bytes()]
        .into_iter()
        .chain(identity(credentials))
        .collect();
    let hash = keyed(&engine.fingerprint_key[..], &parts);
    TokenKey(hash.first_chunk::<16>().copied().unwrap_or_default())
}
