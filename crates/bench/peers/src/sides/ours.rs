//! Innkeeper: the decision function of the domain, with everything that it looks at.

use std::hint::black_box;

use anyhow::ensure;
use innkeeper_domain::access::{
    Action, Actor, Bearer, Facts, Need, Permission, PropertyLimit, PropertyTarget, ScopeSet, Standing,
    Subject, acts, authorize, judge,
};

use super::Prepared;
use crate::{
    cases::{Case, MEASURED, id},
    chance::Chance,
};

/// Somebody with a key of their own that is not limited: role and overrides decide, as with the other sides. Scopes and
/// limit are looked at nevertheless.
pub fn actor(chance: &mut Chance) -> Actor {
    let subject = Subject::User {
        user: id(chance),
        credential: id(chance),
        permission: Permission::Edit,
    };
    let bearer = Bearer::ApiKey(id(chance));
    Actor::bearer(
        id(chance),
        subject,
        ScopeSet::all(),
        PropertyLimit::Unlimited,
        bearer,
        None,
    )
}

/// Actors, what they act on, and what is asked for.
pub(super) struct Ours {
    cases: Vec<(Actor, PropertyTarget)>,
    asked: Vec<Case>,
}

impl Ours {
    pub(super) fn of(cases: &[Case]) -> Self {
        let mut chance = Chance::new(29);
        let targets = cases.iter().map(|case| {
            let target = PropertyTarget {
                property: id(&mut chance),
                exists: true,
                grants: case.grants.clone(),
            };
            (actor(&mut chance), target)
        });
        Self {
            cases: targets.collect(),
            asked: cases.to_vec(),
        }
    }
}

impl Prepared for Ours {
    fn pass(&self) -> anyhow::Result<usize> {
        let mut allowed = 0;
        for (actor, target) in &self.cases {
            let verdict = authorize::<acts::InvitePropertyUser>(black_box(actor), black_box(target));
            allowed += usize::from(black_box(verdict).is_ok());
        }
        Ok(allowed)
    }

    /// Not every policy is needed by an action of this server; the others are read off the standing, as services do
    /// that embed the domain. Where there are both, they must agree.
    fn verdicts(&self) -> anyhow::Result<Vec<bool>> {
        let verdicts = self.cases.iter().zip(&self.asked).map(|((actor, target), case)| {
            let verdict = Standing::of(&target.grants).may(case.policy);
            for action in Action::ALL {
                if action.need() == Need::Policy(case.policy) {
                    let judged = judge(actor, *action, Facts::Property(target)).is_ok();
                    ensure!(judged == verdict, "{action:?} is judged unlike {}", case.policy);
                }
            }
            if case.policy == MEASURED {
                let typed = authorize::<acts::InvitePropertyUser>(actor, target).is_ok();
                ensure!(typed == verdict, "{MEASURED} is authorized unlike the standing");
            }
            Ok(verdict)
        });
        verdicts.collect()
    }
}
