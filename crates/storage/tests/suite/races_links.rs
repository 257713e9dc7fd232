//! Links and what ends them, at the same time: whatever the order, the result is one that some order of one after the
//! other would have.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use innkeeper_domain::{
    access::Role,
    effects::MailLimits,
    ids::{PropertyUserId, UserId},
    onboarding::{PasswordHash, UsableLink},
    people::FullName,
    ports::{Entropy, Queries},
    time::Timestamp,
    tokens::{LinkPurpose, Secret, SecretBits, SecretKind},
    usecases::{
        ChangeUserState, ConfirmInvite, FollowLinkError, LinkSettings, OpenSession, ResendOnboarding,
        RestorePassword, Visit, answer_link_requests, ask_by_address, confirm_invite, disable_user,
        find_login, open_session, prove, resend_onboarding, restore_password, usable_link,
    },
    values::Email,
};
use innkeeper_test_support::{Backend, on_each_backend};

use crate::{
    house::House,
    links::hash,
    races::{ROUNDS, at_once, crowd},
};

on_each_backend!(
    c_35_a_link_that_is_used_many_times_at_once_counts_once,
    c_39b_on_boarding_meets_a_withdrawal,
    c_35_on_boarding_meets_a_resend,
    on_boarding_meets_being_switched_off,
    a_request_that_two_senders_answer_makes_one_mail,
    a_session_that_meets_a_new_password_does_not_outlive_it,
);

const LIMITS: MailLimits = MailLimits {
    per_actor: u32::MAX,
    pending_per_property: u32::MAX,
    per_recipient_and_property: u32::MAX,
    per_recipient: u32::MAX,
};

/// Bits that differ with each call.
struct Random;

impl Entropy for Random {
    fn bits(&self) -> [u8; 16] {
        let (high, low) = (RandomState::new().hash_one(1), RandomState::new().hash_one(2));
        ((u128::from(high) << 64) | u128::from(low)).to_be_bytes()
    }
}

impl House {
    fn visit(&self) -> Visit {
        let context = self.by(self.operator());
        Visit {
            now: context.now,
            ids: context.ids,
            request: context.request,
        }
    }

    /// An invited person with the secret of their link: the random bits are those of every invitation here.
    fn guest(&self, name: &str, owner: UserId) -> (UserId, PropertyUserId, Secret) {
        let property = self.property(&format!("House of {name}"), owner);
        let email = format!("{name}@example.test");
        let view = self
            .invite(self.user(owner), property, &email, Role::User)
            .unwrap();
        (
            view.user.id,
            view.property_user.id,
            self.secret_of(view.user.id, [3; 16]),
        )
    }

    fn secret_of(&self, user: UserId, bits: [u8; 16]) -> Secret {
        let id = self.database.scalar(&match self.database.backend() {
            Backend::Sqlite => format!(
                "SELECT lower(hex(id)) FROM onboarding_tokens WHERE hex(user_id) = '{}' AND settled_at IS NULL",
                user.uuid().simple().to_string().to_uppercase()
            ),
            Backend::Postgres => format!(
                "SELECT replace(id::text, '-', '') FROM onboarding_tokens WHERE user_id = '{user}' AND settled_at IS NULL"
            ),
        });
        let id = innkeeper_domain::ids::Id::<()>::from_uuid(uuid::Uuid::parse_str(id.trim()).unwrap());
        Secret::issue(SecretKind::Onboarding, self.tenant, id, &SecretBits::new(bits))
    }

    fn usable(&self, secret: &Secret, purpose: LinkPurpose) -> Result<UsableLink, FollowLinkError> {
        usable_link(&self.store, secret, purpose, None, self.visit().now)
    }

    fn confirm(&self, secret: &Secret, user: UserId) -> Result<(), FollowLinkError> {
        let command = ConfirmInvite {
            visit: self.visit(),
            secret: secret.clone(),
            user,
            name: FullName::parse("Zoe Lind").unwrap(),
            password: hash('a'),
        };
        confirm_invite(self.uow(), &command).map(drop)
    }

    /// What has become of a person.
    fn state_of(&self, user: UserId) -> String {
        self.database.scalar(&match self.database.backend() {
            Backend::Sqlite => format!(
                "SELECT state FROM users WHERE hex(id) = '{}'",
                user.uuid().simple().to_string().to_uppercase()
            ),
            Backend::Postgres => format!("SELECT state FROM users WHERE id = '{user}'"),
        })
    }
}

fn is_over(answer: &Result<(), FollowLinkError>) -> bool {
    matches!(answer, Err(FollowLinkError::Invalid(_)))
}

fn c_35_a_link_that_is_used_many_times_at_once_counts_once(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let (guest, _, secret) = house.guest("zoe", ada);
    assert!(house.usable(&secret, LinkPurpose::Onboarding).is_ok());
    let answers = crowd(8, |_| house.confirm(&secret, guest));
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(
        answers.iter().filter(|answer| is_over(answer)).count(),
        7,
        "{answers:?}"
    );
    assert_eq!(house.count("passwords"), 1);
    assert_eq!(house.count("credentials WHERE kind = 'password'"), 1);
    assert_eq!(house.count("audit_records WHERE action = 'user.onboarded'"), 1);
    assert_eq!(house.state_of(guest), "active");
}

fn c_39b_on_boarding_meets_a_withdrawal(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    for round in 0..ROUNDS {
        let (guest, place, secret) = house.guest(&format!("zoe{round}"), ada);
        let (confirmed, withdrawn) = at_once(
            || house.confirm(&secret, guest),
            || house.withdraw(house.user(ada), place),
        );
        withdrawn.unwrap();
        let expected = if confirmed.is_ok() { "active" } else { "invited" };
        assert!(confirmed.is_ok() || is_over(&confirmed), "{confirmed:?}");
        assert_eq!(house.state_of(guest), expected, "round {round}");
        assert!(house.usable(&secret, LinkPurpose::Onboarding).is_err());
    }
    assert_eq!(house.count("onboarding_tokens WHERE settled_at IS NULL"), 0);
}

