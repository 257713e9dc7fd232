//! `cedar-policy`: a place is the principal, its grants are groups that it is in, and each grant is in its role and in its
//! overrides. So membership, which Cedar looks up in a closure made beforehand, says it all, and five policies do.

use std::{
    collections::{HashMap, HashSet},
    hint::black_box,
};

use anyhow::{Context as _, ensure};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use innkeeper_domain::access::{Effect, Policy, Role};

use super::{EVERYDAY, Prepared};
use crate::cases::Case;

const POLICIES: &str = r#"
permit(principal in Role::"owner", action, resource);
permit(principal in Role::"user", action in Action::"everyday", resource);
permit(principal, action, resource) when { principal in action.allow };
forbid(principal, action, resource) when { principal in action.deny };
forbid(principal in Override::"deny property.read", action, resource);
"#;

fn uid(kind: &str, name: &str) -> anyhow::Result<EntityUid> {
    let kind = kind.parse::<EntityTypeName>()?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(name)))
}

fn group(key: &str, effect: Effect) -> anyhow::Result<EntityUid> {
    let effect = match effect {
        Effect::Allow => "allow",
        Effect::Deny => "deny",
    };
    uid("Override", &format!("{effect} {key}"))
}

/// An action with the groups that are allowed and denied it.
fn action(policy: Policy) -> anyhow::Result<Entity> {
    let key = policy.as_str();
    let mut groups = HashMap::new();
    for (name, effect) in [("allow", Effect::Allow), ("deny", Effect::Deny)] {
        let value = RestrictedExpression::new_entity_uid(group(key, effect)?);
        groups.insert(name.to_owned(), value);
    }
    let mut parents = HashSet::new();
    if EVERYDAY.contains(&key) {
        parents.insert(uid("Action", "everyday")?);
    }
    Ok(Entity::new(uid("Action", key)?, groups, parents)?)
}

/// The entities of one case: the place, and its grants.
fn place(number: usize, case: &Case) -> anyhow::Result<Vec<Entity>> {
    let mut entities = Vec::new();
    let mut grants = HashSet::new();
    for (order, grant) in case.grants.iter().enumerate() {
        let role = match grant.role {
            Role::Owner => "owner",
            Role::User => "user",
        };
        let mut parents = HashSet::from([uid("Role", role)?]);
        for (key, effect) in grant.overrides.entries() {
            parents.insert(group(key, effect)?);
        }
        let name = uid("Grant", &format!("{number}/{order}"))?;
        grants.insert(name.clone());
        entities.push(Entity::new_no_attrs(name, parents));
    }
    entities.push(Entity::new_no_attrs(uid("Place", &number.to_string())?, grants));
    Ok(entities)
}

fn request(number: usize, case: &Case) -> anyhow::Result<Request> {
    let name = number.to_string();
    let asked = uid("Action", case.policy.as_str())?;
    Ok(Request::new(
        uid("Place", &name)?,
        asked,
        uid("Property", &name)?,
        Context::empty(),
        None,
    )?)
}

/// Decides, and does not take a policy that failed for a verdict.
fn decide(
    authorizer: &Authorizer,
    policies: &PolicySet,
    request: &Request,
    entities: &Entities,
) -> anyhow::Result<bool> {
    let answer = authorizer.is_authorized(black_box(request), policies, black_box(entities));
    ensure!(
        answer.diagnostics().errors().next().is_none(),
        "Cedar could not evaluate a policy"
    );
    Ok(black_box(answer.decision()) == Decision::Allow)
}

/// All entities in memory, requests made.
pub(super) struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
}

impl Cedar {
    pub(super) fn of(cases: &[Case]) -> anyhow::Result<Self> {
        let mut entities = Policy::ALL
            .iter()
            .map(|policy| action(*policy))
            .collect::<Result<Vec<_>, _>>()?;
        let mut requests = Vec::new();
        for (number, case) in cases.iter().enumerate() {
            entities.extend(place(number, case)?);
            requests.push(request(number, case)?);
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: POLICIES.parse().context("Cedar does not take the policies")?,
            entities: Entities::from_entities(entities, None)?,
            requests,
        })
    }

    fn decide(&self, request: &Request) -> anyhow::Result<bool> {
        decide(&self.authorizer, &self.policies, request, &self.entities)
    }
}

impl Prepared for Cedar {
    fn pass(&self) -> anyhow::Result<usize> {
        let mut allowed = 0;
        for request in &self.requests {
            allowed += usize::from(self.decide(request)?);
        }
        Ok(allowed)
    }

    fn verdicts(&self) -> anyhow::Result<Vec<bool>> {
        self.requests.iter().map(|request| self.decide(request)).collect()
    }
}

/// What one decision needs, as it is before the store of entities is made: names are read and ids exist.
struct Parts {
    entities: Vec<Entity>,
    request: Request,
}

/// The place, its grants and the one action, put together anew for each decision.
pub(super) struct Built {
    authorizer: Authorizer,
    policies: PolicySet,
    cases: Vec<Parts>,
}

impl Built {
    pub(super) fn of(cases: &[Case]) -> anyhow::Result<Self> {
        let mut parts = Vec::new();
        for (number, case) in cases.iter().enumerate() {
            let mut entities = place(number, case)?;
            entities.push(action(case.policy)?);
            let request = request(number, case)?;
            parts.push(Parts { entities, request });
        }
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: POLICIES.parse().context("Cedar does not take the policies")?,
            cases: parts,
        })
    }

    fn decide(&self, parts: &Parts) -> anyhow::Result<bool> {
        let entities = Entities::from_entities(parts.entities.iter().cloned(), None)?;
        decide(&self.authorizer, &self.policies, &parts.request, &entities)
    }
}

impl Prepared for Built {
    fn pass(&self) -> anyhow::Result<usize> {
        let mut allowed = 0;
        for parts in &self.cases {
            allowed += usize::from(self.decide(parts)?);
        }
        Ok(allowed)
    }

    fn verdicts(&self) -> anyhow::Result<Vec<bool>> {
        self.cases.iter().map(|parts| self.decide(parts)).collect()
    }
}
