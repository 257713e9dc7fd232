//! Overrides: what one grant allows or denies beyond its role.

use std::str::FromStr;

use super::policy::{Policy, PolicySet};
use crate::values::{FieldError, Invalid, Problem};

/// The most keys that a request may name (C-28).
pub const MAX_KEYS: usize = 128;
/// The longest key (C-28).
pub const MAX_KEY_CHARS: usize = 64;

/// What an override does to a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Adds the policy: `true` on the wire.
    Allow,
    /// Takes it away, whatever else allows it: `false` on the wire.
    Deny,
}

impl From<bool> for Effect {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Allow } else { Self::Deny }
    }
}

/// Policy overrides of one grant. "None" has one form: the empty map, shown as `null` (C-26).
///
/// ```
/// use innkeeper_domain::access::{Effect, Overrides, Policy};
///
/// let overrides = Overrides::parse([("reports.read", Effect::Deny)])?;
/// assert!(overrides.denied().contains(Policy::ReportsRead));
/// assert!(Overrides::parse([("reports.fly", Effect::Allow)]).is_err());
/// # Ok::<(), innkeeper_domain::values::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    allowed: PolicySet,
    denied: PolicySet,
    /// Stored keys that this version does not know; they count as denied (C-20).
    unknown: Vec<String>,
}

impl Overrides {
    /// No overrides.
    pub const NONE: Self = Self {
        allowed: PolicySet::EMPTY,
        denied: PolicySet::EMPTY,
        unknown: Vec::new(),
    };

    /// Reads what a caller sent: every key must be in the catalogue.
    ///
    /// # Errors
    ///
    /// [`Invalid`] on the field `overrides`: one [`Problem::UnknownPolicy`] for each unknown key, or
    /// [`Problem::Invalid`] for too many keys or one that is no key at all (C-28).
    pub fn parse<'a>(entries: impl IntoIterator<Item = (&'a str, Effect)>) -> Result<Self, Invalid> {
        let mut overrides = Self::NONE;
        let mut errors = Vec::new();
        for (place, (key, effect)) in entries.into_iter().enumerate() {
            if place >= MAX_KEYS || !is_key(key) {
                return Err(Invalid::field("overrides", Problem::Invalid));
            }
            match Policy::from_str(key) {
                Ok(policy) => overrides.set(policy, effect),
                Err(_unknown) => errors.push(FieldError {
                    field: "overrides",
                    problem: Problem::UnknownPolicy { key: key.to_owned() },
                }),
            }
        }
        Invalid::none_of(errors)?;
        Ok(overrides)
    }

    /// Reads what was stored, perhaps by a newer version: an unknown key is kept and counts as denied (C-20).
    pub fn restore<'a>(entries: impl IntoIterator<Item = (&'a str, Effect)>) -> Self {
        let mut overrides = Self::NONE;
        for (key, effect) in entries {
            match Policy::from_str(key) {
                Ok(policy) => overrides.set(policy, effect),
                Err(_unknown) => overrides.unknown.push(key.to_owned()),
            }
        }
        overrides
    }

    fn set(&mut self, policy: Policy, effect: Effect) {
        let one = PolicySet::of(&[policy]);
        let (into, out_of) = match effect {
            Effect::Allow => (&mut self.allowed, &mut self.denied),
            Effect::Deny => (&mut self.denied, &mut self.allowed),
        };
        *into = into.union(one);
        *out_of = out_of.difference(one);
    }

    /// What is allowed beyond the role.
    pub const fn allowed(&self) -> PolicySet {
        self.allowed
    }

    /// What is denied, whatever allows it.
    pub const fn denied(&self) -> PolicySet {
        self.denied
    }

    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        self.allowed.is_empty() && self.denied.is_empty() && self.unknown.is_empty()
    }

    /// Every key with its effect: the catalogue's in its order, then unknown ones as denied.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Effect)> {
        let known = Policy::ALL.iter().filter_map(|policy| {
            let effect = match (self.allowed.contains(*policy), self.denied.contains(*policy)) {
                (_, true) => Effect::Deny,
                (true, false) => Effect::Allow,
                (false, false) => return None,
            };
            Some((policy.as_str(), effect))
        });
        known.chain(self.unknown.iter().map(|key| (key.as_str(), Effect::Deny)))
    }
}

fn is_key(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.:".contains(&byte);
    !key.is_empty() && key.len() <= MAX_KEY_CHARS && key.bytes().all(fits)
}
