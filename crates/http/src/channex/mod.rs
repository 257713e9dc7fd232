//! The dialect of property users and properties.

mod list;
mod problem;
mod properties;
mod property_users;
mod requests;
mod resources;

pub(crate) use problem::{Problem, challenge};
pub(crate) use properties::{
    create as create_property, delete as delete_property, get as get_property, list as list_properties,
    update as update_property,
};
pub(crate) use property_users::{get, invite, list, update, withdraw};
