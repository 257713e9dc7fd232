//! What must hold after every command. Rights are reckoned by the slow reference, not by the crate.

use std::collections::{BTreeMap, BTreeSet};

use innkeeper_domain::{
    access::{Actor, Role, Subject},
    effects::MessageKind,
    ids::{PropertyId, UserId},
    people::UserState,
};
use proptest::{prelude::*, test_runner::TestCaseError};

use super::commands::{Answer, Command};
use crate::{
    arbitrary::plain,
    differential::in_words,
    memory::State,
    reference::{self, RefGrant, Words},
    world::World,
};

type Checked = Result<(), TestCaseError>;

/// The store at one moment, with the rights that it amounts to.
pub(crate) struct Sight {
    state: State,
    /// Rank, effective rights, and rights with the dormant ones, of each person on each property.
    rights: BTreeMap<(PropertyId, UserId), (u8, Words, Words)>,
}

impl Sight {
    pub(crate) fn of(world: &World) -> Self {
        let state = world.state();
        let mut grants: BTreeMap<(PropertyId, UserId), Vec<RefGrant>> = BTreeMap::new();
        for place in &state.property_users {
            let theirs = grants.entry((place.property, place.user)).or_default();
            theirs.extend(in_words(&[plain(place)]));
        }
        let reckon = |grants: &Vec<RefGrant>| {
            let (effective, nominal) = (reference::effective(grants), reference::nominal(grants));
            (reference::rank(grants), effective, nominal)
        };
        let rights = grants.iter().map(|(of, grants)| (*of, reckon(grants))).collect();
        Self { state, rights }
    }

    fn rights(&self, property: PropertyId, user: UserId) -> (u8, Words, Words) {
        self.rights.get(&(property, user)).cloned().unwrap_or_default()
    }

    /// What the actor's token reaches on a property: all of an owner for those who act for the tenant.
    fn reach(&self, actor: &Actor, property: PropertyId) -> (u8, Words) {
        if !actor.limit().covers(property) {
            return (0, Words::new());
        }
        match actor.subject() {
            Subject::Operator | Subject::Application(_) => (2, reference::base("owner")),
            Subject::User { user, .. } => {
                let (rank, effective, _) = self.rights(property, user);
                (rank, effective)
            }
        }
    }
}

pub(crate) fn check(
    before: &Sight,
    after: &Sight,
    command: &Command,
    actor: &Actor,
    answer: Answer,
) -> Checked {
    match answer {
        Answer::Refused => {
            prop_assert!(
                before.state.same_as(&after.state),
                "a refusal changed something: {:?}",
                command
            );
        }
        Answer::Accepted => {
            nobody_escalates(before, after, command, actor)?;
            nobody_reaches_above(before, after, command, actor)?;
            changes_are_on_record(before, after, command, actor)?;
        }
    }
    owners_remain(after, command)?;
    places_are_single_and_real(after, command)
}

/// Whatever a person gained on a property, dormant or not, the actor had there, in rank and in policies.
fn nobody_escalates(before: &Sight, after: &Sight, command: &Command, actor: &Actor) -> Checked {
    for ((property, user), (rank, effective, nominal)) in &after.rights {
        let (old_rank, old_effective, old_nominal) = before.rights(*property, *user);
        let mut gained: Words = effective.difference(&old_effective).cloned().collect();
        gained.extend(nominal.difference(&old_nominal).cloned());
        if gained.is_empty() && *rank <= old_rank {
            continue;
        }
        if !before.state.properties.iter().any(|known| known.id == *property) {
            let creation = matches!(command, Command::CreateProperty { .. });
            let own = actor.user().is_none_or(|creator| creator == *user);
            prop_assert!(creation && own, "{:?} by {:?}", command, actor);
            continue;
        }
        let (reach, has) = before.reach(actor, *property);
        prop_assert!(
            *rank <= old_rank || *rank <= reach,
            "{:?} by {:?} gave a rank",
            command,
            actor
        );
        prop_assert!(
            gained.is_subset(&has),
            "{:?} by {:?} gave {:?}",
            command,
            actor,
            gained
        );
        // A change also takes a policy for the deed itself, and no deed but these gives anything.
        let deed = match command {
            Command::Invite { .. } => "users.invite",
            Command::Update { .. } => "users.update",
            other => return Err(TestCaseError::fail(format!("{other:?} gave {gained:?}"))),
        };
        prop_assert!(
            has.contains(deed),
            "{:?} by {:?} without {}",
            command,
            actor,
            deed
        );
    }
    Ok(())
}

