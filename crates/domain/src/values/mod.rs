//! Values that people type, parsed once and valid ever after.

mod codes;
mod email;
mod invalid;
mod text;

pub use codes::{Country, Currency, Locale, UnknownCode, ZoneName};
pub use email::{Email, EmailError, EmailKey};
pub use invalid::{FieldError, Invalid, Problem};
pub use text::{Label, PersonName, TextError, Title};
