//! The operations of property users.

use std::time::Duration;

use innkeeper_domain::{
    access::{Denied, acts},
    people::{InviteRefusal, LastOwner, WithdrawRefusal},
    usecases::{InviteError, WithdrawError},
};
use serde_json::{Value, json};

use super::{
    super::{
        Problem,
        problem::Details,
        property_users::LIST,
        requests::{InviteForm, UpdateForm},
        resources::PropertyUserResource,
    },
    examples::property_user,
    shapes::{entity, filter, many, one, page, success},
};
use crate::reference::{Answer, Operation, Tag, cast::PROPERTY, in_path, values};

fn shown(answer: Answer) -> Answer {
    answer.shows(one::<PropertyUserResource>(), json!({"data": property_user()}))
}

fn about_one(id: &'static str, summary: &'static str) -> Operation {
    Operation::new(Tag::PropertyUsers, id, summary).takes(in_path::<values::Id>("id", "The property user."))
}

pub(crate) fn list_property_users() -> Operation {
    let operation = Operation::new(Tag::PropertyUsers, "listPropertyUsers", "List property users")
        .text("Who has which role on which property. Without a filter: all that the caller may see.")
        .needs::<acts::ListPropertyUsers>()
        .takes(filter::<values::Id>(
            "property_id",
            "Only those of these properties.",
        ))
        .takes(filter::<values::Id>("user_id", "Only these people."))
        .takes(filter::<values::RoleName>("role", "Only these roles."));
    let answer = Answer::new(200, "A page of them; without a wish, the oldest invitation is first.").shows(
        many::<PropertyUserResource>(),
        json!({
            "data": [property_user()],
            "meta": {"total": 1, "limit": LIST.limit, "page": 1, "order_by": "invited_at", "order_direction": "asc"}
        }),
    );
    page(operation, LIST.limit, LIST.orders)
        .answers(answer.leads_to("getPropertyUser", [("id", "$response.body#/data/0/id")]))
}

pub(crate) fn invite_user() -> Operation {
    let answer = shown(Answer::new(201, "The new property user."));
    let next = [
        "getPropertyUser",
        "updatePropertyUser",
        "withdrawUser",
        "getOnboarding",
        "resendInvitation",
    ];
    let answer = next.into_iter().fold(answer, |answer, next| {
        answer.leads_to(next, [("id", "$response.body#/data/id")])
    });
    let example = |role: &str, overrides: Value| {
        json!({"invite": {
            "property_id": PROPERTY, "user_email": "grace@example.com", "role": role, "overrides": overrides
        }})
    };
    let (colleague, owner) = (
        example("user", json!({"rates.update": false})),
        example("owner", Value::Null),
    );
    Operation::new(Tag::PropertyUsers, "inviteUser", "Invite someone to a property")
        .text(
            "The role holds at once. Whoever is not known yet becomes a user of the state `invited` and is sent a mail with \
             a link; until they follow it they cannot sign in, and do not count as an owner.\n\nNobody can give a role or an \
             override above their own, nor deny an owner what owners must have (`property.read`, `users.*`). A property has \
             at most 200 users. Of several identical invitations at once, one succeeds.",
        )
        .needs::<acts::InvitePropertyUser>()
        .reads(entity::<InviteForm>("invite"), "a_colleague", "A colleague who may not change rates", colleague)
        .reads(entity::<InviteForm>("invite"), "an_owner", "Another owner", owner)
        .answers(answer)
        .refuses(
            "already_invited",
            "The person has a place on the property already.",
            &Problem::from(InviteError::Refused(InviteRefusal::AlreadyInvited)),
        )
        .refuses(
            "full",
            "The property has as many users as it may have.",
            &Problem::from(InviteError::Refused(InviteRefusal::PropertyFull)),
        )
        .refuses(
            "not_here",
            "There is no such property, the caller may not see it or may not invite there, or the role or an override is \
             above their own: all look alike.",
            &Problem::from(InviteError::Refused(InviteRefusal::Denied(Denied::NotVisible))),
        )
        .refuses(
            "wrong_fields",
            "All wrong fields at once.",
            &Problem::Validation(Details::from([
                ("role".to_owned(), vec!["can't be blank".to_owned()]),
                ("user_email".to_owned(), vec!["has invalid format".to_owned()]),
            ])),
        )
        .refuses(
            "unknown_policy",
            "An override of a policy that there is not.",
            &Problem::about("overrides", "unknown policy: rates.fly"),
        )
        .refuses(
            "too_many_mails",
            "The mails that this caller, property or person may cause are used up for now; nobody was invited.",
            &Problem::TooMany(Duration::from_mins(20)),
        )
}

pub(crate) fn get_property_user() -> Operation {
    about_one("getPropertyUser", "Read one property user")
        .needs::<acts::ReadPropertyUser>()
        .answers(shown(Answer::new(200, "The property user.")))
}

pub(crate) fn update_property_user() -> Operation {
    about_one("updatePropertyUser", "Change role or overrides")
        .text(
            "What is left out stays as it is; `overrides` are replaced as a whole. Nobody can change whoever stands above \
             them, or give more than they have.",
        )
        .needs::<acts::UpdatePropertyUser>()
        .reads(
            entity::<UpdateForm>("property_user"),
            "a_promotion",
            "Make them an owner",
            json!({"property_user": {"role": "owner", "overrides": null}}),
        )
        .reads(
            entity::<UpdateForm>("property_user"),
            "a_permission",
            "Let them export reservations",
            json!({"property_user": {"overrides": {"reservations.export": true}}}),
        )
        .answers(shown(Answer::new(200, "The property user as it is now.")))
        .refuses(
            "last_owner",
            "No active owner would be left on the property.",
            &Problem::from(LastOwner),
        )
        .refuses(
            "wrong_fields",
            "All wrong fields at once.",
            &Problem::about("role", "is invalid"),
        )
}

pub(crate) fn withdraw_user() -> Operation {
    about_one("withdrawUser", "Withdraw someone from a property")
        .text(
            "From the next request on the person has no access to the property any more. It leaves the limits of their API \
             keys; a key that is limited to nothing else is revoked. A later invitation restores no key.",
        )
        .needs::<acts::WithdrawPropertyUser>()
        .answers(success())
        .refuses(
            "oneself",
            "Nobody can withdraw themself.",
            &Problem::from(WithdrawError::Refused(WithdrawRefusal::Oneself)),
        )
        .refuses(
            "last_owner",
            "No active owner would be left on the property.",
            &Problem::from(LastOwner),
        )
}