/// A place that was changed or ended by an update, a withdrawal or the end of its property was not above the actor, who
/// had the policy for it; and nobody ended their own by withdrawing it.
fn nobody_reaches_above(before: &Sight, after: &Sight, command: &Command, actor: &Actor) -> Checked {
    let deed = match command {
        Command::Update { .. } => "users.update",
        Command::Withdraw { .. } => "users.withdraw",
        Command::DeleteProperty { .. } => "property.delete",
        _ => return Ok(()),
    };
    for place in &before.state.property_users {
        let now = after.state.property_user(place.id);
        if now == Some(place) {
            continue;
        }
        let (reach, has) = before.reach(actor, place.property);
        let (rank, ..) = before.rights(place.property, place.user);
        prop_assert!(rank <= reach, "{:?} by {:?} reached above", command, actor);
        prop_assert!(
            has.contains(deed),
            "{:?} by {:?} without {}",
            command,
            actor,
            deed
        );
        let withdrawn = matches!(command, Command::Withdraw { .. });
        prop_assert!(
            !withdrawn || actor.user() != Some(place.user),
            "{:?} ended their own place",
            actor
        );
    }
    Ok(())
}

fn owners_remain(after: &Sight, command: &Command) -> Checked {
    let state = &after.state;
    let peopled: BTreeSet<PropertyId> = state.property_users.iter().map(|place| place.property).collect();
    for property in peopled {
        let active_owner = state.property_users.iter().any(|place| {
            place.property == property
                && place.role == Role::Owner
                && state
                    .user(place.user)
                    .is_some_and(|user| user.state == UserState::Active)
        });
        prop_assert!(
            active_owner,
            "{:?} left {} without an active owner",
            command,
            property
        );
    }
    Ok(())
}

fn places_are_single_and_real(after: &Sight, command: &Command) -> Checked {
    let state = &after.state;
    let mut seen = BTreeSet::new();
    let mut ids: BTreeSet<_> = state.history.iter().map(|(place, _)| place.id).collect();
    for place in &state.property_users {
        prop_assert!(
            seen.insert((place.property, place.user)),
            "two places after {:?}",
            command
        );
        prop_assert!(ids.insert(place.id), "an id came back after {:?}", command);
        prop_assert!(
            state.user(place.user).is_some(),
            "a place of nobody after {:?}",
            command
        );
        let house = state.properties.iter().any(|house| house.id == place.property);
        prop_assert!(house, "a place nowhere after {:?}", command);
    }
    let keys: BTreeSet<_> = state.users.iter().map(|user| user.email.key().clone()).collect();
    prop_assert_eq!(
        keys.len(),
        state.users.len(),
        "two people of one address after {:?}",
        command
    );
    Ok(())
}

/// A change writes records of the actor; what changes nothing writes none; what was written stays.
fn changes_are_on_record(before: &Sight, after: &Sight, command: &Command, actor: &Actor) -> Checked {
    let (old, new) = (&before.state.audit, &after.state.audit);
    prop_assert!(new.starts_with(old), "{:?} rewrote the record", command);
    let added = new.get(old.len()..).unwrap_or_default();
    if before.state.writes == after.state.writes {
        prop_assert!(added.is_empty(), "{:?} changed nothing and told of it", command);
        prop_assert!(
            before.state.same_as(&after.state),
            "{:?} changed something unseen",
            command
        );
    } else {
        prop_assert!(!added.is_empty(), "{:?} is not on record", command);
        prop_assert!(added.iter().all(|record| record.actor == actor.subject().into()));
    }
    let mails = after
        .state
        .messages
        .get(before.state.messages.len()..)
        .unwrap_or_default();
    if matches!(command, Command::Withdraw { .. }) {
        // A person who has come in is told, unless they had too many mails.
        prop_assert!(mails.len() <= 1, "mails of {:?}", command);
        for (mail, _) in mails {
            let recipient = after.state.user(mail.recipient).map(|user| user.state);
            prop_assert_eq!(mail.kind, MessageKind::AccessWithdrawn);
            prop_assert_eq!(recipient, Some(UserState::Active));
        }
    } else {
        let expected = usize::from(matches!(command, Command::Invite { .. }));
        prop_assert_eq!(mails.len(), expected, "mails of {:?}", command);
    }
    Ok(())
}
