//! Sending an on-boarding link again.

use std::time::Duration;

use crate::{
    access::{Denied, acts, admit, authorize},
    effects::{
        self, AuditAction, Effects, MAIL_WINDOW, MailLimits, Message, MessageKind, MessageState,
        TooManyMails, within_limits,
    },
    ids::PropertyUserId,
    onboarding::{LastMail, Progress, progress_of},
    people::{UserState, outranks_nobody},
    ports::{MailQuery, StoreError, UnitOfWork, atomically},
    tokens::{LinkPurpose, SecretBits},
    usecases::{
        Context,
        context::lock_target,
        links::{NewLink, issue_link},
    },
};

/// A link to send again.
#[derive(Clone, Debug)]
pub struct ResendOnboarding {
    /// The request.
    pub context: Context,
    /// The place of the person.
    pub id: PropertyUserId,
    /// How many mails may be caused.
    pub mail_limits: MailLimits,
    /// 128 fresh random bits for the link.
    pub onboarding_bits: SecretBits,
    /// How long the link counts (C-37).
    pub onboarding_lifetime: Duration,
}

/// Why no link was sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// The actor may not, or cannot see it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The person has come in already.
    #[error("the user has on-boarded already")]
    AlreadyOnboarded,
    /// The person is switched off; no mail switches anybody on.
    #[error("the user is disabled")]
    Disabled,
    /// It would be a mail too many.
    #[error(transparent)]
    TooManyMails(#[from] TooManyMails),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sends a person who has not come in a new link. Older links die, and mails that carry one are not sent any more (C-35).
/// To send it to an owner takes an owner (C-16).
///
/// # Errors
///
/// [`ResendError`]; then nothing was changed.
pub fn resend_onboarding(uow: &dyn UnitOfWork, command: &ResendOnboarding) -> Result<Progress, ResendError> {
    let Context { actor, now, .. } = &command.context;
    admit::<acts::ResendOnboarding>(actor)?;
    atomically(uow, "onboarding.resend", |repos| {
        let tenant = actor.tenant();
        let found = repos
            .property_users()
            .by_id(tenant, command.id)?
            .ok_or(Denied::NotVisible)?;
        let (target, _) = lock_target(repos, actor, found.property)?;
        // Read again, now that nobody can withdraw it.
        let place = repos
            .property_users()
            .by_id(tenant, command.id)?
            .ok_or(Denied::NotVisible)?;
        let permit = authorize::<acts::ResendOnboarding>(actor, &target)?;
        outranks_nobody(permit.standing(), std::slice::from_ref(&place))?;
        let user = repos
            .users()
            .lock(tenant, place.user)?
            .ok_or(Denied::NotVisible)?;
        match user.state {
            UserState::Invited => {}
            UserState::Active => return Err(ResendError::AlreadyOnboarded),
            UserState::Disabled | UserState::Deleted => return Err(ResendError::Disabled),
        }
        let counts = repos.outbox().count(&MailQuery {
            tenant,
            actor: actor.user(),
            property: Some(place.property),
            recipient: user.id,
            since: *now - MAIL_WINDOW,
        })?;
        let kind = MessageKind::InvitationResent;
        within_limits(&command.mail_limits, &counts, Some(actor.subject()), kind)?;

        repos.onboarding_tokens().cancel_of_user(tenant, user.id, *now)?;
        // Everything that waits for a person who has not come in carries a link that is over now.
        repos.outbox().cancel_of_user(tenant, user.id, *now)?;
        let mut scribe = command.context.scribe();
        let link = NewLink {
            id: scribe.id(),
            user: &user,
            purpose: LinkPurpose::Onboarding,
            bits: &command.onboarding_bits,
            lifetime: command.onboarding_lifetime,
            now: *now,
        };
        let secret = issue_link(repos, &link)?;
        let mail = Message {
            tenant,
            id: scribe.id(),
            kind,
            recipient: user.id,
            property: Some(place.property),
            actor: Some(actor.subject()),
            secret: Some(secret),
            created_at: *now,
        };
        let record = scribe
            .record(AuditAction::PropertyUserInvitationResent, place.id)
            .about_property(place.property)
            .about_user(user.id);
        let last_mail = LastMail {
            state: MessageState::Pending,
            fault: None,
            attempts: 0,
            settled_at: None,
            link_ends_at: Some(*now + command.onboarding_lifetime),
        };
        let progress = progress_of(place.id, &user, Some(last_mail), *now);
        Ok(effects::record(
            repos,
            Effects::one(record).and_send(mail),
            progress,
        )?)
    })
}
