//! Links in mails, links that were asked for, and passwords.

use innkeeper_domain::{
    ids::{CredentialId, LinkRequestId, OnboardingTokenId, PropertyId, TenantId, UserId},
    onboarding::{
        InvitedTo, LastMail, LinkFacts, LinkRequest, LinkState, PasswordHash, PasswordLogin, SignInFacts,
        StoredLink,
    },
    people::{CredentialKind, UserState},
    ports::{LinkRequestRepo, OnboardingTokenRepo, PasswordRepo, StoreError},
    time::Timestamp,
    tokens::OnboardingToken,
    values::EmailKey,
};

use super::State;

impl State {
    fn stored(&self, (token, settled): &(OnboardingToken, Option<Timestamp>)) -> StoredLink {
        let state = match settled {
            None => LinkState::Open,
            Some(_) if self.used_links.contains(&token.id) => LinkState::Used,
            Some(_) => LinkState::Cancelled,
        };
        StoredLink {
            tenant: token.tenant,
            id: token.id,
            purpose: token.purpose,
            user: token.user,
            email: settled.is_none().then(|| token.email.clone()),
            secret: token.secret,
            state,
            created_at: token.created_at,
            expires_at: token.expires_at,
        }
    }

    fn link(&self, tenant: TenantId, id: OnboardingTokenId) -> Option<StoredLink> {
        let mut links = self.links.iter();
        let found = links.find(|(row, _)| (row.tenant, row.id) == (tenant, id));
        found.map(|row| self.stored(row))
    }

    fn password_of(&self, tenant: TenantId, user: UserId) -> Option<PasswordLogin> {
        let is_theirs = |id: CredentialId| {
            self.credentials.iter().find(|row| {
                (row.tenant, row.id, row.user) == (tenant, id, user)
                    && row.kind == CredentialKind::Password
                    && row.removed_at.is_none()
            })
        };
        self.passwords.iter().find_map(|(id, hash)| {
            is_theirs(*id).map(|credential| PasswordLogin {
                credential: credential.id,
                permission: credential.permission,
                hash: hash.clone(),
            })
        })
    }

    /// What the page of a link reads.
    pub(crate) fn link_facts(&self, tenant: TenantId, id: OnboardingTokenId) -> Option<LinkFacts> {
        let link = self.link(tenant, id)?;
        let user = self.user(link.user)?.clone();
        let mut places: Vec<_> = self.property_users.iter().collect();
        places.retain(|place| place.user == user.id && place.sight().property);
        places.sort_by_key(|place| std::cmp::Reverse((place.invited_at, place.id)));
        let invited_to = |place: &&innkeeper_domain::people::PropertyUser| {
            let house = self.properties.iter().find(|row| row.id == place.property)?;
            let inviter = place.invited_by.and_then(|id| self.user(id));
            Some(InvitedTo {
                property: house.title.clone(),
                inviter: inviter
                    .filter(|user| user.state == UserState::Active)
                    .map(|user| user.email.clone()),
            })
        };
        let places = places.iter().filter_map(invited_to).collect();
        Some(LinkFacts { link, user, places })
    }

    /// What signing in reads.
    pub(crate) fn sign_in_facts(&self, tenant: TenantId, email: &EmailKey) -> Option<SignInFacts> {
        let mut users = self.users.iter();
        let user = users.find(|row| row.tenant == tenant && row.email.key() == email)?;
        Some(SignInFacts {
            user: user.clone(),
            login: self.password_of(tenant, user.id),
        })
    }