fn c_35_on_boarding_meets_a_resend(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    for round in 0..ROUNDS {
        let (guest, place, secret) = house.guest(&format!("zoe{round}"), ada);
        let command = ResendOnboarding {
            context: house.by(house.user(ada)),
            id: place,
            mail_limits: LIMITS,
            onboarding_bits: SecretBits::new([5; 16]),
            onboarding_lifetime: Duration::from_hours(72),
        };
        let (confirmed, resent) = at_once(
            || house.confirm(&secret, guest),
            || resend_onboarding(house.uow(), &command),
        );
        // The first of the two is the only one that counts.
        assert_ne!(confirmed.is_ok(), resent.is_ok(), "{confirmed:?} {resent:?}");
        if resent.is_ok() {
            assert!(is_over(&confirmed));
            house.confirm(&house.secret_of(guest, [5; 16]), guest).unwrap();
        }
        assert_eq!(house.state_of(guest), "active");
    }
    assert_eq!(house.count("onboarding_tokens WHERE settled_at IS NULL"), 0);
    assert_eq!(
        house.count("outgoing_messages WHERE state = 'pending' AND sealed IS NOT NULL"),
        0
    );
}

fn on_boarding_meets_being_switched_off(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    for round in 0..ROUNDS {
        let (guest, _, secret) = house.guest(&format!("zoe{round}"), ada);
        let command = ChangeUserState {
            context: house.by(house.operator()),
            user: guest,
        };
        let (confirmed, disabled) = at_once(
            || house.confirm(&secret, guest),
            || disable_user(house.uow(), &command),
        );
        disabled.unwrap();
        assert!(confirmed.is_ok() || is_over(&confirmed), "{confirmed:?}");
        assert_eq!(house.state_of(guest), "disabled", "nothing switches anybody on");
    }
}

fn a_request_that_two_senders_answer_makes_one_mail(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let email = Email::parse("ada@example.test").unwrap();
    let settings = LinkSettings {
        mail_limits: LIMITS,
        onboarding_lifetime: Duration::from_hours(72),
    };
    for round in 1..=ROUNDS {
        ask_by_address(house.uow(), &house.visit(), house.tenant, &email).unwrap();
        let answer = |now: Timestamp| {
            answer_link_requests(&house.store, house.uow(), &Random, &settings, now, 10).unwrap()
        };
        let (now, also_now) = (house.visit().now, house.visit().now);
        let (one, other) = at_once(|| answer(now), || answer(also_now));
        assert_eq!(one.mails + other.mails, 1, "{one:?} {other:?}");
        assert_eq!(
            house.count("outgoing_messages WHERE kind = 'password_reset'"),
            u64::try_from(round).unwrap()
        );
    }
    assert!(house.store.link_requests(10).unwrap().is_empty());
    assert_eq!(house.state_of(ada), "active");
}

/// Passwords that are what they say.
struct Plain;

impl innkeeper_domain::ports::Passwords for Plain {
    fn hash(
        &self,
        _password: &innkeeper_domain::onboarding::Password,
        _salt: [u8; 16],
    ) -> Result<PasswordHash, innkeeper_domain::ports::NotHashed> {
        Ok(hash('a'))
    }

    fn verify(
        &self,
        _password: &innkeeper_domain::onboarding::Password,
        hash: Option<&PasswordHash>,
    ) -> bool {
        hash.is_some()
    }

    fn weakness(
        &self,
        _password: &innkeeper_domain::onboarding::Password,
        _about: &[String],
    ) -> Option<&'static str> {
        None
    }
}

fn a_session_that_meets_a_new_password_does_not_outlive_it(backend: Backend) {
    let house = House::build(backend);
    let ada = house.person("ada");
    let settings = LinkSettings {
        mail_limits: LIMITS,
        onboarding_lifetime: Duration::from_hours(72),
    };
    for (round, byte) in (0..ROUNDS).zip(100..) {
        let name = format!("zoe{round}");
        let (guest, _, secret) = house.guest(&name, ada);
        house.confirm(&secret, guest).unwrap();
        let email = Email::parse(&format!("{name}@example.test")).unwrap();
        ask_by_address(house.uow(), &house.visit(), house.tenant, &email).unwrap();
        let bits = Even(byte);
        answer_link_requests(&house.store, house.uow(), &bits, &settings, house.visit().now, 10).unwrap();
        let reset = house.secret_of(guest, bits.bits());
        let login = find_login(&house.store, house.tenant, &email).unwrap();
        let shown = innkeeper_domain::onboarding::Password::shown("whatever it is").unwrap();
        let proven = prove(&Plain, &shown, login).unwrap();
        let opening = OpenSession {
            visit: house.visit(),
            proven,
            secret_bits: SecretBits::new([8; 16]),
        };
        let command = RestorePassword {
            visit: house.visit(),
            secret: reset,
            user: guest,
            password: hash('b'),
        };
        let (opened, restored) = at_once(
            || open_session(house.uow(), &opening),
            || restore_password(house.uow(), &command),
        );
        restored.unwrap();
        // It was opened before, and ended; or it came too late for the old password.
        if let Ok(session) = &opened {
            assert_eq!(session.user.id, guest);
        }
        assert_eq!(
            house.count("access_tokens"),
            0,
            "round {round}: {:?}",
            opened.is_ok()
        );
    }
}

/// Bits by which a test finds a link again.
struct Even(u8);

impl Entropy for Even {
    fn bits(&self) -> [u8; 16] {
        [self.0; 16]
    }
}
