//! The check: whether credentials work, and whose they are.

use std::sync::Arc;

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, CredentialValue, Credentials, RemoteAccount, Urgency},
    ports::{CheckError, CheckRequest},
};
use url::Url;
use zeroize::Zeroizing;

use super::{
    Connector, Engine, convert,
    scene::Scene,
    session::{CallError, Session, token_key},
    sign::{hex, keyed},
    token,
};
use crate::manifest::{
    auth::Auth,
    check::{Check, Identity},
    link::Link,
    path::Paths,
    request::Host,
};

impl From<CallError> for CheckError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Failed(failure) => Self::Failed(failure),
            CallError::Wrong(problem) => Self::Wrong(vec![problem]),
        }
    }
}

/// Asks the channel.
pub(crate) async fn check(
    engine: &Arc<Engine>,
    connector: &Arc<Connector>,
    request: &CheckRequest,
) -> Result<RemoteAccount, CheckError> {
    let failed = |fault: ChannelFault| CheckError::Failed(ChannelFailure::from(fault));
    let check = connector
        .manifest
        .check
        .as_ref()
        .ok_or_else(|| failed(ChannelFault::Unsupported))?;
    let session = Session::new(
        engine,
        connector,
        request.tenant,
        &request.credentials,
        Urgency::Person,
    );
    let mut document = serde_json::Value::Null;
    // Of an account that is a list of links, each must work.
    for at in session.targets(check)? {
        document = session.call(&check.request, &session.vars(), at).await?.document;
        let scene = Scene::of(&document, &document);
        if !check.success.iter().all(|condition| scene.holds(condition)) {
            return Err(failed(ChannelFault::BadResponse));
        }
    }
    let scene = Scene::of(&document, &document);
    let text = |paths: &Paths| {
        let value = scene.first(paths).and_then(|value| convert::spelled(value).ok());
        value.map(String::from)
    };
    let channel_id = session
        .identify(&check.account_id, &scene)
        .ok_or_else(|| failed(ChannelFault::BadResponse))?;
    let own_id = (!matches!(check.account_id, Identity::Hash(_))).then(|| channel_id.clone());
    let credentials = session.kept(check, &scene).await;
    Ok(RemoteAccount {
        token: token_key(engine, connector, request.tenant, &credentials),
        display_id: check.display_id.as_ref().and_then(text).or(own_id),
        email: check.email.as_ref().and_then(text),
        credentials,
        channel_id,
    })
}

impl Session {
    /// The addresses to ask: the request's own, or each link.
    fn targets(&self, check: &Check) -> Result<Vec<Option<Url>>, CheckError> {
        let Some(Host::Link(Link { key, .. })) = self.connector.manifest.hosts.get(&check.request.host)
        else {
            return Ok(vec![None]);
        };
        let links = self.credentials.list(key.get_ref());
        links
            .into_iter()
            .map(|link| Ok(Some(self.link_target(&check.request, link)?)))
            .collect()
    }

    fn identify(&self, identity: &Identity, scene: &Scene<'_>) -> Option<String> {
        let given = |keys: &[toml::Spanned<String>]| {
            keys.iter()
                .find(|key| self.credentials.values.contains_key(key.get_ref()))
                .cloned()
        };
        match identity {
            Identity::Path(path) => {
                let id = convert::spelled(scene.at(path)?).ok()?.into_owned();
                (!id.is_empty() && id.chars().count() <= innkeeper_domain::accounts::LISTING_KEY_MAX)
                    .then_some(id)
            }
            Identity::Credential(keys) => self.credentials.text(given(keys)?.get_ref()).map(str::to_owned),
            Identity::Hash(keys) => {
                let key = given(keys)?;
                let mut values = self.credentials.list(key.get_ref());
                values.sort_unstable();
                let slug = self.connector.slug().as_bytes();
                let values = values.into_iter().map(str::as_bytes);
                let parts: Vec<_> = [&b"account"[..], slug].into_iter().chain(values).collect();
                let hash = keyed(&self.engine.fingerprint_key[..], &parts);
                hash.first_chunk::<16>().map(|chunk| hex(chunk))
            }
        }
    }

    /// The name of a link: what it is called by where the link itself must not be shown.
    pub(crate) fn link_name(&self, link: &str) -> String {
        let slug = self.connector.slug().as_bytes();
        let hash = keyed(
            &self.engine.fingerprint_key[..],
            &[b"link", slug, link.as_bytes()],
        );
        hash.first_chunk::<16>()
            .map(|chunk| hex(chunk))
            .unwrap_or_default()
    }

    /// The credentials to keep: what was given, what the answer fills in, what a code that works once came to.
    async fn kept(&self, check: &Check, scene: &Scene<'_>) -> Credentials {
        if let Ok(Auth::Exchange(exchange)) = self.auth()
            && let Some(once) = &exchange.once
            && let Some(refresh) = self.refresh_token().await
        {
            return token::exchanged(once, &refresh);
        }
        let mut credentials = self.credentials.clone();
        for (key, path) in &check.fills {
            let is_of_set = self
                .connector
                .manifest
                .set(&credentials.set)
                .is_some_and(|set| set.field.iter().any(|field| field.key.get_ref() == key.get_ref()));
            let value = scene.at(path).and_then(|value| convert::spelled(value).ok());
            if let (true, Some(value)) = (is_of_set, value) {
                let value = CredentialValue::Text(Zeroizing::new(value.into_owned()));
                credentials.values.entry(key.get_ref().clone()).or_insert(value);
            }
        }
        credentials
    }
}
