//! C-87: the crate decides as the reference does, on random input.

use std::collections::BTreeSet;

use innkeeper_domain::access::{
    Action, Denied, Facts, Origin, PropertyLimit, PropertyTarget, Standing, Subject, UserTarget, acts,
    authorize, judge,
};
use innkeeper_domain::people::{PropertyUser, Sight};
use proptest::{prelude::*, sample::select};

use crate::{
    arbitrary::{self, PlainGrant},
    cast::{NOW, Token, id, tenant},
    reference::{self, Asker, RefGrant, Thing, Words},
    targets::{Kind, kind},
};

pub(crate) fn in_words(plain: &[PlainGrant]) -> Vec<RefGrant> {
    let word = |(_, role, entries): &PlainGrant| RefGrant {
        role: role.as_str().to_owned(),
        overrides: entries.iter().cloned().collect(),
    };
    plain.iter().map(word).collect()
}

fn words(standing: Standing) -> Words {
    standing
        .policies()
        .iter()
        .map(|policy| policy.as_str().to_owned())
        .collect()
}

fn shown<T>(verdict: &Result<T, Denied>) -> String {
    match verdict {
        Ok(_) => "allowed".to_owned(),
        Err(Denied::NotVisible) => "hidden".to_owned(),
        Err(Denied::Scope(scope)) => format!("scope {scope}"),
        Err(Denied::Policy(policy)) => format!("policy {policy}"),
        Err(Denied::Permission(permission)) => format!("level {permission}"),
        Err(Denied::LimitedKey) => "limited key".to_owned(),
        Err(Denied::ApplicationsOnly) => "caller".to_owned(),
        Err(Denied::OwnersOnly) => "owner".to_owned(),
        Err(Denied::Ceiling) => "ceiling".to_owned(),
    }
}

#[derive(Clone, Debug)]
struct Question {
    kind: &'static str,
    scopes: innkeeper_domain::access::ScopeSet,
    limit: Option<Vec<u128>>,
    permission: innkeeper_domain::access::Permission,
    exists: bool,
    /// One of three properties, or of two users, the first of which asks.
    target: u128,
    grants: Vec<PlainGrant>,
}

prop_compose! {
    fn question()(
        kind in select(vec!["user", "user", "user", "application", "operator"]),
        scopes in arbitrary::scopes(),
        limit in arbitrary::limit(),
        permission in arbitrary::permission(),
        exists in prop::bool::weighted(0.8),
        target in 0..3_u128,
        grants in arbitrary::plain_grants(),
    ) -> Question {
        Question { kind, scopes, limit, permission, exists, target, grants }
    }
}

impl Question {
    fn actor(&self) -> innkeeper_domain::access::Actor {
        if self.kind == "operator" {
            return innkeeper_domain::access::Actor::operator(tenant());
        }
        let mut token = match self.kind {
            "user" => Token::of_user(id(100)).permitted(self.permission),
            _ => Token::of_application(),
        };
        token.scopes = self.scopes;
        if let Some(limit) = &self.limit {
            token.limit = PropertyLimit::Only(limit.iter().copied().map(id).collect());
        }
        token.actor()
    }

    fn asker(&self) -> Asker {
        let operator = self.kind == "operator";
        let scopes = if operator {
            innkeeper_domain::access::ScopeSet::all()
        } else {
            self.scopes
        };
        Asker {
            kind: self.kind,
            user: 100,
            scopes: scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            limit: self
                .limit
                .as_ref()
                .filter(|_| !operator)
                .map(|limit| limit.iter().copied().collect::<BTreeSet<u128>>()),
            permission: self.permission.as_str().to_owned(),
        }
    }

    fn property(&self) -> PropertyTarget {
        PropertyTarget {
            property: id(10 + self.target),
            exists: self.exists,
            grants: arbitrary::grants(&self.grants),
        }
    }

    fn user(&self) -> UserTarget {
        UserTarget {
            user: id(100 + self.target),
            exists: self.exists,
        }
    }

