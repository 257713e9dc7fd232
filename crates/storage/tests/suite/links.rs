//! Links in mails, links that were asked for, and passwords.

use innkeeper_domain::{
    access::Permission,
    effects::{MessageKind, MessageState},
    ids::LinkRequestId,
    onboarding::{Asked, LinkRequest, LinkState, PasswordHash},
    people::{Credential, CredentialKind, User},
    ports::Queries,
    time::Timestamp,
    tokens::{AccessToken, LinkPurpose, OnboardingToken},
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::world::{NOW, OneOfEach, World, keep, world};

on_each_backend!(
    a_link_is_kept_used_and_cancelled,
    a_link_tells_of_its_places_and_who_invited,
    a_password_belongs_to_a_live_credential,
    a_request_for_a_link_is_taken_once,
    the_last_mail_is_the_one_about_the_place,
    sessions_end_and_other_tokens_stay,
);

pub(crate) fn hash(salt: char) -> PasswordHash {
    PasswordHash::parse(format!("$argon2id$v=19$m=19456,t=2,p=1${salt}$hashed")).unwrap()
}

/// A person with a password, and a link of theirs.
pub(crate) struct Entrant {
    pub(crate) each: OneOfEach,
    pub(crate) login: Credential,
    pub(crate) link: OnboardingToken,
}

pub(crate) fn entrant(world: &World) -> Entrant {
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    let login = Credential {
        id: world.id(),
        kind: CredentialKind::Password,
        permission: Permission::View,
        ..each.credential.clone()
    };
    let (link, _) = world.onboarding_token(&each.user);
    world.keep(|repos| {
        repos.credentials().insert(&login)?;
        repos
            .passwords()
            .insert(world.tenant, login.id, &hash('a'), NOW)?;
        repos.onboarding_tokens().insert(&link)
    });
    Entrant { each, login, link }
}

fn a_link_is_kept_used_and_cancelled(backend: Backend) {
    let world = world(backend);
    let Entrant { each, link, .. } = entrant(&world);
    let (tenant, user) = (world.tenant, each.user.id);
    let found = world
        .keep(|repos| repos.onboarding_tokens().lock(tenant, link.id))
        .unwrap();
    assert_eq!(
        (found.id, found.user, found.purpose),
        (link.id, user, LinkPurpose::Onboarding)
    );
    assert_eq!(found.email.as_ref(), Some(each.user.email.key()));
    assert_eq!(found.secret.as_bytes(), link.secret.as_bytes());
    assert_eq!(
        (found.created_at, found.expires_at),
        (link.created_at, link.expires_at)
    );
    assert_eq!(found.state, LinkState::Open);
    assert_eq!(
        world.keep(|repos| repos.onboarding_tokens().user_of(tenant, link.id)),
        Some(user)
    );

    world.keep(|repos| repos.onboarding_tokens().use_all_of_user(tenant, user, NOW));
    let (mut reset, _) = world.onboarding_token(&each.user);
    reset.purpose = LinkPurpose::PasswordReset;
    world.keep(|repos| {
        repos.onboarding_tokens().insert(&reset)?;
        repos.onboarding_tokens().cancel_of_user(tenant, user, NOW)
    });
    let states = [link.id, reset.id].map(|id| {
        let found = world
            .keep(|repos| repos.onboarding_tokens().lock(tenant, id))
            .unwrap();
        assert!(found.email.is_none(), "the address is erased");
        (found.purpose, found.state)
    });
    assert_eq!(
        states,
        [
            (LinkPurpose::Onboarding, LinkState::Used),
            (LinkPurpose::PasswordReset, LinkState::Cancelled),
        ],
        "what is settled stays as it is"
    );
}

fn a_link_tells_of_its_places_and_who_invited(backend: Backend) {
    let world = world(backend);
    let Entrant { each, link, .. } = entrant(&world);
    let guest: User = world.stored_user("guest@one.example");
    let (token, _) = world.onboarding_token(&guest);
    world.keep(|repos| repos.onboarding_tokens().insert(&token));
    let told = || {
        let facts = world.store.link(world.tenant, token.id).unwrap().unwrap();
        assert_eq!(facts.user, guest);
        let places = facts.places.into_iter().map(|place| {
            (
                place.property.to_string(),
                place.inviter.map(|email| email.as_str().to_owned()),
            )
        });
        places.collect::<Vec<_>>()
    };
    assert!(told().is_empty(), "no place waits");

    let mut place = each.property_user.clone();
    (place.id, place.user, place.invited_by) = (world.id(), guest.id, Some(each.user.id));
    world.keep(|repos| repos.property_users().insert(&place));
    let title = each.property.title.to_string();
    let inviter = each.user.email.as_str().to_owned();
    assert_eq!(told(), [(title.clone(), Some(inviter))]);
    // Only an address that its owner has proven is shown.
    let disabled = User {
        state: innkeeper_domain::people::UserState::Disabled,
        ..each.user.clone()
    };
    world.keep(|repos| repos.users().update(&disabled));
    assert_eq!(told(), [(title, None)]);
    world.keep(|repos| repos.properties().delete(world.tenant, each.property.id, NOW));
    assert!(told().is_empty(), "its property is gone");
    world.keep(|repos| repos.users().erase(world.tenant, guest.id, NOW));
    assert!(world.store.link(world.tenant, token.id).unwrap().is_none());
    assert!(world.store.link(world.tenant, link.id).unwrap().is_some());
}

fn a_password_belongs_to_a_live_credential(backend: Backend) {
    let world = world(backend);
    let Entrant { each, login, .. } = entrant(&world);
    let tenant = world.tenant;
    let known = || {
        let facts = world
            .store
            .sign_in_facts(tenant, each.user.email.key())
            .unwrap()
            .unwrap();
        assert_eq!(facts.user, each.user);
        let locked = world.keep(|repos| repos.passwords().of_user(tenant, each.user.id));
        assert_eq!(facts.login, locked);
        locked.map(|login| (login.credential, login.permission, login.hash))
    };
    assert_eq!(known(), Some((login.id, Permission::View, hash('a'))));
    world.keep(|repos| repos.passwords().update(tenant, login.id, &hash('b'), NOW));
    assert_eq!(known(), Some((login.id, Permission::View, hash('b'))));
    let removed = Credential {
        removed_at: Some(NOW),
        ..login.clone()
    };
    world.keep(|repos| repos.credentials().update(&removed));
    assert_eq!(known(), None);
    world.keep(|repos| repos.credentials().update(&login));
    world.keep(|repos| repos.passwords().remove(tenant, &[]));
    assert!(known().is_some());
    world.keep(|repos| repos.passwords().remove(tenant, &[login.id]));
    assert_eq!(known(), None);
    let missing = keep(&world.store, |repos| {
        repos.passwords().update(tenant, login.id, &hash('c'), NOW)
    });
    assert!(missing.is_err(), "there is none to replace");
}

pub(crate) fn request(world: &World, asked: Asked, requested_at: Timestamp) -> LinkRequest {
    LinkRequest {
        tenant: world.tenant,
        id: world.id(),
        asked,
        requested_at,
    }
}

fn a_request_for_a_link_is_taken_once(backend: Backend) {
    let world = world(backend);
    let Entrant { each, link, .. } = entrant(&world);
    let key = each.user.email.key().clone();
    let later = NOW + std::time::Duration::from_secs(1);
    let second = request(&world, Asked::Link(link.id), later);
    let first = request(&world, Asked::Address(key), NOW);
    world.keep(|repos| {
        repos.link_requests().insert(&second)?;
        repos.link_requests().insert(&first)
    });
    let listed = |limit| -> Vec<LinkRequestId> {
        let keys = world.store.link_requests(limit).unwrap();
        keys.into_iter()
            .map(|(tenant, id)| {
                assert_eq!(tenant, world.tenant);
                id
            })
            .collect()
    };
    assert_eq!(listed(10), [first.id, second.id], "the longest waiting first");
    assert_eq!(listed(1), [first.id]);
    let take = |id| world.keep(|repos| repos.link_requests().take(world.tenant, id));
    assert_eq!(take(first.id), Some(first.clone()));
    assert_eq!(take(first.id), None);
    assert_eq!(take(second.id), Some(second));
    assert!(listed(10).is_empty());
}

fn the_last_mail_is_the_one_about_the_place(backend: Backend) {
    let world = world(backend);
    let each = world.one_of_each();
    world.keep(|repos| each.write(repos));
    world.database.execute("DELETE FROM outgoing_messages");
    let guest = world.stored_user("guest@one.example");
    let last = || {
        world
            .store
            .last_mail(world.tenant, each.property.id, guest.id)
            .unwrap()
    };
    assert_eq!(last(), None);
    let minute = std::time::Duration::from_mins(1);
    let mail = |kind, at, linked: bool| {
        let (mut token, secret) = world.onboarding_token(&guest);
        (token.created_at, token.expires_at) = (at, at + minute);
        let mut message = world.message(&each.property, guest.id);
        (message.kind, message.created_at) = (kind, at);
        message.secret = linked.then_some(secret);
        world.keep(|repos| {
            if linked {
                repos.onboarding_tokens().insert(&token)?;
            }
            repos.outbox().add(std::slice::from_ref(&message))
        });
    };
    mail(MessageKind::Invitation, NOW, true);
    mail(MessageKind::InvitationResent, NOW + minute, true);
    // It tells nobody of a place.
    mail(MessageKind::AccessWithdrawn, NOW + minute * 2, false);
    let found = last().unwrap();
    assert_eq!(
        (found.state, found.attempts, found.fault),
        (MessageState::Pending, 0, None)
    );
    assert_eq!(
        found.link_ends_at,
        Some(NOW + minute * 2),
        "the link of this very mail"
    );
    world.keep(|repos| {
        repos
            .onboarding_tokens()
            .cancel_of_user(world.tenant, guest.id, NOW)
    });
    world.keep(|repos| repos.outbox().cancel_of_user(world.tenant, guest.id, NOW));
    let found = last().unwrap();
    assert_eq!(
        (found.state, found.settled_at),
        (MessageState::Cancelled, Some(NOW))
    );
    assert_eq!(found.link_ends_at, None);
    let elsewhere = world.store.last_mail(world.tenant, world.id(), guest.id).unwrap();
    assert_eq!(elsewhere, None, "another property is another matter");
}

fn sessions_end_and_other_tokens_stay(backend: Backend) {
    let world = world(backend);
    let Entrant { each, login, .. } = entrant(&world);
    let token = |application, subject| AccessToken {
        id: world.id(),
        application,
        subject: Some(subject),
        ..each.access_token.clone()
    };
    let other = world.stored_user("other@one.example");
    let mine = (each.user.id, login.id);
    let session = token(None, mine);
    let kept = [
        token(Some(each.application.id), mine),
        token(None, (other.id, login.id)),
    ];
    world.keep(|repos| {
        repos.access_tokens().insert(&session)?;
        kept.iter()
            .try_for_each(|token| repos.access_tokens().insert(token))
    });
    let facts = world
        .store
        .token_facts(world.tenant, session.id)
        .unwrap()
        .unwrap();
    assert!(facts.token.application.is_none() && facts.subject.is_some());
    world.keep(|repos| repos.access_tokens().remove_sessions(world.tenant, each.user.id));
    assert!(
        world
            .store
            .token_facts(world.tenant, session.id)
            .unwrap()
            .is_none()
    );
    for token in kept {
        assert!(world.store.token_facts(world.tenant, token.id).unwrap().is_some());
    }
}
