//! People who come in: the links that their mails carry, followed by the real use cases over the store in memory.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use innkeeper_domain::{
    access::{Actor, Role},
    effects::MessageKind,
    ids::{Ids, PropertyUserId, TenantId, UserId},
    onboarding::{LinkView, Password, PasswordHash, Progress},
    people::{FullName, User},
    ports::{Entropy, MockQueries, NotHashed, Passwords},
    time::Timestamp,
    tokens::{LinkPurpose, Secret, SecretBits},
    usecases::{
        Answered, ConfirmInvite, FollowLinkError, LinkSettings, OpenSession, ResendError, ResendOnboarding,
        RestorePassword, Session, SignInError, Visit, answer_link_requests, choose_password, confirm_invite,
        find_login, look_at_link, open_session, prove, resend_onboarding, restore_password, usable_link,
    },
    values::Email,
};

use crate::{
    cast::tenant,
    world::{LINK_LIFETIME, World, operator},
};

/// Passwords that are not hashed at all, with a count of the comparisons.
#[derive(Debug, Default)]
pub(crate) struct PlainPasswords {
    pub(crate) compared: AtomicU32,
}

impl Passwords for PlainPasswords {
    fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<PasswordHash, NotHashed> {
        let text = password.reveal().replace(' ', "_");
        let [first, ..] = salt;
        PasswordHash::parse(format!("$argon2id${first}${text}")).map_err(|_not_a_hash| NotHashed)
    }

    fn verify(&self, password: &Password, hash: Option<&PasswordHash>) -> bool {
        self.compared.fetch_add(1, Ordering::SeqCst);
        let text = password.reveal().replace(' ', "_");
        hash.is_some_and(|hash| hash.as_str().rsplit('$').next() == Some(text.as_str()))
    }

    fn weakness(&self, password: &Password, about: &[String]) -> Option<&'static str> {
        let known = |word: &String| password.reveal().contains(word.as_str());
        about.iter().any(known).then_some("is too easy to guess")
    }
}

/// Bits that are the same each time.
struct Even;

impl Entropy for Even {
    fn bits(&self) -> [u8; 16] {
        [11; 16]
    }
}

/// A good password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The reads of a store, as it is now.
pub(crate) fn reads(world: &World) -> MockQueries {
    let mut queries = MockQueries::new();
    let state = world.state();
    queries
        .expect_link()
        .returning(move |tenant, id| Ok(state.link_facts(tenant, id)));
    let state = world.state();
    queries
        .expect_sign_in_facts()
        .returning(move |tenant, email| Ok(state.sign_in_facts(tenant, email)));
    let state = world.state();
    queries.expect_link_requests().returning(move |limit| {
        let keys = state.link_requests.iter().map(|row| (row.tenant, row.id));
        Ok(keys.take(usize::try_from(limit).unwrap()).collect())
    });
    queries
}

impl World {
    /// The next request of somebody without a token.
    pub(crate) fn visit(&self) -> Visit {
        let context = self.context(&operator());
        Visit {
            now: context.now,
            ids: context.ids,
            request: context.request,
        }
    }

    pub(crate) fn visit_at(&self, now: Timestamp) -> Visit {
        Visit {
            now,
            ids: Ids::new(now, self.visit().ids.make::<()>().uuid().as_u64_pair().1),
            ..self.visit()
        }
    }

    /// The secret that the latest mail of this kind to a person carries.
    pub(crate) fn mailed(&self, user: UserId, kind: MessageKind) -> Option<Secret> {
        self.store.look(|state| {
            let mut mails = state.messages.iter().rev();
            let mail = mails.find(|(mail, _)| (mail.recipient, mail.kind) == (user, kind));
            mail.and_then(|(mail, _)| mail.secret.clone())
        })
    }

    pub(crate) fn view(&self, secret: &Secret, now: Timestamp) -> LinkView {
        look_at_link(&reads(self), secret, now).unwrap()
    }

