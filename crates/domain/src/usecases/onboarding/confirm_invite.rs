//! On-boarding an invited person.

use super::{
    follow_link::{FollowLinkError, lock_person},
    visit::Visit,
};
use crate::{
    access::Permission,
    effects::{self, AuditAction, Effects},
    ids::UserId,
    onboarding::PasswordHash,
    people::{Credential, FullName, User, UserState},
    ports::{UnitOfWork, atomically},
    tokens::{LinkPurpose, Secret},
    usecases::facts,
};

/// An on-boarding to carry out.
#[derive(Clone, Debug)]
pub struct ConfirmInvite {
    /// The request.
    pub visit: Visit,
    /// The secret of the link.
    pub secret: Secret,
    /// Whose link it is, as [`super::usable_link`] told.
    pub user: UserId,
    /// The name that the person goes by.
    pub name: FullName,
    /// The hash of the password that they chose.
    pub password: PasswordHash,
}

/// Makes an invited person active, with a password: from now on they can come in, and count as the owner of what they
/// own. All their links are used up (C-35), and mails that would carry one are not sent any more.
///
/// # Errors
///
/// [`FollowLinkError`]; then nothing was changed. The link is judged again here, under the lock of the person, so of
/// several at the same time one counts.
pub fn confirm_invite(uow: &dyn UnitOfWork, command: &ConfirmInvite) -> Result<User, FollowLinkError> {
    let ConfirmInvite { visit, secret, .. } = command;
    let (tenant, now) = (secret.tenant(), visit.now);
    atomically(uow, "onboarding.confirm", |repos| {
        let before = lock_person(repos, secret, LinkPurpose::Onboarding, command.user, now)?;
        let mut ids = visit.ids;
        let credential = Credential::of_password(&before, ids.make(), Permission::View, now);
        let (first_name, last_name) = command.name.clone().into_parts();
        let user = User {
            first_name,
            last_name,
            state: UserState::Active,
            updated_at: now,
            onboarded_at: Some(now),
            ..before.clone()
        };
        repos.users().update(&user)?;
        repos.credentials().insert(&credential)?;
        repos
            .passwords()
            .insert(tenant, credential.id, &command.password, now)?;
        repos.onboarding_tokens().use_all_of_user(tenant, user.id, now)?;
        // Everything that waits for a person who has not come in carries a link.
        repos.outbox().cancel_of_user(tenant, user.id, now)?;
        let context = visit.context_of(&credential, ids);
        let mut scribe = context.scribe();
        let onboarded = scribe
            .record(AuditAction::UserOnboarded, user.id)
            .about_user(user.id);
        let added = scribe
            .record(AuditAction::CredentialAdded, credential.id)
            .about_user(user.id);
        let records = vec![
            onboarded
                .before(facts::state(before.state))
                .after(facts::state(user.state)),
            added.after(facts::of_credential(&credential)),
        ];
        Ok(effects::record(repos, Effects::of(records), user)?)
    })
}
