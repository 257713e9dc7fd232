//! Answering those who asked for a link, in the background.

use std::time::Duration;

use crate::{
    effects::{self, Done, Effects, MAIL_WINDOW, MailLimits, Message, within_limits},
    ids::{Ids, LinkRequestId, TenantId},
    onboarding::{Asked, LinkRequest, Promise, RESET_LIFETIME, promised},
    people::User,
    ports::{Entropy, MailQuery, Queries, Repos, StoreError, UnitOfWork, atomically},
    time::Timestamp,
    tokens::{LinkPurpose, SecretBits},
    usecases::links::{NewLink, issue_link},
};

/// What links are made by.
#[derive(Clone, Copy, Debug)]
pub struct LinkSettings {
    /// How many mails may be caused.
    pub mail_limits: MailLimits,
    /// How long the link of an invitation counts (C-37).
    pub onboarding_lifetime: Duration,
}

/// What a pass did.
#[derive(Debug, Default)]
pub struct Answered {
    /// How many requests are gone, whether or not a mail came of them.
    pub answered: u32,
    /// How many mails came of them.
    pub mails: u32,
    /// What failed. Those requests stay, and are in nobody's way.
    pub failures: Vec<StoreError>,
}

/// Answers up to `limit` requests, each in one transaction with its removal. Who is unknown, disabled, waits for nothing,
/// or has had enough mails, gets nothing, and nobody is told.
///
/// # Errors
///
/// [`StoreError`] if the requests cannot be listed, or the store is away.
pub fn answer_link_requests(
    queries: &dyn Queries,
    uow: &dyn UnitOfWork,
    entropy: &dyn Entropy,
    settings: &LinkSettings,
    now: Timestamp,
    limit: u32,
) -> Result<Answered, StoreError> {
    let mut pass = Answered::default();
    for key in queries.link_requests(limit)? {
        let (random, _) = uuid::Uuid::from_bytes(entropy.bits()).as_u64_pair();
        let fresh = Fresh {
            ids: Ids::new(now, random),
            bits: entropy.secret_bits(),
            now,
        };
        match answer(uow, settings, key, &fresh) {
            Ok(mails) => {
                pass.answered += 1;
                pass.mails += mails;
            }
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => pass.failures.push(error),
        }
    }
    Ok(pass)
}

/// What one answer is made of.
struct Fresh {
    ids: Ids,
    bits: SecretBits,
    now: Timestamp,
}

fn answer(
    uow: &dyn UnitOfWork,
    settings: &LinkSettings,
    (tenant, id): (TenantId, LinkRequestId),
    fresh: &Fresh,
) -> Result<u32, StoreError> {
    atomically(uow, "onboarding.answer", |repos| {
        let Some(request) = repos.link_requests().take(tenant, id)? else {
            return effects::record(repos, Effects::none("somebody else is at it"), 0);
        };
        let Some(user) = asker(repos, &request)? else {
            return nothing(repos);
        };
        let places = repos.property_users().of_user(tenant, user.id)?;
        let Some(promise) = promised(&user, &places) else {
            return nothing(repos);
        };
        let counts = repos.outbox().count(&MailQuery {
            tenant,
            actor: None,
            property: promise.property,
            recipient: user.id,
            since: fresh.now - MAIL_WINDOW,
        })?;
        if within_limits(&settings.mail_limits, &counts, None, promise.message).is_err() {
            return nothing(repos);
        }
        send(repos, settings, &user, promise, fresh)
    })
}

/// Locks the person who is meant, if there is one.
fn asker(repos: &mut dyn Repos, request: &LinkRequest) -> Result<Option<User>, StoreError> {
    match &request.asked {
        Asked::Address(email) => repos.users().lock_by_email(request.tenant, email),
        // People are locked before their links.
        Asked::Link(id) => match repos.onboarding_tokens().user_of(request.tenant, *id)? {
            Some(user) => repos.users().lock(request.tenant, user),
            None => Ok(None),
        },
    }
}

fn nothing(repos: &mut dyn Repos) -> Result<Done<u32>, StoreError> {
    effects::record(repos, Effects::none("nobody gets anything"), 0)
}

fn send(
    repos: &mut dyn Repos,
    settings: &LinkSettings,
    user: &User,
    promise: Promise,
    fresh: &Fresh,
) -> Result<Done<u32>, StoreError> {
    let Fresh { ids, bits, now } = fresh;
    let mut ids = *ids;
    let lifetime = match promise.purpose {
        LinkPurpose::Onboarding => {
            // As an inviter who sends the link again (C-35).
            repos
                .onboarding_tokens()
                .cancel_of_user(user.tenant, user.id, *now)?;
            repos.outbox().cancel_of_user(user.tenant, user.id, *now)?;
            settings.onboarding_lifetime
        }
        LinkPurpose::PasswordReset => RESET_LIFETIME,
    };
    let link = NewLink {
        id: ids.make(),
        user,
        purpose: promise.purpose,
        bits,
        lifetime,
        now: *now,
    };
    let secret = issue_link(repos, &link)?;
    let mail = Message {
        tenant: user.tenant,
        id: ids.make(),
        kind: promise.message,
        recipient: user.id,
        property: promise.property,
        actor: None,
        secret: Some(secret),
        created_at: *now,
    };
    let effects = Effects::none("a link that a person asked for changes nobody's access").and_send(mail);
    effects::record(repos, effects, 1)
}
