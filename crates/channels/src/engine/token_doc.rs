//! What is kept of a token, and how it is read out of the answer that issued it.

use std::time::Duration;

use innkeeper_domain::{accounts::ChannelFault, ports::ChannelToken, time::Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroize;

use super::{convert, session::CallError};
use crate::manifest::{
    auth::{Expiry, Issued},
    fields::InstantFormat,
    path::Path,
};

/// A token is renewed so long before it ends.
const EARLY: Duration = Duration::from_mins(1);
/// A token whose end nobody tells.
const UNTOLD_LIFE: Duration = Duration::from_hours(1);

/// What is kept of a token. Without an access token it marks a renewal that failed.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Doc {
    pub(crate) access: Option<String>,
    /// When it ends, in microseconds.
    pub(crate) until: i64,
    /// From when on it is valid.
    pub(crate) from: i64,
    /// The refresh token in force, where the channel issued one.
    pub(crate) refresh: Option<String>,
}

impl Drop for Doc {
    fn drop(&mut self) {
        self.access.zeroize();
        self.refresh.zeroize();
    }
}

impl Doc {
    pub(crate) fn read(token: &ChannelToken) -> Self {
        // A document of another version of this engine is as good as none.
        serde_json::from_str(&token.content).unwrap_or_default()
    }

    pub(crate) fn is_usable(&self, now: Timestamp) -> bool {
        self.access.is_some() && Timestamp::from_micros(self.until) > now + EARLY.min(self.life() / 2)
    }

    fn life(&self) -> Duration {
        Timestamp::from_micros(self.until).since(Timestamp::from_micros(self.from))
    }
}

/// The text under a path, if there is any.
pub(crate) fn text_at(path: &Path, document: &Value) -> Option<String> {
    let text = convert::spelled(path.first(document)?).ok()?.into_owned();
    (!text.is_empty()).then_some(text)
}

/// What is kept of an answer that came just now: only from then on does the token settle.
pub(crate) fn doc_of(issued: &Issued, answer: &Value, now: Timestamp) -> Result<Doc, CallError> {
    let access = text_at(&issued.token, answer).ok_or(ChannelFault::BadResponse)?;
    let seconds = |path| text_at(path, answer).and_then(|text| text.split('.').next()?.parse().ok());
    let until = match &issued.expiry {
        Expiry::Seconds(path) => seconds(path).map(|life| now + Duration::from_secs(life)),
        Expiry::At(path) => text_at(path, answer).and_then(|text| {
            let formats = [InstantFormat::Unix, InstantFormat::Utc];
            formats
                .into_iter()
                .find_map(|format| convert::read_instant(&text, format, None))
        }),
        Expiry::After(life) => Some(now + Duration::from_secs(*life)),
    };
    Ok(Doc {
        access: Some(access),
        until: until.unwrap_or(now + UNTOLD_LIFE).as_micros(),
        from: (now + Duration::from_millis(issued.settle_ms)).as_micros(),
        refresh: None,
    })
}