    fn thing(&self, kind: Kind) -> Thing {
        match kind {
            Kind::Tenant => Thing::Tenant,
            Kind::Property => Thing::Property {
                id: 10 + self.target,
                exists: self.exists,
                grants: in_words(&self.grants),
            },
            Kind::User => Thing::User {
                id: 100 + self.target,
                exists: self.exists,
            },
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn c_87_grants_add_up_as_in_the_reference(plain in arbitrary::plain_grants()) {
        let standing = Standing::of(&arbitrary::grants(&plain));
        let reference = in_words(&plain);
        prop_assert_eq!(words(standing), reference::effective(&reference));
        let dormant: Words = standing.nominal().iter().map(|policy| policy.as_str().to_owned()).collect();
        prop_assert_eq!(dormant, reference::nominal(&reference));
        let rank = standing.role().map_or(0, |role| if role.as_str() == "owner" { 2 } else { 1 });
        prop_assert_eq!(rank, reference::rank(&reference));
    }

    /// What is stored beside a place, for lists to be filtered by, is what the reference says of it.
    #[test]
    fn c_87_a_place_shows_in_lists_what_its_grant_shows(role in arbitrary::role(), entries in arbitrary::entries()) {
        let place = PropertyUser {
            tenant: tenant(),
            id: id(30),
            property: id(10),
            user: id(100),
            role,
            overrides: arbitrary::restored(&entries),
            invited_at: NOW,
            updated_at: NOW,
            invited_by: None,
        };
        let words = reference::effective(&in_words(&[(true, role, entries)]));
        let expected = Sight {
            property: words.contains("property.read"),
            users: words.contains("users.read"),
            record: role == innkeeper_domain::access::Role::Owner && words.contains("property.read"),
        };
        prop_assert_eq!(place.sight(), expected);
        prop_assert_eq!(place.grant().origin, Origin::Direct(id(30)));
    }

    #[test]
    fn c_87_every_action_is_judged_as_in_the_reference(question in question()) {
        let (actor, asker) = (question.actor(), question.asker());
        let (property, user) = (question.property(), question.user());
        for action in Action::ALL {
            // Asking about the wrong kind of thing is judged as well: it is never allowed by mistake.
            let facts = match kind(*action) {
                Kind::Tenant => Facts::Tenant,
                Kind::Property => Facts::Property(&property),
                Kind::User => Facts::User(user),
            };
            let expected = reference::verdict(&asker, &format!("{action:?}"), &question.thing(kind(*action)));
            prop_assert_eq!(shown(&judge(&actor, *action, facts)), expected, "{:?} by {:?}", action, actor);
        }
    }

    #[test]
    fn c_87_a_permit_holds_what_was_judged(question in question()) {
        let (actor, property) = (question.actor(), question.property());
        let judged = judge(&actor, Action::InvitePropertyUser, Facts::Property(&property));
        let permit = authorize::<acts::InvitePropertyUser>(&actor, &property);
        prop_assert_eq!(shown(&judged), shown(&permit));
        if let (Ok(permit), Ok(standing)) = (permit, judged) {
            prop_assert_eq!(permit.standing(), standing);
            prop_assert_eq!(permit.tenant(), tenant());
            let expected = match actor.subject() {
                Subject::User { .. } => reference::effective(&in_words(&question.grants)),
                Subject::Application(_) | Subject::Operator => reference::base("owner"),
            };
            prop_assert_eq!(words(permit.standing()), expected);
        }
    }

    #[test]
    fn c_87_a_thing_of_the_wrong_kind_is_never_visible(question in question()) {
        let (actor, property) = (question.actor(), question.property());
        for action in Action::ALL {
            let wrong = match kind(*action) {
                Kind::Tenant => continue,
                Kind::Property => Facts::User(question.user()),
                Kind::User => Facts::Property(&property),
            };
            let verdict = judge(&actor, *action, wrong);
            // Creating and deleting users looks only at whether a user is there.
            if verdict.is_ok() {
                prop_assert_eq!(*action, Action::DeleteUser);
            }
        }
    }
}
