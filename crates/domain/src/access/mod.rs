//! Who may do what: roles, policies, overrides, scopes, and the one decision function.

mod action;
mod actor;
mod authorize;
mod grant;
mod overrides;
mod policy;
mod role;
mod scope;

pub use action::{Act, Action, Facts, Need, PropertyTarget, Target, TenantTarget, UserTarget, acts};
pub use actor::{Actor, Bearer, Permission, PropertyLimit, Subject, UnknownPermission};
pub use authorize::{Denied, Permit, admit, authorize, judge};
pub use grant::{Grant, Origin, Standing};
pub use overrides::{Effect, MAX_KEY_CHARS, MAX_KEYS, Overrides};
pub use policy::{CATALOGUE_VERSION, Policy, PolicySet, UnknownPolicy};
pub use role::{Role, UnknownRole};
pub use scope::{Scope, ScopeSet, UnknownScope};
