//! The operations of coming in.

use std::time::Duration;

use innkeeper_domain::{
    access::acts,
    onboarding::Password,
    usecases::ResendError,
    values::{Invalid, Problem as Wrong},
};
use serde_json::json;
use utoipa::PartialSchema;

use super::{
    super::{
        Problem,
        onboarding::{OnboardingResource, SessionResource},
    },
    examples::grace,
    shapes::{members, one, success, user_entity},
    words::{LinkToken, NewPassword, NewPasswordAgain, ShownPassword, TenantName, WholeName},
};
use crate::{
    entrance::FlowError,
    reference::{Answer, Operation, Tag, cast::PLACE, in_path, values},
};

const NO_STORE: &str = "Cache-Control";

fn about_one(id: &'static str, summary: &'static str) -> Operation {
    Operation::new(Tag::Onboarding, id, summary).takes(in_path::<values::Id>("id", "The property user."))
}

fn progress(answer: Answer, delivery: &str, sent_at: Option<&str>, attempts: u32) -> Answer {
    let example = json!({
        "type": "onboarding",
        "id": PLACE,
        "attributes": {
            "state": "pending",
            "delivery": delivery,
            "fault": null,
            "attempts": attempts,
            "sent_at": sent_at,
            "expires_at": "2026-05-18T09:30:00.000000Z",
            "onboarded_at": null
        }
    });
    answer.shows(one::<OnboardingResource>(), json!({"data": example}))
}

pub(crate) fn get_onboarding() -> Operation {
    let answer = Answer::new(
        200,
        "How far the person has come, and what has become of the latest mail.",
    );
    about_one("getOnboarding", "Read how far an invitation has got")
        .needs::<acts::ReadOnboarding>()
        .answers(progress(answer, "sent", Some("2026-05-04T09:30:02.000000Z"), 1))
}

pub(crate) fn resend_invitation() -> Operation {
    about_one("resendInvitation", "Send the on-boarding link again")
        .text(
            "A new mail with a new link. Every earlier link of the person is over, also those of invitations to other \
             properties.",
        )
        .needs::<acts::ResendOnboarding>()
        .answers(progress(Answer::new(200, "The new mail is on its way."), "queued", None, 0))
        .refuses(
            "already_onboarded",
            "The person has come in already.",
            &Problem::from(ResendError::AlreadyOnboarded),
        )
        .refuses(
            "disabled",
            "The person was switched off.",
            &Problem::from(ResendError::Disabled),
        )
        .refuses(
            "too_many_mails",
            "The mails that this caller, property or person may cause are used up for now.",
            &Problem::TooMany(Duration::from_mins(20)),
        )
}

/// What everybody who comes in may meet.
fn open(id: &'static str, summary: &'static str) -> Operation {
    Operation::new(Tag::Onboarding, id, summary).refuses(
        "too_many_attempts",
        "Too many attempts from this client, or by it for this address.",
        &Problem::TooMany(Duration::from_secs(10)),
    )
}

/// What whoever follows a link may meet.
fn by_link(operation: Operation) -> Operation {
    operation
        .refuses(
            "other_person",
            "The token sent along is somebody else's.",
            &Problem::from(FlowError::OtherPerson),
        )
        .refuses(
            "link_over",
            "The link is unknown, used or over: the three look alike.",
            &Problem::about("token", "is invalid or has expired"),
        )
        .refuses(
            "weak_password",
            "The password is too easy to guess.",
            &Problem::about("password", "is too easy to guess: many people use it"),
        )
        .refuses(
            "wrong_fields",
            "All wrong fields at once.",
            &Problem::from(Invalid::field(
                "password",
                Wrong::TooShort {
                    min: Password::MIN_CHARS,
                },
            )),
        )
}

/// The example of a link's secret: none that was ever handed out.
fn link() -> String {
    format!("inno_{}", "0".repeat(72))
}

pub(crate) fn confirm_invite() -> Operation {
    let form = members(
        [
            ("token", LinkToken::schema()),
            ("name", WholeName::schema()),
            ("password", NewPassword::schema()),
            ("password_confirmation", NewPasswordAgain::schema()),
        ],
        [],
    );
    let operation = open("confirmInvite", "Follow an invitation").text(
        "An invited person tells their name and chooses a password. From then on they can sign in, and count as an owner \
         where they are one. The link works once. A token may be sent along, and must then be the person's own.",
    );
    by_link(operation)
        .reads(
            user_entity("ConfirmInvite", form),
            "grace",
            "Grace comes in",
            json!({"user": {
                "token": link(), "name": "Grace Hopper",
                "password": "mYx7-pelican-soup", "password_confirmation": "mYx7-pelican-soup"
            }}),
        )
        .answers(success().with_header(NO_STORE))
}

pub(crate) fn restore_password() -> Operation {
    let form = members(
        [
            ("token", LinkToken::schema()),
            ("password", NewPassword::schema()),
            ("password_confirmation", NewPasswordAgain::schema()),
        ],
        [],
    );
    let operation = open("restorePassword", "Set a new password").text(
        "By the link of a mail that was asked for. It ends every session of the person. The link works once. A token may be \
         sent along, and must then be the person's own.",
    );
    by_link(operation)
        .reads(
            user_entity("RestorePassword", form),
            "grace",
            "Grace sets a new password",
            json!({"user": {
                "token": link(), "password": "mYx7-pelican-soup", "password_confirmation": "mYx7-pelican-soup"
            }}),
        )
        .answers(success().with_header(NO_STORE))
}

pub(crate) fn request_restore_password() -> Operation {
    let form = members(
        [("email", values::Email::schema())],
        [("tenant", TenantName::schema())],
    );
    naming_a_tenant(open("requestRestorePassword", "Ask for a link to set a new password"))
        .text(
            "The answer is the same whether there is such a person or not. If there is, they are sent a link that works for \
             a day; somebody who was only invited is sent their invitation again.",
        )
        .reads(
            user_entity("RequestRestorePassword", form),
            "grace",
            "Grace forgot her password",
            json!({"user": {"email": "grace@example.com"}}),
        )
        .answers(success().with_header(NO_STORE))
}

pub(crate) fn sign_in() -> Operation {
    let form = members(
        [
            ("email", values::Email::schema()),
            ("password", ShownPassword::schema()),
        ],
        [("tenant", TenantName::schema())],
    );
    let answer = Answer::new(200, "An open session; its token works for twelve hours.").with_header(NO_STORE);
    let answer = answer.shows(
        one::<SessionResource>(),
        json!({"data": {
            "type": "session",
            "attributes": {"token": format!("innt_{}", "0".repeat(72))},
            "relationships": {"user": {"data": grace()}}
        }}),
    );
    naming_a_tenant(open("signIn", "Sign in"))
        .text(
            "With address and password, for a token with all scopes that speaks for this person. A wrong address and a wrong \
             password look alike.",
        )
        .reads(
            user_entity("SignIn", form),
            "grace",
            "Grace signs in",
            json!({"user": {"email": "grace@example.com", "password": "mYx7-pelican-soup"}}),
        )
        .answers(answer)
        .refuses(
            "wrong",
            "Wrong address or password, or nobody who may come in: one answer for all.",
            &Problem::from(FlowError::Wrong),
        )
}

fn naming_a_tenant(operation: Operation) -> Operation {
    operation
        .refuses(
            "wrong_fields",
            "All wrong fields at once.",
            &Problem::about("email", "has invalid format"),
        )
        .refuses(
            "which_tenant",
            "There are several tenants, and none was named.",
            &Problem::about("tenant", "can't be blank"),
        )
}
