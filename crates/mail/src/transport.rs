//! The ways out.

mod folder;
mod log;
mod smtp;

pub(crate) use folder::Folder;
pub(crate) use log::Log;
pub use log::TARGET as LOG_TARGET;
pub(crate) use smtp::Smtp;
pub use smtp::{Limits, SmtpServerError, SmtpSettings};
