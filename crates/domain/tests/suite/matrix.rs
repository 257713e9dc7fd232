//! Who may do what, as one table that needs no knowledge of the code, and the same table in `docs/access.md`.

use innkeeper_domain::access::{
    Action, Actor, Denied, Facts, Grant, Permission, Policy, PropertyTarget, Role, UserTarget, judge,
};

use crate::{
    cast::{Token, grant, house, id, tenant},
    targets::{Kind, kind, words},
};

/// Someone who asks: as what, with which grants on the property, and about whom if it is about a user.
struct Caller {
    title: &'static str,
    token: Option<Token>,
    grants: Grants,
    about: u128,
}

enum Grants {
    None,
    These(Vec<Grant>),
    /// A user, with the one policy allowed that a user lacks for the action.
    UserAnd,
}

fn owner() -> Grants {
    Grants::These(vec![grant(Role::Owner, &[])])
}

fn callers(action: Action) -> Vec<Caller> {
    let user = || Some(Token::of_user(id(100)));
    let column = |title, token, grants| Caller {
        title,
        token,
        grants,
        about: 100,
    };
    let application = || Some(Token::of_application());
    let everything_but_sight: Vec<(&str, bool)> = Policy::ALL
        .iter()
        .map(|policy| (policy.as_str(), *policy != Policy::PropertyRead))
        .collect();
    let unscoped = application().map(|token| token.without(action.scope()));
    let key = |property| user().map(|token| token.limited_to(&[property]));
    let mut columns = vec![
        column("operator", None, Grants::None),
        column("application", application(), Grants::None),
        column("application, no scope", unscoped, Grants::None),
        column("owner", user(), owner()),
        column("user", user(), Grants::These(vec![grant(Role::User, &[])])),
        column("user + policy", user(), Grants::UserAnd),
        Caller {
            about: 200,
            ..column("stranger", user(), Grants::None)
        },
        column(
            "blinded",
            user(),
            Grants::These(vec![grant(Role::User, &everything_but_sight)]),
        ),
        column("key for elsewhere", key(id(11)), owner()),
        column("key for here", key(house()), owner()),
    ];
    columns.extend(Permission::ALL.map(|permission| {
        let token = user().map(|token| token.permitted(permission));
        column(permission.as_str(), token, owner())
    }));
    columns
}

fn verdict(action: Action, caller: &Caller) -> Result<(), Denied> {
    let actor = caller
        .token
        .clone()
        .map_or_else(|| Actor::operator(tenant()), Token::actor);
    let with = |grants: Vec<Grant>| {
        let property = PropertyTarget {
            property: house(),
            exists: true,
            grants,
        };
        let facts = match kind(action) {
            Kind::Tenant => Facts::Tenant,
            Kind::Property => Facts::Property(&property),
            Kind::User => Facts::User(UserTarget {
                user: id(caller.about),
                exists: true,
            }),
        };
        judge(&actor, action, facts).map(|_| ())
    };
    match &caller.grants {
        Grants::None => with(Vec::new()),
        Grants::These(grants) => with(grants.clone()),
        Grants::UserAnd => match with(vec![grant(Role::User, &[])]) {
            Err(Denied::Policy(policy)) => with(vec![grant(Role::User, &[(policy.as_str(), true)])]),
            verdict => verdict,
        },
    }
}

fn cell(verdict: Result<(), Denied>) -> &'static str {
    match verdict {
        Ok(()) => "yes",
        Err(Denied::Scope(_)) => "scope",
        Err(Denied::NotVisible) => "hidden",
        Err(Denied::Policy(_)) => "policy",
        Err(Denied::Permission(_)) => "level",
        Err(Denied::LimitedKey) => "limited",
        Err(Denied::ApplicationsOnly) => "caller",
        Err(Denied::OwnersOnly) => "owner",
        Err(Denied::Ceiling) => "ceiling",
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell:width$}", width = *width))
        .collect();
    format!("| {} |\n", cells.join(" | "))
}

/// One table: a row for each action of this kind.
fn table(wanted: Kind, title: &str) -> String {
    let actions: Vec<Action> = Action::ALL
        .iter()
        .copied()
        .filter(|action| kind(*action) == wanted)
        .collect();
    let mut rows = Vec::new();
    for action in &actions {
        let callers = callers(*action);
        if rows.is_empty() {
            let titles = callers.iter().map(|caller| caller.title.to_owned());
            rows.push(
                [title.to_owned()]
                    .into_iter()
                    .chain(titles)
                    .collect::<Vec<String>>(),
            );
        }
        let cells = callers
            .iter()
            .map(|caller| cell(verdict(*action, caller)).to_owned());
        rows.push([words(*action).to_owned()].into_iter().chain(cells).collect());
    }
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].len()).max().unwrap())
        .collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut text = line(&rows[0], &widths);
    text += &line(&rule, &widths);
    for row in &rows[1..] {
        text += &line(row, &widths);
    }
    text
}

fn matrix() -> String {
    [
        table(Kind::Property, "on one property"),
        table(Kind::User, "on one user"),
        table(Kind::Tenant, "in the tenant"),
    ]
    .join("\n")
}

/// To accept a change: `INSTA_UPDATE=always cargo test -p innkeeper-domain --all-features matrix`, and read the diff.
#[test]
fn the_access_matrix_is_what_was_agreed() {
    insta::assert_snapshot!("access_matrix", matrix());
}

#[test]
fn the_access_matrix_has_a_row_for_every_action() {
    let matrix = matrix();
    for action in Action::ALL {
        let rows = matrix
            .lines()
            .filter(|line| line.starts_with(&format!("| {} ", words(*action))));
        assert_eq!(rows.count(), 1, "{action:?}");
    }
    let rows = matrix.lines().filter(|line| line.starts_with("| ")).count();
    assert_eq!(
        rows,
        Action::ALL.len() + 2 * 3,
        "a heading and a rule for each of the three tables"
    );
}

#[test]
fn the_access_matrix_in_the_docs_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access.md");
    let docs = std::fs::read_to_string(path).unwrap();
    let (_, rest) = docs.split_once("<!-- matrix: generated -->\n").unwrap();
    let (shown, _) = rest.split_once("<!-- matrix: end -->").unwrap();
    assert!(
        shown.trim() == matrix().trim(),
        "the part of docs/access.md between the matrix markers is out of date; put this there:\n\n{}",
        matrix()
    );
}

/// Property routes never look at the global permission.
#[test]
fn c_60_the_global_permission_of_a_credential_changes_nothing_on_a_property() {
    for action in Action::ALL
        .iter()
        .filter(|action| kind(**action) == Kind::Property)
    {
        for caller in callers(*action).iter().rev().take(4) {
            assert_eq!(
                verdict(*action, caller),
                Ok(()),
                "{action:?} with {}",
                caller.title
            );
        }
    }
}
