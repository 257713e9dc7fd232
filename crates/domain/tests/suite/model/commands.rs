//! The commands of the model, and how they are run.

use innkeeper_domain::{
    access::{Actor, Overrides, Policy, Role},
    ids::{PropertyId, PropertyUserId, UserId},
    people::UserState,
    usecases::Others,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::{
    cast::{Token, id, overrides},
    world::{World, address, application, as_user, operator},
};

/// Who acts: one of the people by place, with a key limited to one of the houses, or one who is nobody's.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    Person(usize),
    KeyOf(usize, usize),
    Application,
    Operator,
}

#[derive(Clone, Debug)]
pub(crate) enum Command {
    Invite {
        who: Who,
        house: usize,
        whom: usize,
        role: Role,
        overrides: Overrides,
    },
    Update {
        who: Who,
        place: usize,
        role: Option<Role>,
        overrides: Option<Overrides>,
    },
    Withdraw {
        who: Who,
        place: usize,
    },
    CreateProperty {
        who: Who,
        owner: usize,
    },
    DeleteProperty {
        who: Who,
        house: usize,
        others: Others,
    },
    DeleteUser {
        who: Who,
        whom: usize,
    },
    Disable {
        who: Who,
        whom: usize,
    },
    Enable {
        who: Who,
        whom: usize,
    },
    Onboard {
        whom: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    Accepted,
    Refused,
}

impl Command {
    /// The names of all commands that can be refused.
    pub(crate) const NAMES: [&'static str; 8] = [
        "invite",
        "update",
        "withdraw",
        "create property",
        "delete property",
        "delete user",
        "disable",
        "enable",
    ];

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Invite { .. } => "invite",
            Self::Update { .. } => "update",
            Self::Withdraw { .. } => "withdraw",
            Self::CreateProperty { .. } => "create property",
            Self::DeleteProperty { .. } => "delete property",
            Self::DeleteUser { .. } => "delete user",
            Self::Disable { .. } => "disable",
            Self::Enable { .. } => "enable",
            Self::Onboard { .. } => "onboard",
        }
    }
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        // Those who may do something act more often than those who may not.
        12 => select(vec![0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 8]).prop_map(Who::Person),
        2 => (0..6_usize, 0..3_usize).prop_map(|(person, house)| Who::KeyOf(person, house)),
        2 => Just(Who::Application),
        1 => Just(Who::Operator),
    ]
}

fn some_overrides() -> impl Strategy<Value = Overrides> {
    let policy = || {
        select(vec![
            "property.read",
            "property.delete",
            "users.read",
            "users.invite",
            "users.update",
            "users.withdraw",
            "reports.read",
            "property.update",
        ])
    };
    let entries = vec((policy(), prop::bool::weighted(0.6)), 0..3);
    let everything: Vec<(&str, bool)> = Policy::ALL.iter().map(|policy| (policy.as_str(), true)).collect();
    prop_oneof![
        4 => Just(Overrides::NONE),
        5 => entries.prop_map(|entries| overrides(&entries)),
        // What lies dormant until someone lifts the deny.
        1 => policy().prop_map(|policy| overrides(&[(policy, true), ("property.read", false)])),
        1 => Just(overrides(&everything)),
    ]
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![3 => Just(Role::User), 2 => Just(Role::Owner)]
}

pub(crate) fn command() -> impl Strategy<Value = Command> {
    let whom = || 0..10_usize;
    let place = || 0..12_usize;
    let house = || select(vec![0, 0, 0, 1, 1, 2, 3_usize]);
    prop_oneof![
        8 => (who(), house(), whom(), role(), some_overrides()).prop_map(|(who, house, whom, role, overrides)| {
            Command::Invite { who, house, whom, role, overrides }
        }),
        8 => (who(), place(), option::of(role()), option::of(some_overrides())).prop_map(|(who, place, role, overrides)| {
            Command::Update { who, place, role, overrides }
        }),
        5 => (who(), place()).prop_map(|(who, place)| Command::Withdraw { who, place }),
        2 => (who(), whom()).prop_map(|(who, owner)| Command::CreateProperty { who, owner }),
        2 => (who(), house(), any::<bool>()).prop_map(|(who, house, force)| {
            let others = if force { Others::Withdraw } else { Others::Refuse };
            Command::DeleteProperty { who, house, others }
        }),
        1 => (prop_oneof![Just(Who::Application), who()], whom()).prop_map(|(who, whom)| Command::DeleteUser { who, whom }),
        2 => (prop_oneof![Just(Who::Operator), who()], whom()).prop_map(|(who, whom)| Command::Disable { who, whom }),
        2 => (prop_oneof![Just(Who::Operator), who()], whom()).prop_map(|(who, whom)| Command::Enable { who, whom }),
        3 => whom().prop_map(|whom| Command::Onboard { whom }),
    ]
}

