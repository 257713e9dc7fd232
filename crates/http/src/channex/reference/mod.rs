//! What the reference tells of this dialect.

mod errors;
mod examples;
mod onboarding;
mod properties;
mod property_users;
mod record;
mod shapes;
pub(super) mod words;

pub(crate) use errors::refusal;
pub(crate) use onboarding::{
    confirm_invite, get_onboarding, request_restore_password, resend_invitation, restore_password, sign_in,
};
pub(crate) use properties::{
    create_property, delete_property, get_property, list_properties, update_property,
};
pub(crate) use property_users::{
    get_property_user, invite_user, list_property_users, update_property_user, withdraw_user,
};
pub(crate) use record::{get_property_user_history, list_audit_records};