    /// Follows a link to the end, as the person or as somebody who is signed in.
    pub(crate) fn follow(
        &self,
        secret: &Secret,
        purpose: LinkPurpose,
        caller: Option<&Actor>,
        visit: Visit,
    ) -> Result<User, FollowLinkError> {
        let link = usable_link(&reads(self), secret, purpose, caller, visit.now)?;
        let password = Password::chosen(PASSWORD).unwrap();
        let passwords = PlainPasswords::default();
        let password = choose_password(&passwords, &link, Some("Zoe Lind"), &password, [7; 16])?;
        self.settle(secret, link.user, purpose, password, visit)
    }

    /// The last step alone, whatever came of the first ones.
    pub(crate) fn settle(
        &self,
        secret: &Secret,
        user: UserId,
        purpose: LinkPurpose,
        password: PasswordHash,
        visit: Visit,
    ) -> Result<User, FollowLinkError> {
        let secret = secret.clone();
        match purpose {
            LinkPurpose::Onboarding => confirm_invite(
                &self.store,
                &ConfirmInvite {
                    visit,
                    secret,
                    user,
                    name: FullName::parse("Zoe Lind").unwrap(),
                    password,
                },
            ),
            LinkPurpose::PasswordReset => restore_password(
                &self.store,
                &RestorePassword {
                    visit,
                    secret,
                    user,
                    password,
                },
            ),
        }
    }

    pub(crate) fn confirm(&self, secret: &Secret) -> Result<User, FollowLinkError> {
        self.follow(secret, LinkPurpose::Onboarding, None, self.visit())
    }

    pub(crate) fn restore(&self, secret: &Secret) -> Result<User, FollowLinkError> {
        self.follow(secret, LinkPurpose::PasswordReset, None, self.visit())
    }

    pub(crate) fn resend(&self, actor: &Actor, id: PropertyUserId) -> Result<Progress, ResendError> {
        let command = ResendOnboarding {
            context: self.context(actor),
            id,
            mail_limits: self.mail_limits,
            onboarding_bits: SecretBits::new([10; 16]),
            onboarding_lifetime: LINK_LIFETIME,
        };
        resend_onboarding(&self.store, &command)
    }

    /// Signs in, with the count of comparisons.
    pub(crate) fn sign_in(&self, email: &str, password: &str) -> (Result<Session, SignInError>, u32) {
        self.sign_in_to(tenant(), email, password)
    }

    pub(crate) fn sign_in_to(
        &self,
        tenant: TenantId,
        email: &str,
        password: &str,
    ) -> (Result<Session, SignInError>, u32) {
        let passwords = PlainPasswords::default();
        let email = Email::parse(email).unwrap();
        let login = find_login(&reads(self), tenant, &email).unwrap();
        let shown = Password::shown(password).unwrap();
        let session = prove(&passwords, &shown, login)
            .map_err(SignInError::from)
            .and_then(|proven| {
                let command = OpenSession {
                    visit: self.visit(),
                    proven,
                    secret_bits: SecretBits::new([12; 16]),
                };
                open_session(&self.store, &command)
            });
        (session, passwords.compared.load(Ordering::SeqCst))
    }

    /// The background pass.
    pub(crate) fn answer_requests(&self) -> Answered {
        let settings = LinkSettings {
            mail_limits: self.mail_limits,
            onboarding_lifetime: LINK_LIFETIME,
        };
        let now = self.visit().now;
        answer_link_requests(&reads(self), &self.store, &Even, &settings, now, 100).unwrap()
    }
}

/// A house with its owner Ana and an invited person: the owner, the person, the place and the secret of the mail.
pub(crate) fn invited(world: &World, role: Role) -> (UserId, UserId, PropertyUserId, Secret) {
    let ana = world.person("ana");
    let house = world.house_of(ana);
    let view = world
        .invite(
            &crate::world::as_user(ana),
            house,
            &crate::world::address("new"),
            role,
            innkeeper_domain::access::Overrides::NONE,
        )
        .unwrap();
    let secret = world.mailed(view.user.id, MessageKind::Invitation).unwrap();
    (ana, view.user.id, view.property_user.id, secret)
}

/// One lifetime after the world began, and then some.
pub(crate) fn much_later() -> Timestamp {
    crate::cast::NOW + LINK_LIFETIME + Duration::from_hours(1)
}
