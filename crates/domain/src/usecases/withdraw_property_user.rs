//! Withdrawing someone from a property.

use super::{
    context::{Context, Scribe, lock_target},
    facts,
};
use crate::{
    access::{Denied, acts, admit, authorize},
    effects::{
        self, AuditAction, AuditRecord, Effects, MAIL_WINDOW, MailLimits, Message, MessageKind, within_limits,
    },
    ids::{MessageId, PropertyUserId, UserId},
    people::{
        PropertyUser, UserState, WithdrawFacts, WithdrawRefusal, Withdrawal, decide_withdraw,
        without_property,
    },
    ports::{MailQuery, Repos, StoreError, UnitOfWork, atomically},
};

/// A withdrawal to carry out.
#[derive(Clone, Debug)]
pub struct WithdrawPropertyUser {
    /// The request.
    pub context: Context,
    /// Which property user.
    pub id: PropertyUserId,
    /// How many mails may be caused.
    pub mail_limits: MailLimits,
}

/// Why nobody was withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] WithdrawRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Denied> for WithdrawError {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.into())
    }
}

/// Withdraws a property user under the lock of the property, with all that hangs on them (C-55).
///
/// # Errors
///
/// [`WithdrawError`]; then nothing was changed. A second withdrawal finds nothing (C-54).
pub fn withdraw_property_user(
    uow: &dyn UnitOfWork,
    command: &WithdrawPropertyUser,
) -> Result<Withdrawal, WithdrawError> {
    let Context { actor, .. } = &command.context;
    admit::<acts::WithdrawPropertyUser>(actor)?;
    atomically(uow, "property_users.withdraw", |repos| {
        let tenant = actor.tenant();
        let found = repos
            .property_users()
            .by_id(tenant, command.id)?
            .ok_or(Denied::NotVisible)?;
        let (property, _) = lock_target(repos, actor, found.property)?;
        let target = repos
            .property_users()
            .by_id(tenant, command.id)?
            .ok_or(Denied::NotVisible)?;
        let verdict = authorize::<acts::WithdrawPropertyUser>(actor, &property);
        if verdict
            .as_ref()
            .is_err_and(|denied| *denied == Denied::NotVisible)
        {
            return Err(Denied::NotVisible.into());
        }
        // Locked, so that two withdrawals of one person see each other (C-39b).
        let user = repos
            .users()
            .lock(tenant, target.user)?
            .ok_or(Denied::NotVisible)?;
        let facts = WithdrawFacts {
            target: &target,
            state: user.state,
            grants: &repos
                .property_users()
                .grants(tenant, target.property, target.user)?,
            other_owners: repos.property_users().active_owners_beside(
                tenant,
                target.property,
                target.user,
            )?,
            actor: actor.user(),
        };
        let withdrawal = decide_withdraw(verdict, &facts)?;
        let places = [(target, user.state)];
        let mut scribe = command.context.scribe();
        let records = carry_out(repos, &mut scribe, &command.context, &places)?;
        let mut effects = Effects::of(records);
        for (place, state) in &places {
            if *state == UserState::Active {
                effects = tell(repos, command, scribe.id(), place, effects)?;
            }
        }
        Ok(effects::record(repos, effects, withdrawal)?)
    })
}

/// Tells a person who has come in of the place they lost. A withdrawal is never refused for a mail: past a limit it
/// happens without one.
fn tell(
    repos: &mut dyn Repos,
    command: &WithdrawPropertyUser,
    id: MessageId,
    place: &PropertyUser,
    effects: Effects,
) -> Result<Effects, StoreError> {
    let Context { actor, now, .. } = &command.context;
    let counts = repos.outbox().count(&MailQuery {
        tenant: place.tenant,
        actor: actor.user(),
        property: Some(place.property),
        recipient: place.user,
        since: *now - MAIL_WINDOW,
    })?;
    let kind = MessageKind::AccessWithdrawn;
    if within_limits(&command.mail_limits, &counts, Some(actor.subject()), kind).is_err() {
        return Ok(effects);
    }
    Ok(effects.and_send(Message {
        tenant: place.tenant,
        id,
        kind,
        recipient: place.user,
        property: Some(place.property),
        actor: Some(actor.subject()),
        secret: None,
        created_at: *now,
    }))
}

/// Ends places on one or more properties: the associations become history, the properties leave key limits, unsent
/// mails about them are cancelled, and a person who was never on-boarded and has no other place loses their links
/// (C-39b, C-55).
pub(super) fn carry_out(
    repos: &mut dyn Repos,
    scribe: &mut Scribe<'_>,
    context: &Context,
    places: &[(PropertyUser, UserState)],
) -> Result<Vec<AuditRecord>, StoreError> {
    let (tenant, now) = (context.actor.tenant(), context.now);
    let ids: Vec<PropertyUserId> = places.iter().map(|(place, _)| place.id).collect();
    repos.property_users().withdraw(tenant, &ids, now)?;
    let mut records = Vec::new();
    for (place, state) in places {
        let record = scribe.record(AuditAction::PropertyUserWithdrawn, place.id);
        let record = record.about_property(place.property).about_user(place.user);
        let record = record.after_instant(place.updated_at);
        records.push(record.before(facts::of_property_user(place)));
        repos
            .outbox()
            .cancel(tenant, place.property, &[place.user], now)?;
        if *state == UserState::Invited && repos.property_users().of_user(tenant, place.user)?.is_empty() {
            repos
                .onboarding_tokens()
                .cancel_of_user(tenant, place.user, now)?;
        }
    }
    let users: Vec<UserId> = places.iter().map(|(place, _)| place.user).collect();
    for before in repos.api_keys().unrevoked_of_users(tenant, &users)? {
        let theirs = places.iter().filter(|(place, _)| place.user == before.user);
        let key = theirs.fold(before.clone(), |key, (place, _)| {
            without_property(&key, place.property, now).unwrap_or(key)
        });
        if key.limit == before.limit {
            continue;
        }
        repos.api_keys().update(&key)?;
        let action = if key.revoked_at.is_some() {
            AuditAction::ApiKeyRevoked
        } else {
            AuditAction::ApiKeyNarrowed
        };
        let record = scribe.record(action, key.id).about_user(key.user);
        records.push(
            record
                .before(facts::of_api_key(&before))
                .after(facts::of_api_key(&key)),
        );
    }
    Ok(records)
}
