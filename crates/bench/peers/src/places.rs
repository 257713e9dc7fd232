//! Grants of many people in memory: what finding the right ones costs beside deciding by them.

use std::{collections::HashMap, hint::black_box};

use anyhow::{Context as _, ensure};
use innkeeper_domain::{
    access::{Actor, PropertyTarget, acts, authorize},
    ids::{PropertyId, UserId},
};
use serde::{Deserialize, Serialize};

use crate::{
    cases::{MEASURED, Shape, id},
    chance::Chance,
    sides::{Bits, actor},
};

/// How many grants there are.
pub const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
/// Places that are asked about in one go, if there are so many.
const STEP: usize = 4_096;

/// What is done with a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lookup {
    /// It is found.
    Alone,
    /// It is found, and `access::authorize` decides.
    Innkeeper,
    /// Its bits are found, and a mask decides: the limit.
    Mask,
}

impl Lookup {
    /// Everything that is measured.
    pub const ALL: [Self; 3] = [Self::Alone, Self::Innkeeper, Self::Mask];

    /// As tables name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alone => "look-up alone",
            Self::Innkeeper => "look-up and Innkeeper",
            Self::Mask => "look-up and mask",
        }
    }
}

type Place = (UserId, PropertyId);

/// One grant with two overrides at each place.
#[derive(Debug)]
pub struct Places {
    targets: HashMap<Place, PropertyTarget>,
    bits: HashMap<Place, Vec<Bits>>,
    /// Every place, in an order of chance.
    order: Vec<Place>,
    actor: Actor,
    needed: u32,
}

impl Places {
    /// So many places.
    ///
    /// # Errors
    ///
    /// If the two forms of the grants decide differently.
    pub fn of(size: usize) -> anyhow::Result<Self> {
        let mut chance = Chance::new(53);
        let cases = Shape::LOOKED_UP.pool();
        let (mut targets, mut bits, mut order) = (HashMap::new(), HashMap::new(), Vec::new());
        for case in cases.iter().cycle().take(size) {
            let place: Place = (id(&mut chance), id(&mut chance));
            bits.insert(place, case.grants.iter().map(Bits::of).collect());
            let target = PropertyTarget {
                property: place.1,
                exists: true,
                grants: case.grants.clone(),
            };
            targets.insert(place, target);
            order.push(place);
        }
        chance.shuffle(&mut order);
        let places = Self {
            targets,
            bits,
            order,
            actor: actor(&mut chance),
            needed: Bits::needed(MEASURED),
        };
        places.agree()?;
        Ok(places)
    }

    fn agree(&self) -> anyhow::Result<()> {
        let ours = self.ask(Lookup::Innkeeper, &self.order)?;
        let masks = self.ask(Lookup::Mask, &self.order)?;
        let all = self.order.len();
        ensure!(
            ours == masks && (1..all).contains(&ours),
            "of {all} Innkeeper allows {ours}, the mask {masks}"
        );
        Ok(())
    }

    /// How many places are asked about in one step.
    pub fn step_size(&self) -> usize {
        STEP.min(self.order.len()).max(1)
    }

    /// Asks about the places of one step, and tells how many were allowed, or only found. All steps together ask about
    /// places in an order of chance, and begin anew when all were asked about.
    ///
    /// # Errors
    ///
    /// If a place is lost.
    pub fn step(&self, lookup: Lookup, number: usize) -> anyhow::Result<usize> {
        let mut steps = self.order.chunks_exact(self.step_size());
        let number = number.checked_rem(steps.len()).unwrap_or(0);
        let places = steps.nth(number).context("there are no places")?;
        self.ask(lookup, places)
    }

    fn ask(&self, lookup: Lookup, places: &[Place]) -> anyhow::Result<usize> {
        let mut counted = 0;
        match lookup {
            Lookup::Alone => {
                for place in places {
                    let target = self.targets.get(place).context("a place is lost")?;
                    counted += usize::from(black_box(target).exists);
                }
            }
            Lookup::Innkeeper => {
                for place in places {
                    let target = self.targets.get(place).context("a place is lost")?;
                    let verdict = authorize::<acts::InvitePropertyUser>(black_box(&self.actor), target);
                    counted += usize::from(black_box(verdict).is_ok());
                }
            }
            Lookup::Mask => {
                for place in places {
                    let bits = self.bits.get(place).context("a place is lost")?;
                    counted += usize::from(black_box(Bits::leave(bits, black_box(self.needed))));
                }
            }
        }
        Ok(counted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_through_all_places_and_begin_anew() {
        let places = Places::of(3 * STEP).unwrap();
        let steps: Vec<usize> = (0..4)
            .map(|number| places.step(Lookup::Innkeeper, number).unwrap())
            .collect();
        assert_eq!(steps[..3].iter().sum::<usize>(), 3 * STEP / 2);
        assert_eq!(steps[3], steps[0]);
        assert_eq!(places.step(Lookup::Alone, 1).unwrap(), STEP);
    }
}
