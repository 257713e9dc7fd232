//! The channel, called as plainly as can be.

use std::{collections::HashMap, thread, time::Duration};

use anyhow::Context as _;
use reqwest::blocking::Client;
use serde::Deserialize;
use url::Url;

use super::record::Record;

/// A token counts a second after it was issued.
const SETTLES: Duration = Duration::from_millis(1_100);

pub(super) struct Remote {
    client: Client,
    token: String,
    reservations: Url,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

#[derive(Deserialize)]
struct Page {
    result: Vec<Record>,
}

impl Remote {
    pub(super) fn sign_in(sandbox: &Url, secret: &str) -> anyhow::Result<Self> {
        // A second installation is refused and changes nothing: the first is the same.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().no_proxy().build()?;
        let form = HashMap::from([
            ("grant_type", "client_credentials"),
            ("client_id", "12345"),
            ("client_secret", secret),
            ("scope", "general"),
        ]);
        let asked = client
            .post(sandbox.join("/hostaway/v1/accessTokens")?)
            .form(&form);
        let token: Token = asked.send()?.error_for_status()?.json()?;
        thread::sleep(SETTLES);
        Ok(Self {
            client,
            token: token.access_token,
            reservations: sandbox.join("/hostaway/v1/reservations?limit=100&sortOrder=arrivalDate")?,
        })
    }

    /// The page after a reservation.
    pub(super) fn page(&self, after: Option<&str>) -> anyhow::Result<Vec<Record>> {
        let mut url = self.reservations.clone();
        if let Some(id) = after {
            url.query_pairs_mut().append_pair("afterId", id);
        }
        let sent = self.client.get(url).bearer_auth(&self.token).send()?;
        let body = sent.error_for_status()?.bytes()?;
        let page: Page = serde_json::from_slice(&body).context("a page is not what it should be")?;
        Ok(page.result)
    }
}