/// The person whose address is `pN@…` now, if there is one.
fn person(world: &World, n: usize) -> Option<UserId> {
    let wanted = address(&format!("p{n}"));
    world.store.look(|state| {
        let mut users = state.users.iter();
        users
            .find(|user| user.email.key().as_str() == wanted)
            .map(|user| user.id)
    })
}

/// One of the houses, or one that is not there.
fn house(world: &World, n: usize) -> PropertyId {
    world
        .store
        .look(|state| state.properties.get(n).map_or(id(404), |house| house.id))
}

/// One of the places, live or withdrawn, or one that never was.
fn place(world: &World, n: usize) -> PropertyUserId {
    world.store.look(|state| {
        let live = state.property_users.iter();
        let mut places = live.chain(state.history.iter().map(|(place, _)| place));
        places.nth(n).map_or(id(404), |place| place.id)
    })
}

/// The actor, if a token of theirs would be let in at all: people who are not active are stopped before any use case.
fn actor(world: &World, who: &Who) -> Option<Actor> {
    let active = |n| {
        let user = person(world, n)?;
        let state = world
            .store
            .look(|state| state.user(user).map(|user| user.state))?;
        (state == UserState::Active).then_some(user)
    };
    match who {
        Who::Person(n) => active(*n).map(as_user),
        Who::KeyOf(n, place) => {
            let limit = [house(world, *place)];
            active(*n).map(|user| Token::of_user(user).limited_to(&limit).actor())
        }
        Who::Application => Some(application()),
        Who::Operator => Some(operator()),
    }
}

fn answer<T, E>(result: &Result<T, E>) -> Answer {
    if result.is_ok() {
        Answer::Accepted
    } else {
        Answer::Refused
    }
}

/// Runs the command. `None` if there is nobody to run it, or it is no command but an event outside.
pub(crate) fn run(world: &World, command: &Command) -> Option<(Actor, Answer)> {
    let by = |who: &Who, act: &dyn Fn(&Actor) -> Answer| {
        let actor = actor(world, who)?;
        let answer = act(&actor);
        Some((actor, answer))
    };
    let whom = |n: usize| person(world, n).unwrap_or(id(404));
    match command {
        Command::Invite {
            who,
            house: h,
            whom,
            role,
            overrides,
        } => by(who, &|actor| {
            let address = address(&format!("p{whom}"));
            answer(&world.invite(actor, house(world, *h), &address, *role, overrides.clone()))
        }),
        Command::Update {
            who,
            place: p,
            role,
            overrides,
        } => by(who, &|actor| {
            answer(&world.update(actor, place(world, *p), *role, overrides.clone()))
        }),
        Command::Withdraw { who, place: p } => {
            by(who, &|actor| answer(&world.withdraw(actor, place(world, *p))))
        }
        Command::CreateProperty { who, owner } => by(who, &|actor| {
            answer(&world.create_property(actor, person(world, *owner)))
        }),
        Command::DeleteProperty {
            who,
            house: h,
            others,
        } => by(who, &|actor| {
            answer(&world.delete_property(actor, house(world, *h), *others))
        }),
        Command::DeleteUser { who, whom: n } => by(who, &|actor| answer(&world.delete_user(actor, whom(*n)))),
        Command::Disable { who, whom: n } => by(who, &|actor| answer(&world.disable(actor, whom(*n)))),
        Command::Enable { who, whom: n } => by(who, &|actor| answer(&world.enable(actor, whom(*n)))),
        Command::Onboard { whom: n } => {
            world.onboard(whom(*n));
            None
        }
    }
}
