//! The operations of users.

use innkeeper_domain::{
    access::acts,
    people::OwnedAlone,
    usecases::{CreateUserError, RemoveUserError},
};
use serde_json::{Value, json};
use utoipa::openapi::extensions::Extensions;

use super::{
    super::{
        Problem,
        users::{CredentialAttributes, NewUserForm, UserAttributes},
    },
    shapes::{document, list, makes, many, one, page, shown},
};
use crate::reference::{
    Answer, Operation, Tag,
    cast::{CREDENTIAL, GRACE, PROPERTY},
    in_path, in_query, values,
};

fn grace() -> Value {
    shown::<UserAttributes>(
        GRACE,
        json!({
            "first-name": "Grace",
            "last-name": "Hopper",
            "email": "grace@example.com",
            "locale": "en",
            "created-at": "2026-05-04T09:00:00.000000Z",
            "status": "new"
        }),
    )
}

pub(crate) fn list_users() -> Operation {
    // Without names of their own, both would have the same name in generated clients.
    let names = ("x-enum-varnames", json!(["NEWEST_FIRST", "OLDEST_FIRST"]));
    let sort = values::words("One of these.", ["-created-at", "created-at"])
        .extensions(Some(Extensions::from_iter([names])));
    let operation = Operation::new(Tag::Users, "listUsers", "List users")
        .text("An application sees all users of its tenant; a user sees themself.")
        .needs::<acts::ListUsers>()
        .takes(in_query(
            "filter[email]",
            "Only the user with this address, in whatever case it is written.",
            <values::Email as utoipa::PartialSchema>::schema(),
        ))
        .takes(in_query(
            "sort",
            "The newest first (`-created-at`), which is the default, or the oldest. `created_at` is read as well.",
            sort.default(Some(json!("-created-at"))),
        ));
    page(operation)
        .answers(
            Answer::new(200, "A page of users.")
                .shows(many::<UserAttributes>(), list("/api/v1/users/", &[grace()]))
                .leads_to("getUser", [("user_id", "$response.body#/data/0/id")]),
        )
        .refuses(
            "wrong_address",
            "The filter is no e-mail address.",
            &Problem::parameter("filter[email]"),
        )
        .refuses(
            "wrong_order",
            "The list knows no such order.",
            &Problem::parameter("sort"),
        )
}

pub(crate) fn create_user() -> Operation {
    let operation = Operation::new(Tag::Users, "createUser", "Create a user")
        .text(
            "The user is active at once, with one login of the type `partner` and the permission `edit`: the application \
             vouches for the address, and no mail is sent. Only applications may do this.",
        )
        .needs::<acts::CreateUser>();
    let example = json!({
        "first-name": "Grace",
        "last-name": "Hopper",
        "email": "grace@example.com",
        "locale": "en"
    });
    let wrong = json!({"first-name": "", "email": "grace"});
    let answer = Answer::new(201, "The new user.")
        .shows(one::<UserAttributes>(), document(&grace()))
        .with_header("Location");
    let answer = [
        "getUser",
        "deleteUser",
        "listCredentials",
        "listAccounts",
        "addAccount",
    ]
    .into_iter()
    .fold(answer, |answer, next| {
        answer.leads_to(next, [("user_id", "$response.body#/data/id")])
    });
    makes::<UserAttributes, NewUserForm>(operation, ("grace", "A user", example), wrong)
        .answers(answer)
        .refuses(
            "email_taken",
            "The tenant has a user with this address.",
            &Problem::from(CreateUserError::EmailTaken),
        )
}

pub(crate) fn get_user() -> Operation {
    Operation::new(Tag::Users, "getUser", "Read one user")
        .needs::<acts::ReadUser>()
        .takes(in_path::<values::Id>("user_id", "The user."))
        .answers(Answer::new(200, "The user.").shows(one::<UserAttributes>(), document(&grace())))
}

pub(crate) fn delete_user() -> Operation {
    Operation::new(Tag::Users, "deleteUser", "Delete a user")
        .text(
            "The user loses all accounts, tokens, keys and places on properties at once. Only applications may do this.",
        )
        .needs::<acts::DeleteUser>()
        .takes(in_path::<values::Id>("user_id", "The user."))
        .answers(Answer::new(204, "Deleted."))
        .refuses(
            "owns_alone",
            "Properties would be left without an owner; they are named.",
            &Problem::from(RemoveUserError::OwnedAlone(OwnedAlone(vec![PROPERTY]))),
        )
}

pub(crate) fn list_credentials() -> Operation {
    let operation = Operation::new(Tag::Users, "listCredentials", "List the logins of a user")
        .text(
            "A user has a `partner` login if an application created them, and a `password` login if they were on-boarded by \
             mail. What an access token or a key may do on accounts depends on the login that it speaks for.",
        )
        .needs::<acts::ListCredentials>()
        .takes(in_path::<values::Id>("user_id", "The user."));
    let login = shown::<CredentialAttributes>(
        CREDENTIAL,
        json!({
            "created-at": "2026-05-04T09:00:00.000000Z",
            "last-login": "2026-05-06T17:20:00.000000Z",
            "credential-type": "partner",
            "global-permissions": "edit",
            "email": "grace@example.com"
        }),
    );
    page(operation).answers(Answer::new(200, "A page of logins.").shows(
        many::<CredentialAttributes>(),
        list(&format!("/api/v1/users/{GRACE}/credentials/"), &[login]),
    ))
}
