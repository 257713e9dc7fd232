//! The places of whoever looks, beside those that are looked at.

use crate::schema::property_users;

diesel::alias! {
    pub(super) const VIEWERS: Alias<Viewers> = property_users as viewers;
}

/// The live places of a user. What each of them shows was computed when it was written.
macro_rules! places_of {
    ($tenant:expr, $user:expr) => {
        VIEWERS
            .filter(VIEWERS.field(property_users::tenant_id).eq($tenant))
            .filter(VIEWERS.field(property_users::user_id).eq($user))
            .filter(VIEWERS.field(property_users::withdrawn_at).is_null())
    };
}

pub(super) use places_of;
