//! `casbin`: roles and grants are groups that a place is in, and each has its rules. An enforcer goes through all its
//! rules, so each case has one of its own that knows nothing else, which is as little as there can be.

use std::{
    future::Future,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use anyhow::bail;
use casbin::{CoreApi as _, DefaultModel, Enforcer, MemoryAdapter, MgmtApi as _};
use innkeeper_domain::access::{Effect, Policy, Role};

use super::{EVERYDAY, Prepared};
use crate::cases::Case;

/// The cheap half of the matcher stands first: most rules are about something else.
const MODEL: &str = r#"
[request_definition]
r = sub, act

[policy_definition]
p = sub, act, eft

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = (r.act == p.act || (p.eft == "deny" && p.act == "property.read")) && g(r.sub, p.sub)
"#;

/// The user on the property; each enforcer knows one.
const PLACE: &str = "place";

/// Finishes what casbin calls asynchronous and is not, with everything in memory.
fn finish<T>(work: impl Future<Output = T>) -> anyhow::Result<T> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Ok(result),
        Poll::Pending => bail!("casbin waits for something"),
    }
}

fn rule(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

/// What the roles of a case allow, what its grants say beyond them, and which of both the place is in.
fn rules(case: &Case) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let (mut rules, mut groups) = (Vec::new(), Vec::new());
    rules.extend(
        Policy::ALL
            .iter()
            .map(|policy| rule(&["owner", policy.as_str(), "allow"])),
    );
    rules.extend(EVERYDAY.iter().map(|key| rule(&["user", key, "allow"])));
    for (order, grant) in case.grants.iter().enumerate() {
        let role = match grant.role {
            Role::Owner => "owner",
            Role::User => "user",
        };
        let in_role = rule(&[PLACE, role]);
        if !groups.contains(&in_role) {
            groups.push(in_role);
        }
        if grant.overrides.is_none() {
            continue;
        }
        let name = format!("grant {order}");
        for (key, effect) in grant.overrides.entries() {
            let effect = match effect {
                Effect::Allow => "allow",
                Effect::Deny => "deny",
            };
            rules.push(rule(&[&name, key, effect]));
        }
        groups.push(rule(&[PLACE, &name]));
    }
    (rules, groups)
}

fn enforcer(case: &Case) -> anyhow::Result<Enforcer> {
    let (rules, groups) = rules(case);
    finish(async {
        let model = DefaultModel::from_str(MODEL).await?;
        let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
        enforcer.add_policies(rules).await?;
        enforcer.add_grouping_policies(groups).await?;
        Ok(enforcer)
    })?
}

/// One enforcer a case.
pub(super) struct Casbin {
    cases: Vec<(Enforcer, Policy)>,
}

impl Casbin {
    pub(super) fn of(cases: &[Case]) -> anyhow::Result<Self> {
        let cases = cases.iter().map(|case| Ok((enforcer(case)?, case.policy)));
        Ok(Self {
            cases: cases.collect::<anyhow::Result<_>>()?,
        })
    }

    fn decide(enforcer: &Enforcer, policy: Policy) -> anyhow::Result<bool> {
        let verdict = black_box(enforcer).enforce((PLACE, black_box(policy).as_str()))?;
        Ok(black_box(verdict))
    }
}

impl Prepared for Casbin {
    fn pass(&self) -> anyhow::Result<usize> {
        let mut allowed = 0;
        for (enforcer, policy) in &self.cases {
            allowed += usize::from(Self::decide(enforcer, *policy)?);
        }
        Ok(allowed)
    }

    fn verdicts(&self) -> anyhow::Result<Vec<bool>> {
        self.cases
            .iter()
            .map(|(enforcer, policy)| Self::decide(enforcer, *policy))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sides::VISIBLE;

    /// The model spells it out; the name must be the same.
    #[test]
    fn the_model_names_what_everything_else_hangs_on() {
        assert!(MODEL.contains(&format!("p.act == \"{VISIBLE}\"")));
    }
}
