//! Inviting someone to a property.

use std::time::Duration;

use super::{
    context::{Context, lock_target},
    facts,
    links::{NewLink, issue_link},
};
use crate::{
    access::{Denied, acts, admit, authorize},
    effects::{
        self, AuditAction, Effects, MAIL_WINDOW, MailLimits, Message, MessageKind, TooManyMails,
        within_limits,
    },
    ids::PropertyId,
    people::{Invitation, InviteFacts, InviteFields, InviteRefusal, decide_invite},
    ports::{MailQuery, PropertyUserView, Repos, StoreError, UnitOfWork, atomically},
    tokens::{LinkPurpose, SecretBits},
    values::Invalid,
};

/// An invitation to carry out.
#[derive(Clone, Debug)]
pub struct InvitePropertyUser {
    /// The request.
    pub context: Context,
    /// The property to invite to.
    pub property: PropertyId,
    /// The other fields, or what is wrong with them. It is only told to callers who may invite there (C-30).
    pub fields: Result<InviteFields, Invalid>,
    /// How many mails may be caused.
    pub mail_limits: MailLimits,
    /// 128 fresh random bits for an on-boarding link.
    pub onboarding_bits: SecretBits,
    /// How long the link counts (C-37).
    pub onboarding_lifetime: Duration,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] InviteRefusal),
    /// It would be a mail too many.
    #[error(transparent)]
    TooManyMails(#[from] TooManyMails),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Denied> for InviteError {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.into())
    }
}

impl From<Invalid> for InviteError {
    fn from(invalid: Invalid) -> Self {
        Self::Refused(invalid.into())
    }
}

/// Invites someone: the person if they are new, the property user, the on-boarding link, the record and the mail
/// are stored together or not at all (C-31).
///
/// # Errors
///
/// [`InviteError`]; then nothing was stored.
pub fn invite_property_user(
    uow: &dyn UnitOfWork,
    command: &InvitePropertyUser,
) -> Result<PropertyUserView, InviteError> {
    let Context { actor, now, .. } = &command.context;
    admit::<acts::InvitePropertyUser>(actor)?;
    atomically(uow, "property_users.invite", |repos| {
        let (target, _) = lock_target(repos, actor, command.property)?;
        let permit = authorize::<acts::InvitePropertyUser>(actor, &target)?;
        let fields = command.fields.as_ref().map_err(Clone::clone)?;
        let mut scribe = command.context.scribe();
        let (user_id, property_user_id) = (scribe.id(), scribe.id());
        let known = repos.users().lock_by_email(actor.tenant(), fields.email.key())?;
        let person = known.as_ref().map_or(user_id, |user| user.id);
        let seats = repos
            .property_users()
            .seats(actor.tenant(), command.property, person)?;
        let invitation = decide_invite(
            &permit,
            InviteFacts {
                property: command.property,
                fields,
                known,
                seats,
                inviter: actor.user(),
                property_user_id,
                user_id,
                now: *now,
            },
        )?;
        check_mail_limits(repos, command, &invitation)?;

        let Invitation {
            property_user,
            user,
            is_new,
            message,
        } = invitation;
        let mut records = Vec::new();
        if is_new {
            repos.users().insert(&user)?;
            let record = scribe
                .record(AuditAction::UserCreated, user.id)
                .about_user(user.id);
            records.push(record.after(facts::state(user.state)));
        }
        repos.property_users().insert(&property_user)?;
        let record = scribe.record(AuditAction::PropertyUserInvited, property_user.id);
        let record = record.about_property(property_user.property).about_user(user.id);
        records.push(record.after(facts::of_property_user(&property_user)));

        let secret = match message {
            MessageKind::Invitation | MessageKind::InvitationResent => {
                let link = NewLink {
                    id: scribe.id(),
                    user: &user,
                    purpose: LinkPurpose::Onboarding,
                    bits: &command.onboarding_bits,
                    lifetime: command.onboarding_lifetime,
                    now: *now,
                };
                Some(issue_link(repos, &link)?)
            }
            MessageKind::AccessAdded | MessageKind::AccessWithdrawn | MessageKind::PasswordReset => None,
        };
        let mail = Message {
            tenant: actor.tenant(),
            id: scribe.id(),
            kind: message,
            recipient: user.id,
            property: Some(property_user.property),
            actor: Some(actor.subject()),
            secret,
            created_at: *now,
        };
        let effects = Effects::of(records).and_send(mail);
        Ok(effects::record(
            repos,
            effects,
            PropertyUserView { property_user, user },
        )?)
    })
}

/// A person who did not exist until now got no mail, but whoever invites them may have caused too many.
fn check_mail_limits(
    repos: &mut dyn Repos,
    command: &InvitePropertyUser,
    invitation: &Invitation,
) -> Result<(), InviteError> {
    let Context { actor, now, .. } = &command.context;
    if invitation.is_new && actor.user().is_none() {
        return Ok(());
    }
    let counts = repos.outbox().count(&MailQuery {
        tenant: actor.tenant(),
        actor: actor.user(),
        property: Some(command.property),
        recipient: invitation.user.id,
        since: *now - MAIL_WINDOW,
    })?;
    Ok(within_limits(
        &command.mail_limits,
        &counts,
        Some(actor.subject()),
        invitation.message,
    )?)
}
