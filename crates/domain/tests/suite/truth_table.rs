//! An account is written by scope and subject and credential: three conditions, eight combinations (C-60).

use std::fmt::Write as _;

use innkeeper_domain::access::{Permission, Scope, UserTarget, acts, authorize};

use crate::cast::{Token, id};

#[test]
fn c_60_accounts_are_written_by_scope_and_subject_and_level_together() {
    let mut table = String::from("scope  subject  level  verdict\n");
    for (scope, subject, level) in [
        (true, true, true),
        (true, true, false),
        (true, false, true),
        (true, false, false),
        (false, true, true),
        (false, true, false),
        (false, false, true),
        (false, false, false),
    ] {
        let mut token = Token::of_user(id(100));
        if !scope {
            token = token.without(Scope::UserWrite);
        }
        if !level {
            token = token.permitted(Permission::View);
        }
        let target = UserTarget {
            user: if subject { id(100) } else { id(200) },
            exists: true,
        };
        let verdict = match authorize::<acts::WriteAccounts>(&token.actor(), &target) {
            Ok(_) => "allowed".to_owned(),
            Err(denied) => denied.to_string(),
        };
        let row = [scope, subject, level].map(|fits| if fits { "yes" } else { "no" });
        writeln!(table, "{:5}  {:7}  {:5}  {verdict}", row[0], row[1], row[2]).unwrap();
    }
    insta::assert_snapshot!(table, @r"
    scope  subject  level  verdict
    yes    yes      yes    allowed
    yes    yes      no     the credential needs the permission `edit`
    yes    no       yes    not visible
    yes    no       no     not visible
    no     yes      yes    the token lacks the scope `user:write`
    no     yes      no     the token lacks the scope `user:write`
    no     no       yes    the token lacks the scope `user:write`
    no     no       no     the token lacks the scope `user:write`
    ");
}

#[test]
fn c_60_each_level_reads_and_writes_what_it_should() {
    let mut table = String::from("level  read  write\n");
    for permission in Permission::ALL {
        let actor = Token::of_user(id(100)).permitted(permission).actor();
        let oneself = UserTarget {
            user: id(100),
            exists: true,
        };
        let read = authorize::<acts::ReadAccounts>(&actor, &oneself).is_ok();
        let write = authorize::<acts::WriteAccounts>(&actor, &oneself).is_ok();
        let [read, write] = [read, write].map(|fits| if fits { "yes" } else { "no" });
        writeln!(table, "{:5}  {read:4}  {write}", permission.as_str()).unwrap();
    }
    insta::assert_snapshot!(table, @r"
    level  read  write
    none   no    no
    view   yes   no
    edit   yes   yes
    admin  yes   yes
    ");
}
