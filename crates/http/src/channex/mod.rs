//! The dialect of property users and properties.

mod audit_records;
mod code;
mod history;
mod list;
mod onboarding;
mod problem;
mod properties;
mod property_users;
pub(crate) mod reference;
mod requests;
mod resources;

pub(crate) use audit_records::list as list_audit_records;
pub(crate) use code::Code;
pub(crate) use history::history;
pub(crate) use onboarding::{
    confirm_invite, get as get_onboarding, request_restore_password, resend as resend_onboarding,
    restore_password, sign_in,
};
pub(crate) use problem::{Problem, challenge};
pub(crate) use properties::{
    create as create_property, delete as delete_property, get as get_property, list as list_properties,
    update as update_property,
};
pub(crate) use property_users::{get, invite, list, update, withdraw};
