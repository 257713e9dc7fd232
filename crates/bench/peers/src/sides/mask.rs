//! The limit: a mask over bits, written by hand, that knows nothing of tokens, scopes or reasons.

use std::hint::black_box;

use innkeeper_domain::access::{Effect, Grant, Policy, Role};

use super::{EVERYDAY, Prepared, VISIBLE};
use crate::cases::Case;

/// One grant, one bit a policy.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bits {
    role: u32,
    allowed: u32,
    denied: u32,
}

/// The bit of a policy by its place in the catalogue; none for a policy that is not there.
fn bit(key: &str) -> u32 {
    Policy::ALL
        .iter()
        .zip(0_u32..)
        .find(|(policy, _)| policy.as_str() == key)
        .map_or(0, |(_, place)| 1 << place)
}

impl Bits {
    /// The bits of a grant.
    pub fn of(grant: &Grant) -> Self {
        let role = match grant.role {
            Role::Owner => Policy::ALL
                .iter()
                .fold(0, |all, policy| all | bit(policy.as_str())),
            Role::User => EVERYDAY.iter().fold(0, |all, key| all | bit(key)),
        };
        let mut bits = Self {
            role,
            ..Self::default()
        };
        for (key, effect) in grant.overrides.entries() {
            match effect {
                Effect::Allow => bits.allowed |= bit(key),
                Effect::Deny => bits.denied |= bit(key),
            }
        }
        bits
    }

    /// The bits that must be left for this policy to be allowed.
    pub fn needed(policy: Policy) -> u32 {
        bit(policy.as_str()) | bit(VISIBLE)
    }

    /// Whether these grants together leave the bits.
    #[inline]
    pub fn leave(grants: &[Self], needed: u32) -> bool {
        let (mut allowed, mut denied) = (0, 0);
        for grant in grants {
            allowed |= grant.role | grant.allowed;
            denied |= grant.denied;
        }
        allowed & !denied & needed == needed
    }
}

/// The bits of each case.
pub(super) struct Mask {
    cases: Vec<(Vec<Bits>, u32)>,
}

impl Mask {
    pub(super) fn of(cases: &[Case]) -> Self {
        let cases = cases.iter().map(|case| {
            let bits = case.grants.iter().map(Bits::of).collect();
            (bits, Bits::needed(case.policy))
        });
        Self {
            cases: cases.collect(),
        }
    }

    fn decide(grants: &[Bits], needed: u32) -> bool {
        black_box(Bits::leave(black_box(grants), black_box(needed)))
    }
}

impl Prepared for Mask {
    fn pass(&self) -> anyhow::Result<usize> {
        let mut allowed = 0;
        for (grants, needed) in &self.cases {
            allowed += usize::from(Self::decide(grants, *needed));
        }
        Ok(allowed)
    }

    fn verdicts(&self) -> anyhow::Result<Vec<bool>> {
        let verdicts = self.cases.iter();
        Ok(verdicts
            .map(|(grants, needed)| Self::decide(grants, *needed))
            .collect())
    }
}
