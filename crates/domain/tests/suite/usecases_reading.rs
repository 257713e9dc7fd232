//! Reading: what is hidden, and through whose eyes lists are seen.

use innkeeper_domain::{
    access::{Actor, Grant, PropertyLimit, Role, Scope},
    people::{PropertyUser, UserState},
    ports::{
        Direction, MockQueries, NoSuchPage, Page, PageRequest, PropertyFilter, PropertyUserFilter,
        PropertyUserOrder, PropertyUserView, StoreError, TOTAL_CAP, Total, UserFilter,
    },
    usecases::{
        ReadError, get_property, get_property_user, get_user, list_api_keys, list_credentials,
        list_properties, list_property_users, list_users,
    },
};
use rstest::rstest;

use crate::{
    cast::{NOW, Token, grant, house, id, tenant},
    world::{application, as_user, house_fields, person},
};

fn told<T>(answer: &Result<T, ReadError>) -> String {
    match answer {
        Ok(_) => "done".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn view() -> PropertyUserView {
    PropertyUserView {
        property_user: PropertyUser {
            tenant: tenant(),
            id: id(20),
            property: house(),
            user: id(200),
            role: Role::User,
            overrides: innkeeper_domain::access::Overrides::NONE,
            invited_at: NOW,
            updated_at: NOW,
            invited_by: None,
        },
        user: person(id(200), "zoe", UserState::Active),
    }
}

#[rstest]
#[case::owner(vec![grant(Role::Owner, &[])], "done", "done")]
#[case::without_people(vec![grant(Role::User, &[("users.read", false)])], "the policy `users.read` is not granted", "done")]
#[case::blinded(vec![grant(Role::User, &[("property.read", false)])], "not visible", "not visible")]
#[case::stranger(vec![], "not visible", "not visible")]
fn a_property_user_and_a_property_are_seen_by_their_grants(
    #[case] grants: Vec<Grant>,
    #[case] people: &str,
    #[case] property: &str,
) {
    let mut queries = MockQueries::new();
    let theirs = grants.clone();
    queries
        .expect_property_user()
        .withf(|of, _, viewer| *of == tenant() && *viewer == Some(id(100)))
        .returning(move |_, _, _| Ok(Some((view(), theirs.clone()))));
    let found = house_fields().into_property(tenant(), house(), NOW);
    queries
        .expect_property()
        .returning(move |_, _, _| Ok(Some((found.clone(), grants.clone()))));
    let actor = as_user(id(100));
    assert_eq!(told(&get_property_user(&queries, &actor, id(20))), people);
    assert_eq!(told(&get_property(&queries, &actor, house())), property);
    let elsewhere = Token::of_user(id(100)).limited_to(&[id(11)]).actor();
    assert_eq!(
        told(&get_property_user(&queries, &elsewhere, id(20))),
        "not visible"
    );
    assert_eq!(told(&get_property(&queries, &elsewhere, house())), "not visible");
}

#[test]
fn what_is_unknown_reads_as_what_is_invisible() {
    let mut queries = MockQueries::new();
    queries.expect_property_user().returning(|_, _, _| Ok(None));
    queries.expect_property().returning(|_, _, _| Ok(None));
    queries.expect_user().returning(|_, _| Ok(None));
    assert_eq!(
        told(&get_property_user(&queries, &application(), id(20))),
        "not visible"
    );
    assert_eq!(
        told(&get_property(&queries, &application(), house())),
        "not visible"
    );
    assert_eq!(told(&get_user(&queries, &application(), id(200))), "not visible");
    let credentials = list_credentials(&queries, &application(), id(200), PageRequest::first(25));
    assert_eq!(told(&credentials), "not visible");
}

#[rstest]
#[case::oneself(as_user(id(200)), "done")]
#[case::another(as_user(id(100)), "not visible")]
#[case::application(application(), "done")]
#[case::unscoped(Token::of_user(id(200)).without(Scope::UserRead).actor(), "the token lacks the scope `user:read`")]
fn a_user_sees_themself_and_an_application_everybody(#[case] actor: Actor, #[case] answer: &str) {
    let mut queries = MockQueries::new();
    queries
        .expect_user()
        .returning(|_, _| Ok(Some(person(id(200), "zoe", UserState::Active))));
    queries.expect_credentials().returning(|_, _, _| Ok(empty()));
    assert_eq!(told(&get_user(&queries, &actor, id(200))), answer);
    let credentials = list_credentials(&queries, &actor, id(200), PageRequest::first(25));
    assert_eq!(told(&credentials), answer);
}

fn empty<T>() -> Page<T> {
    Page {
        items: Vec::new(),
        total: Total::counted(0),
    }
}

#[test]
fn lists_are_seen_through_the_eyes_of_the_token() {
    let filter = PropertyUserFilter {
        properties: None,
        users: None,
        roles: None,
        order: PropertyUserOrder::InvitedAt,
        direction: Direction::Ascending,
    };
    let houses = PropertyFilter {
        ids: None,
        titles: None,
        direction: Direction::Ascending,
    };
    let page = PageRequest::first(100);
    let limited = Token::of_user(id(100)).limited_to(&[house()]).actor();
    for (actor, user, limit) in [
        (as_user(id(100)), Some(id(100)), PropertyLimit::Unlimited),
        (limited, Some(id(100)), PropertyLimit::Only(vec![house()])),
        (application(), None, PropertyLimit::Unlimited),
    ] {
        let mut queries = MockQueries::new();
        let expected = innkeeper_domain::ports::Viewer {
            tenant: tenant(),
            user,
            limit,
        };
        let eyes = expected.clone();
        queries
            .expect_property_users()
            .once()
            .withf(move |viewer, _, _| *viewer == eyes)
            .returning(|_, _, _| Ok(empty()));
        queries
            .expect_properties()
            .once()
            .withf(move |viewer, _, _| *viewer == expected)
            .returning(|_, _, _| Ok(empty()));
        queries
            .expect_api_keys()
            .once()
            .withf(move |_, of, _| *of == user)
            .returning(|_, _, _| Ok(empty()));
        // Whoever a user asks for, they are shown themself; an application is shown whom it asks for.
        let shown = user.or(Some(id(300)));
        queries
            .expect_users()
            .once()
            .withf(move |_, filter, _| filter.only == shown)
            .returning(|_, _, _| Ok(empty()));
        assert_eq!(
            told(&list_property_users(&queries, &actor, &filter, page)),
            "done"
        );
        assert_eq!(told(&list_properties(&queries, &actor, &houses, page)), "done");
        assert_eq!(told(&list_api_keys(&queries, &actor, page)), "done");
        let everybody = UserFilter {
            only: Some(id(300)),
            email: None,
            direction: Direction::Ascending,
        };
        assert_eq!(told(&list_users(&queries, &actor, &everybody, page)), "done");
    }
}

#[test]
fn a_list_without_the_scope_asks_nothing() {
    let queries = MockQueries::new();
    let actor = Token::of_application()
        .with(&[Scope::PropertyWrite, Scope::UserWrite])
        .actor();
    let page = PageRequest::first(25);
    assert_eq!(
        told(&list_api_keys(&queries, &actor, page)),
        "the token lacks the scope `user:read`"
    );
    assert_eq!(
        told(&get_property(&queries, &actor, house())),
        "the token lacks the scope `property:read`"
    );
}

#[test]
fn failures_of_the_store_are_passed_on() {
    let mut queries = MockQueries::new();
    queries.expect_user().returning(|_, _| Err(StoreError::Busy));
    let error = get_user(&queries, &application(), id(200)).unwrap_err();
    assert!(matches!(error, ReadError::Store(StoreError::Busy)), "{error:?}");
}

#[test]
fn pages_begin_at_one_and_end_where_counting_ends() {
    assert_eq!(PageRequest::new(0, 10), Err(NoSuchPage));
    assert_eq!(PageRequest::new(1, 0), Err(NoSuchPage));
    assert_eq!(PageRequest::new(u64::MAX, u32::MAX), Err(NoSuchPage));
    let last = TOTAL_CAP / 10;
    assert_eq!(
        PageRequest::new(last, 10).map(PageRequest::offset),
        Ok(TOTAL_CAP - 10)
    );
    assert_eq!(PageRequest::new(last + 1, 10), Err(NoSuchPage));
    assert_eq!(
        (PageRequest::first(0).size(), PageRequest::first(7).offset()),
        (1, 0)
    );
    for (counted, count, capped) in [
        (0, 0, false),
        (TOTAL_CAP, TOTAL_CAP, false),
        (TOTAL_CAP + 1, TOTAL_CAP, true),
    ] {
        let total = Total::counted(counted);
        assert_eq!((total.count(), total.is_capped()), (count, capped));
    }
}