    /// What the state of an on-boarding reads.
    pub(crate) fn last_mail(&self, property: PropertyId, recipient: UserId) -> Option<LastMail> {
        use innkeeper_domain::effects::{MessageKind, MessageState};
        let about = |(mail, _): &&(innkeeper_domain::effects::Message, bool)| {
            let invites = match mail.kind {
                MessageKind::Invitation | MessageKind::InvitationResent | MessageKind::AccessAdded => true,
                MessageKind::AccessWithdrawn | MessageKind::PasswordReset => false,
            };
            invites && (mail.property, mail.recipient) == (Some(property), recipient)
        };
        let (mail, cancelled) = self.messages.iter().rev().find(about)?;
        let mut links = self.links.iter();
        let link = links.find(|(row, settled)| {
            settled.is_none() && (row.user, row.created_at) == (recipient, mail.created_at)
        });
        Some(LastMail {
            state: if *cancelled {
                MessageState::Cancelled
            } else {
                MessageState::Pending
            },
            fault: None,
            attempts: 0,
            settled_at: None,
            link_ends_at: link.map(|(row, _)| row.expires_at),
        })
    }

    fn settle(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Vec<OnboardingTokenId> {
        let mut settled = Vec::new();
        for (row, over) in &mut self.links {
            if (row.tenant, row.user) == (tenant, user) && over.is_none() {
                *over = Some(at);
                settled.push(row.id);
            }
        }
        settled
    }
}

impl OnboardingTokenRepo for State {
    fn insert(&mut self, token: &OnboardingToken) -> Result<(), StoreError> {
        self.write("onboarding_tokens.insert")?;
        self.links.push((token.clone(), None));
        Ok(())
    }

    fn user_of(&mut self, tenant: TenantId, id: OnboardingTokenId) -> Result<Option<UserId>, StoreError> {
        self.call("onboarding_tokens.user_of")?;
        Ok(self.link(tenant, id).map(|link| link.user))
    }

    fn lock(&mut self, tenant: TenantId, id: OnboardingTokenId) -> Result<Option<StoredLink>, StoreError> {
        self.call("onboarding_tokens.lock")?;
        Ok(self.link(tenant, id))
    }

    fn cancel_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.write("onboarding_tokens.cancel_of_user")?;
        self.settle(tenant, user, at);
        Ok(())
    }

    fn use_all_of_user(&mut self, tenant: TenantId, user: UserId, at: Timestamp) -> Result<(), StoreError> {
        self.write("onboarding_tokens.use_all_of_user")?;
        let newly = self.settle(tenant, user, at);
        self.used_links.extend(newly);
        Ok(())
    }
}

impl LinkRequestRepo for State {
    fn insert(&mut self, request: &LinkRequest) -> Result<(), StoreError> {
        self.write("link_requests.insert")?;
        self.link_requests.push(request.clone());
        Ok(())
    }

    fn take(&mut self, tenant: TenantId, id: LinkRequestId) -> Result<Option<LinkRequest>, StoreError> {
        self.write("link_requests.take")?;
        let same = |row: &LinkRequest| (row.tenant, row.id) == (tenant, id);
        let found = self.link_requests.iter().find(|row| same(row)).cloned();
        self.link_requests.retain(|row| !same(row));
        Ok(found)
    }
}

impl PasswordRepo for State {
    fn of_user(&mut self, tenant: TenantId, user: UserId) -> Result<Option<PasswordLogin>, StoreError> {
        self.call("passwords.of_user")?;
        Ok(self.password_of(tenant, user))
    }

    fn insert(
        &mut self,
        _tenant: TenantId,
        credential: CredentialId,
        hash: &PasswordHash,
        _at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("passwords.insert")?;
        self.unless_taken(self.passwords.iter().any(|(id, _)| *id == credential))?;
        self.passwords.push((credential, hash.clone()));
        Ok(())
    }

    fn update(
        &mut self,
        _tenant: TenantId,
        credential: CredentialId,
        hash: &PasswordHash,
        _at: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("passwords.update")?;
        super::replace(&mut self.passwords, &(credential, hash.clone()), |(id, _)| {
            *id == credential
        })
    }

    fn remove(&mut self, _tenant: TenantId, credentials: &[CredentialId]) -> Result<(), StoreError> {
        self.write("passwords.remove")?;
        self.passwords.retain(|(id, _)| !credentials.contains(id));
        Ok(())
    }
}
