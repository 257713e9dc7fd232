//! Whether everybody gives the same answers: figures of sides that decide differently could not be compared.

use anyhow::ensure;
use innkeeper_domain::access::{Policy, Standing};
use serde::Serialize;

use crate::{
    cases::{Case, any_grants},
    chance::Chance,
    sides::Side,
};

/// Cases that are in memory at once.
const AT_ONCE: usize = 250;
/// One in so many cases must be of each kind, or the sides agree about too little.
const RAREST: usize = 20;

/// What the sides agree on.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Agreement {
    /// Cases asked about.
    pub cases: usize,
    /// Those that are allowed.
    pub allowed: usize,
    /// Those that are refused because the property cannot be seen.
    pub out_of_sight: usize,
    /// Those that are refused though it can.
    pub refused: usize,
}

/// Asks every side about so many cases of chance.
///
/// # Errors
///
/// If two sides differ, if one fails, or if the cases are too much alike.
pub fn check(cases: usize) -> anyhow::Result<Agreement> {
    let mut agreement = Agreement::default();
    let mut chance = Chance::new(41);
    while agreement.cases < cases {
        let some: Vec<Case> = (0..AT_ONCE.min(cases - agreement.cases))
            .map(|_| any_case(&mut chance))
            .collect();
        let expected = Side::Innkeeper.prepare(&some)?.verdicts()?;
        for side in Side::ALL {
            let verdicts = side.prepare(&some)?.verdicts()?;
            differ(side, &some, &expected, &verdicts)?;
        }
        for (case, allowed) in some.iter().zip(expected) {
            agreement.count(case, allowed);
        }
    }
    agreement.is_about_enough()?;
    Ok(agreement)
}

fn any_case(chance: &mut Chance) -> Case {
    let grants = any_grants(chance);
    let place = chance.below(Policy::ALL.len());
    let policy = Policy::ALL.get(place).copied().unwrap_or(Policy::PropertyRead);
    Case { grants, policy }
}

fn differ(side: Side, cases: &[Case], expected: &[bool], found: &[bool]) -> anyhow::Result<()> {
    let name = side.name();
    ensure!(
        expected.len() == cases.len() && found.len() == cases.len(),
        "{name} left cases out"
    );
    for ((case, expected), found) in cases.iter().zip(expected).zip(found) {
        ensure!(
            expected == found,
            "{name} says {found} where Innkeeper says {expected}: {case:#?}"
        );
    }
    Ok(())
}

impl Agreement {
    fn count(&mut self, case: &Case, allowed: bool) {
        self.cases += 1;
        if allowed {
            self.allowed += 1;
        } else if Standing::of(&case.grants).may(Policy::PropertyRead) {
            self.refused += 1;
        } else {
            self.out_of_sight += 1;
        }
    }

    fn is_about_enough(self) -> anyhow::Result<()> {
        let rarest = self.allowed.min(self.out_of_sight).min(self.refused);
        ensure!(
            rarest * RAREST >= self.cases,
            "the cases are too much alike: {self:?}"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_agrees() {
        let agreement = check(300).unwrap();
        assert_eq!(agreement.cases, 300);
    }

    #[test]
    fn whoever_differs_once_is_found() {
        let mut chance = Chance::new(1);
        let cases: Vec<Case> = (0..40).map(|_| any_case(&mut chance)).collect();
        let expected = Side::Innkeeper.prepare(&cases).unwrap().verdicts().unwrap();
        let mut found = expected.clone();
        differ(Side::Mask, &cases, &expected, &found).unwrap();
        found[23] = !found[23];
        let error = differ(Side::Mask, &cases, &expected, &found).unwrap_err();
        assert!(error.to_string().starts_with("mask says"), "{error}");
        found.pop();
        differ(Side::Mask, &cases, &expected, &found).unwrap_err();
    }

    #[test]
    fn cases_that_are_all_alike_are_not_enough() {
        let alike = Agreement {
            cases: 100,
            allowed: 97,
            out_of_sight: 2,
            refused: 1,
        };
        alike.is_about_enough().unwrap_err();
    }
}
