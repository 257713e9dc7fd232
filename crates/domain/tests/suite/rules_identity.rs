//! C-01 to C-07: which addresses are one person.

use innkeeper_domain::{
    access::{Overrides, Role},
    values::{Email, EmailError},
};
use rstest::rstest;

use crate::world::{World, address, application, as_user};

fn key(text: &str) -> String {
    Email::parse(text).unwrap().key().as_str().to_owned()
}

#[rstest]
#[case("Ana@Example.Test", "ana@example.test")]
#[case("ana@BÜCHER.example", "ana@xn--bcher-kva.example")]
// The Kelvin sign is a K to a case-folding database, and to IDNA; in a key it is a plain k.
#[case("ana@\u{212a}ept.example", "ana@kept.example")]
fn c_01_the_key_is_plain_lower_case_ascii_on_every_database(#[case] typed: &str, #[case] expected: &str) {
    let key = key(typed);
    assert_eq!(key, expected);
    assert!(key.is_ascii() && !key.bytes().any(|byte| byte.is_ascii_uppercase()));
}

#[test]
fn c_02_the_key_is_trimmed_and_lower_case_and_the_typed_form_stays() {
    let email = Email::parse("\t Ana.Lima@B\u{fc}cher.Example \n").unwrap();
    assert_eq!(email.as_str(), "Ana.Lima@B\u{fc}cher.Example");
    assert_eq!(email.key().as_str(), "ana.lima@xn--bcher-kva.example");
    assert_eq!(email.local_part(), "Ana.Lima");
}

#[rstest]
#[case::control("an\u{7}a@example.test")]
#[case::carriage_return("ana\r@example.test")]
#[case::line_feed("ana@example.test\nBcc: all@example.test")]
#[case::nul("ana\0@example.test")]
#[case::angle_brackets("Ana <ana@example.test>")]
#[case::comma("ana,bob@example.test")]
#[case::mailto("mailto:ana@example.test")]
#[case::two_ats("ana@bob@example.test")]
#[case::quoted("\"ana\"@example.test")]
#[case::no_at("ana.example.test")]
#[case::no_local_part("@example.test")]
#[case::no_domain("ana@")]
#[case::no_dot("ana@localhost")]
#[case::inner_space("ana @example.test")]
#[case::space_in_domain("ana@ example.test")]
#[case::leading_dot(".ana@example.test")]
#[case::two_dots("ana..lima@example.test")]
#[case::empty_label("ana@example..test")]
#[case::root_dot("ana@example.test.")]
#[case::hyphen_first("ana@-example.test")]
#[case::underscore("ana@ex_ample.test")]
#[case::address_literal("ana@[127.0.0.1]")]
#[case::bare_address("ana@127.0.0.1")]
#[case::soft_hyphen("ana@exam\u{ad}ple.test")]
#[case::zero_width_space("ana@exam\u{200b}ple.test")]
fn c_02_what_is_not_a_plain_address_is_refused(#[case] typed: &str) {
    assert_eq!(Email::parse(typed), Err(EmailError::Malformed));
}

#[test]
fn c_02_addresses_end_at_64_and_254_octets() {
    let domain = |octets: usize| {
        let labels = vec!["d".repeat(60); 10].join(".");
        let cut = labels.get(..octets - 5).unwrap().trim_end_matches('.');
        format!("{cut:d<width$}.test", width = octets - 5)
    };
    for (local, total, accepted) in [
        (64, 100, true),
        (65, 100, false),
        (10, 254, true),
        (10, 255, false),
    ] {
        let address = format!("{}@{}", "a".repeat(local), domain(total - local - 1));
        assert_eq!(address.len(), total);
        let verdict = Email::parse(&address).map(|_| ());
        let expected = if accepted {
            Ok(())
        } else {
            Err(EmailError::TooLong)
        };
        assert_eq!(verdict, expected, "{local} of {total} octets");
    }
}

