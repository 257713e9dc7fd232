//! Who answers. Each side is given the cases in its own form beforehand; only the answer itself is measured.

use serde::{Deserialize, Serialize};

use crate::cases::Case;

mod casbin;
mod cedar;
mod mask;
mod ours;

pub use mask::Bits;
pub use ours::actor;

/// What a property user without overrides may do, as everybody but Innkeeper itself is told it: written out, so that
/// the roles are held against each other too. An owner may do everything.
const EVERYDAY: [&str; 13] = [
    "property.read",
    "users.read",
    "listings.read",
    "reservations.read",
    "rates.read",
    "rates.update",
    "availability.read",
    "availability.update",
    "channels.read",
    "channels.manage",
    "messages.read",
    "messages.send",
    "reports.read",
];
/// Without it every other policy is void.
const VISIBLE: &str = "property.read";

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// `access::authorize`.
    Innkeeper,
    /// A mask over bits, written by hand: the limit.
    Mask,
    /// `cedar-policy`, its entities in memory.
    Cedar,
    /// `cedar-policy`, its entities built for each decision.
    CedarBuilt,
    /// `casbin`, one enforcer a place.
    Casbin,
}

impl Side {
    /// Everybody.
    pub const ALL: [Self; 5] = [
        Self::Innkeeper,
        Self::Mask,
        Self::Cedar,
        Self::CedarBuilt,
        Self::Casbin,
    ];

    /// The side as tables name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Innkeeper => "Innkeeper",
            Self::Mask => "mask",
            Self::Cedar => "Cedar",
            Self::CedarBuilt => "Cedar, built",
            Self::Casbin => "casbin",
        }
    }

    /// Takes the cases, in whatever form the side likes best.
    ///
    /// # Errors
    ///
    /// If the side does not take its model or its data.
    pub fn prepare(self, cases: &[Case]) -> anyhow::Result<Box<dyn Prepared>> {
        Ok(match self {
            Self::Innkeeper => Box::new(ours::Ours::of(cases)),
            Self::Mask => Box::new(mask::Mask::of(cases)),
            Self::Cedar => Box::new(cedar::Cedar::of(cases)?),
            Self::CedarBuilt => Box::new(cedar::Built::of(cases)?),
            Self::Casbin => Box::new(casbin::Casbin::of(cases)?),
        })
    }
}

/// A side that knows its cases.
pub trait Prepared {
    /// Decides every case once, in order, and tells how many were allowed.
    ///
    /// # Errors
    ///
    /// If the side fails instead of deciding.
    fn pass(&self) -> anyhow::Result<usize>;

    /// The verdict of each case.
    ///
    /// # Errors
    ///
    /// As [`Prepared::pass`].
    fn verdicts(&self) -> anyhow::Result<Vec<bool>>;
}
