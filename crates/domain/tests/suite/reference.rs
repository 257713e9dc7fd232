//! A slow evaluator of the access rules over sets of words. It is written from the contract and knows nothing of the
//! crate's own tables, so that the two can be compared (C-87).

use std::collections::{BTreeMap, BTreeSet};

const CATALOGUE: [&str; 20] = [
    "property.read",
    "property.update",
    "property.delete",
    "users.read",
    "users.invite",
    "users.update",
    "users.withdraw",
    "listings.read",
    "listings.update",
    "reservations.read",
    "reservations.export",
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

const BEYOND_READING: [&str; 4] = [
    "channels.manage",
    "rates.update",
    "availability.update",
    "messages.send",
];

pub(crate) type Words = BTreeSet<String>;

/// One grant: the role's word, and the overrides with the later of two equal keys counting.
#[derive(Clone, Debug)]
pub(crate) struct RefGrant {
    pub(crate) role: String,
    pub(crate) overrides: BTreeMap<String, bool>,
}

pub(crate) fn base(role: &str) -> Words {
    let all = CATALOGUE.iter().map(|policy| (*policy).to_owned());
    match role {
        "owner" => all.collect(),
        "user" => all
            .filter(|policy| {
                policy.split_once('.').is_some_and(|(_, deed)| deed == "read")
                    || BEYOND_READING.contains(&policy.as_str())
            })
            .collect(),
        unknown => panic!("the contract has no role {unknown}"),
    }
}

/// Everything allowed by any grant, less everything denied by any; nothing without `property.read`.
pub(crate) fn effective(grants: &[RefGrant]) -> Words {
    let left = nominal(grants);
    if left.contains("property.read") {
        left
    } else {
        Words::new()
    }
}

/// The same, with what lies dormant while `property.read` is missing.
pub(crate) fn nominal(grants: &[RefGrant]) -> Words {
    let mut allowed = Words::new();
    let mut denied = Words::new();
    for grant in grants {
        allowed.extend(base(&grant.role));
        for (policy, allow) in &grant.overrides {
            if !CATALOGUE.contains(&policy.as_str()) || !allow {
                denied.insert(policy.clone());
            } else {
                allowed.insert(policy.clone());
            }
        }
    }
    allowed.difference(&denied).cloned().collect()
}

/// The highest role of any grant.
pub(crate) fn rank(grants: &[RefGrant]) -> u8 {
    let ranks = grants.iter().map(|grant| match grant.role.as_str() {
        "owner" => 2,
        "user" => 1,
        unknown => panic!("the contract has no role {unknown}"),
    });
    ranks.max().unwrap_or(0)
}

/// A token, in words.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    /// `operator`, `application` or `user`.
    pub(crate) kind: &'static str,
    pub(crate) user: u128,
    pub(crate) scopes: Words,
    pub(crate) limit: Option<BTreeSet<u128>>,
    pub(crate) permission: String,
}

/// What is asked about.
#[derive(Clone, Debug)]
pub(crate) enum Thing {
    Tenant,
    Property {
        id: u128,
        exists: bool,
        grants: Vec<RefGrant>,
    },
    User {
        id: u128,
        exists: bool,
    },
}