/// A label of one umlaut is two octets as typed and seven as a key.
#[test]
fn c_02_the_key_counts_and_not_only_what_was_typed() {
    let domain = format!("{}test", "\u{fc}.".repeat(30));
    for (local, expected) in [(9, Ok(254)), (10, Err(EmailError::TooLong))] {
        let typed = format!("{}@{domain}", "a".repeat(local));
        assert!(typed.len() < 120);
        let key = Email::parse(&typed).map(|email| email.key().as_str().len());
        assert_eq!(key, expected);
    }
}

#[test]
fn c_02_an_error_and_a_log_line_never_repeat_the_address() {
    let email = Email::parse("ana@example.test").unwrap();
    let shown = format!(
        "{email:?} {:?} {}",
        email.key(),
        Email::parse("ana@@x").unwrap_err()
    );
    assert!(!shown.contains("ana"), "{shown}");
}

#[test]
fn c_03_dots_and_tags_tell_people_apart() {
    let spellings = [
        "ana.lima@example.test",
        "analima@example.test",
        "analima+work@example.test",
    ];
    let keys: std::collections::BTreeSet<String> = spellings.into_iter().map(key).collect();
    assert_eq!(keys.len(), spellings.len());
}

#[rstest]
#[case::accented("an\u{e1}@example.test")]
#[case::full_width("\u{ff41}na@example.test")]
#[case::kelvin("\u{212a}ana@example.test")]
#[case::dotless("\u{131}ana@example.test")]
fn c_04_a_local_part_beyond_ascii_is_refused(#[case] typed: &str) {
    assert_eq!(Email::parse(typed), Err(EmailError::Malformed));
}

#[test]
fn c_05_equal_keys_are_one_person_however_typed() {
    let world = World::new();
    let house = world.house_of(world.person("ana"));
    let spellings = ["Bob@Example.test", " bob@EXAMPLE.test ", "bob@example.test"];
    let invited = spellings.map(|typed| {
        let other = world.house_of(world.person(&format!("owner-{}", world.state().users.len())));
        let view = world
            .invite(&application(), other, typed, Role::User, Overrides::NONE)
            .unwrap();
        view.user.id
    });
    assert_eq!(invited[0], invited[1]);
    assert_eq!(invited[1], invited[2]);
    let bobs = world.state().users;
    let bobs = bobs
        .iter()
        .filter(|user| user.email.key().as_str() == "bob@example.test");
    assert_eq!(bobs.count(), 1);
    assert!(world.state().place(house, invited[0]).is_none());
}

#[test]
fn c_05_a_second_person_of_the_same_key_cannot_be_stored() {
    use innkeeper_domain::{people::UserState, ports::Repos as _};

    let world = World::new();
    world.person("ana");
    let twin = crate::world::person(world.fresh(), "ANA", UserState::Active);
    let error = world.store.set(|state| state.users().insert(&twin)).unwrap_err();
    assert_eq!(error.to_string(), "something with the same key exists");
}

#[test]
fn c_07_the_address_of_a_deleted_person_is_free_for_someone_new() {
    let world = World::new();
    let (ana, bob) = (world.person("ana"), world.person("bob"));
    let house = world.house_of(ana);
    let all = crate::cast::overrides(&[("users.invite", true)]);
    world.place(house, bob, Role::User, all);
    world.delete_user(&application(), bob).unwrap();

    let again = world
        .invite(&as_user(ana), house, &address("bob"), Role::User, Overrides::NONE)
        .unwrap();

    assert_ne!(again.user.id, bob, "the id of the deleted person came back");
    assert!(again.property_user.overrides.is_none(), "old rights came back");
    let places = world.state().property_users;
    assert!(places.iter().all(|place| place.user != bob));
    assert!(
        world
            .state()
            .credentials
            .iter()
            .all(|row| row.user != bob || row.removed_at.is_some())
    );
}
