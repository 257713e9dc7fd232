//! Tokens that the vendors issue, kept in memory and gone with the process.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::Utc;
use sha2::{Digest, Sha256};

/// A token that was issued and still counts.
#[derive(Clone, Debug)]
pub(crate) struct Issued {
    /// Who it was issued to, such as a client id.
    pub(crate) owner: String,
    /// The secret it was issued for, which names the account.
    pub(crate) secret: String,
    pub(crate) at: Instant,
    expires: Instant,
}

#[derive(Debug, Default)]
struct Inner {
    issued: HashMap<(&'static str, String), Issued>,
    counter: u64,
    seen: HashSet<String>,
    budgets: HashMap<String, (Instant, u32)>,
}

/// All tokens of all channels.
#[derive(Debug, Default)]
pub(crate) struct Tokens(Mutex<Inner>);

impl Tokens {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Issues a token. `kind` sets tokens of one channel apart, such as `refresh`: a slug, or a slug and a word.
    pub(crate) fn issue(&self, kind: &'static str, owner: &str, secret: &str, lifetime: Duration) -> String {
        let mut inner = self.inner();
        inner.counter += 1;
        let token = text(kind, inner.counter);
        let at = Instant::now();
        let issued = Issued {
            owner: owner.to_owned(),
            secret: secret.to_owned(),
            at,
            expires: at + lifetime,
        };
        inner.issued.insert((kind, token.clone()), issued);
        token
    }

    /// The token, if it was issued for this kind and still counts.
    pub(crate) fn find(&self, kind: &'static str, token: &str) -> Option<Issued> {
        let inner = self.inner();
        let issued = inner.issued.get(&(kind, token.to_owned()))?;
        (issued.expires > Instant::now()).then(|| issued.clone())
    }

    /// Ends a token; whether there was one.
    pub(crate) fn revoke(&self, kind: &'static str, token: &str) -> bool {
        self.inner().issued.remove(&(kind, token.to_owned())).is_some()
    }

    /// True the first time it is asked with this text: for codes and nonces that count once.
    pub(crate) fn first_use(&self, text: &str) -> bool {
        self.inner().seen.insert(text.to_owned())
    }

    /// Takes one of `most` in a window; else the seconds until the next window.
    pub(crate) fn spend(&self, budget: &str, most: u32, window: Duration) -> Result<(), u64> {
        let mut inner = self.inner();
        let now = Instant::now();
        let (start, count) = inner.budgets.entry(budget.to_owned()).or_insert((now, 0));
        if now.duration_since(*start) >= window {
            (*start, *count) = (now, 0);
        }
        if *count >= most {
            let left = window.saturating_sub(now.duration_since(*start));
            return Err(left.as_secs() + 1);
        }
        *count += 1;
        Ok(())
    }

    /// What is left of a budget, and the seconds until the next window.
    pub(crate) fn left(&self, budget: &str, most: u32, window: Duration) -> (u32, u64) {
        let inner = self.inner();
        let now = Instant::now();
        let open = inner.budgets.get(budget).copied();
        match open.filter(|(start, _)| now.duration_since(*start) < window) {
            Some((start, count)) => {
                let left = window.saturating_sub(now.duration_since(start));
                (most.saturating_sub(count), left.as_secs() + 1)
            }
            None => (most, window.as_secs()),
        }
    }
}

/// A text that looks like a signed token. It differs from one start of the sandbox to the next.
fn text(kind: &str, counter: u64) -> String {
    let now = Utc::now().timestamp_nanos_opt().unwrap_or_default();
    let head = BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"jti":"{now:x}-{counter}"}}"#));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{kind} {now} {counter}")));
    format!("{head}.{claims}.{signature}")
}