/// What the contract says an action needs, beside the scope.
enum Needs {
    Nothing,
    Policy(&'static str),
    NoPropertyLimit,
    TheUser,
    TheAccounts { least: &'static str },
    AnApplication,
    TheOperator,
    AnOwner,
}

/// Sections 3 and 4 of the contract, by the action's name.
fn contract(action: &str) -> (&'static str, Needs) {
    match action {
        "ListPropertyUsers" | "ListProperties" | "ListAuditRecords" => ("property:read", Needs::Nothing),
        "ReadPropertyUser" | "ReadOnboarding" => ("property:read", Needs::Policy("users.read")),
        "ReadHistory" => ("property:read", Needs::AnOwner),
        "ReadProperty" => ("property:read", Needs::Policy("property.read")),
        "InvitePropertyUser" | "ResendOnboarding" => ("property:write", Needs::Policy("users.invite")),
        "UpdatePropertyUser" => ("property:write", Needs::Policy("users.update")),
        "WithdrawPropertyUser" => ("property:write", Needs::Policy("users.withdraw")),
        "UpdateProperty" => ("property:write", Needs::Policy("property.update")),
        "DeleteProperty" => ("property:write", Needs::Policy("property.delete")),
        "CreateProperty" => ("property:write", Needs::NoPropertyLimit),
        "ListUsers" | "ListApiKeys" => ("user:read", Needs::Nothing),
        "ReadUser" | "ListCredentials" => ("user:read", Needs::TheUser),
        "CreateUser" | "DeleteUser" => ("user:write", Needs::AnApplication),
        "CreateApiKey" | "RevokeApiKey" => ("user:write", Needs::TheAccounts { least: "none" }),
        "ReadAccounts" => ("user:read", Needs::TheAccounts { least: "view" }),
        "ReadListings" => ("listings:read", Needs::TheAccounts { least: "view" }),
        "ReadReservations" => ("reservations:read", Needs::TheAccounts { least: "view" }),
        "WriteAccounts" => ("user:write", Needs::TheAccounts { least: "edit" }),
        "Administer" => ("user:write", Needs::TheOperator),
        unknown => panic!("the contract has no action {unknown}"),
    }
}

/// The verdict in words: `allowed`, `hidden`, or what is lacking.
pub(crate) fn verdict(asker: &Asker, action: &str, thing: &Thing) -> String {
    let (scope, needs) = contract(action);
    if !asker.scopes.contains(scope) {
        return format!("scope {scope}");
    }
    match needs {
        Needs::Policy(policy) => on_property(asker, policy, thing),
        Needs::AnOwner => as_owner(asker, thing),
        Needs::NoPropertyLimit if asker.limit.is_some() => "limited key".to_owned(),
        Needs::TheUser => word(reaches(asker, thing), "hidden"),
        Needs::TheAccounts { least } => on_accounts(asker, least, thing),
        Needs::AnApplication if asker.kind == "user" => "caller".to_owned(),
        Needs::AnApplication if matches!(thing, Thing::User { exists: false, .. }) => "hidden".to_owned(),
        Needs::Nothing | Needs::NoPropertyLimit | Needs::AnApplication => "allowed".to_owned(),
        Needs::TheOperator => word(asker.kind == "operator", "caller"),
    }
}

fn word(allowed: bool, otherwise: &str) -> String {
    if allowed { "allowed" } else { otherwise }.to_owned()
}

fn on_property(asker: &Asker, policy: &str, thing: &Thing) -> String {
    let Thing::Property { id, exists, grants } = thing else {
        return "hidden".to_owned();
    };
    let within = asker.limit.as_ref().is_none_or(|limit| limit.contains(id));
    let rights = match asker.kind {
        _ if !exists || !within => Words::new(),
        "user" => effective(grants),
        _ => base("owner"),
    };
    if !rights.contains("property.read") {
        "hidden".to_owned()
    } else if rights.contains(policy) {
        "allowed".to_owned()
    } else {
        format!("policy {policy}")
    }
}

fn as_owner(asker: &Asker, thing: &Thing) -> String {
    let seen = on_property(asker, "property.read", thing);
    let owns = match thing {
        Thing::Property { grants, .. } => asker.kind != "user" || rank(grants) == 2,
        Thing::Tenant | Thing::User { .. } => false,
    };
    if seen == "allowed" {
        word(owns, "owner")
    } else {
        seen
    }
}

fn reaches(asker: &Asker, thing: &Thing) -> bool {
    match thing {
        Thing::User { id, exists } => *exists && (asker.kind != "user" || *id == asker.user),
        Thing::Tenant | Thing::Property { .. } => false,
    }
}

fn on_accounts(asker: &Asker, least: &str, thing: &Thing) -> String {
    let levels = ["none", "view", "edit", "admin"];
    let level = |name: &str| levels.iter().position(|level| *level == name).unwrap();
    if !reaches(asker, thing) {
        "hidden".to_owned()
    } else if asker.limit.is_some() {
        "limited key".to_owned()
    } else if asker.kind == "user" && level(&asker.permission) < level(least) {
        format!("level {least}")
    } else {
        "allowed".to_owned()
    }
}
