//! C-86: random sequences of commands by several actors, run through the real use cases. After every command it is
//! checked that nobody was given what the actor did not have, that every property with people has an active owner,
//! that nobody has two places on a property, that refusals change nothing, and that every change is on record.

mod commands;
mod invariants;

use std::{cell::RefCell, collections::BTreeMap};

use innkeeper_domain::{
    access::{Policy, Role},
    effects::MailLimits,
};
use proptest::{
    collection::vec,
    test_runner::{Config, TestRunner},
};

use crate::{
    cast::overrides,
    model::{
        commands::{Answer, Command, command, run},
        invariants::{Sight, check},
    },
    world::World,
};

/// Mail limits have tests of their own.
const UNLIMITED: MailLimits = MailLimits {
    per_actor: u32::MAX,
    pending_per_property: u32::MAX,
    per_recipient_and_property: u32::MAX,
    per_recipient: u32::MAX,
};

/// A house of two owners, a manager and a user; a second house; a stranger. Four more addresses are nobody's yet.
fn scene() -> World {
    let mut world = World::new();
    world.mail_limits = UNLIMITED;
    let people: Vec<_> = (0..6).map(|n| world.person(&format!("p{n}"))).collect();
    let [sea, hill] = [world.house_of(people[0]), world.house_of(people[1])];
    let manager = [
        ("users.invite", true),
        ("users.update", true),
        ("users.withdraw", true),
    ];
    world.place(sea, people[1], Role::Owner, overrides(&[]));
    world.place(sea, people[2], Role::User, overrides(&manager));
    world.place(sea, people[3], Role::User, overrides(&[("reports.read", false)]));
    world.place(
        hill,
        people[2],
        Role::Owner,
        overrides(&[("property.delete", false)]),
    );
    // Of everything but the rank there is nothing that this one lacks.
    let everything: Vec<(&str, bool)> = Policy::ALL.iter().map(|policy| (policy.as_str(), true)).collect();
    world.place(hill, people[4], Role::User, overrides(&everything));
    world
}

#[test]
fn c_86_no_sequence_of_commands_escalates_orphans_or_doubles_anything() {
    let config = Config {
        cases: 96,
        source_file: Some(file!()),
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let answers: RefCell<BTreeMap<(&str, Answer), u32>> = RefCell::default();
    let outcome = runner.run(&vec(command(), 1..60), |commands: Vec<Command>| {
        let world = scene();
        for command in &commands {
            let before = Sight::of(&world);
            let Some((actor, answer)) = run(&world, command) else {
                continue;
            };
            check(&before, &Sight::of(&world), command, &actor, answer)?;
            *answers.borrow_mut().entry((command.name(), answer)).or_default() += 1;
        }
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let answers = answers.into_inner();
    for name in Command::NAMES {
        for answer in [Answer::Accepted, Answer::Refused] {
            assert!(
                answers.contains_key(&(name, answer)),
                "`{name}` was never {answer:?}; the sequences prove nothing: {answers:?}"
            );
        }
    }
}
