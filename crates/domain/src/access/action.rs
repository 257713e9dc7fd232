//! Everything that can be asked for, and what each needs.

use super::{actor::Permission, grant::Grant, policy::Policy, scope::Scope};
use crate::ids::{PropertyId, UserId};

/// What an action needs beside its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A list that leaves out what the caller may not see.
    Listing,
    /// A policy on the property.
    Policy(Policy),
    /// A token that is not limited to properties.
    Unlimited,
    /// The user named by the path, or an application.
    Oneself,
    /// As `Oneself`, with a permission of the credential and without a property limit.
    Account(Permission),
    /// An application.
    Application,
    /// The operator.
    Operator,
    /// The role of an owner on the property.
    Owner,
}

/// A property, as far as a decision needs it. An unknown property `exists` not and has no grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyTarget {
    /// The property asked for.
    pub property: PropertyId,
    /// Whether the actor's tenant has it.
    pub exists: bool,
    /// The live grants of the acting user on it; none for applications.
    pub grants: Vec<Grant>,
}

/// A user, as far as a decision needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserTarget {
    /// The user asked for.
    pub user: UserId,
    /// Whether the actor's tenant has them, not deleted.
    pub exists: bool,
}

/// The actor's whole tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantTarget;

/// A target in the one form that the decision reads.
#[derive(Clone, Copy, Debug)]
pub enum Facts<'a> {
    /// The tenant as a whole.
    Tenant,
    /// One property.
    Property(&'a PropertyTarget),
    /// One user.
    User(UserTarget),
}

/// What an action acts on.
pub trait Target: sealed::Sealed {
    /// The target in the form that the decision reads.
    fn facts(&self) -> Facts<'_>;
}

impl Target for TenantTarget {
    fn facts(&self) -> Facts<'_> {
        Facts::Tenant
    }
}
impl Target for PropertyTarget {
    fn facts(&self) -> Facts<'_> {
        Facts::Property(self)
    }
}
impl Target for UserTarget {
    fn facts(&self) -> Facts<'_> {
        Facts::User(*self)
    }
}

/// A type that names one [`Action`], so that a [`super::Permit`] for one cannot be used for another.
pub trait Act: sealed::Sealed {
    /// The action named.
    const ACTION: Action;
    /// What it acts on.
    type On: Target;
}

mod sealed {
    /// Only this crate says what can be asked for.
    pub trait Sealed {}
    impl Sealed for super::TenantTarget {}
    impl Sealed for super::PropertyTarget {}
    impl Sealed for super::UserTarget {}
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident on $target:ident, $scope:expr, $need:expr;)*) => {
        /// Everything that can be asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$action,)*];

            /// The scope that a token must carry; the operator's tools carry all.
            pub const fn scope(self) -> Scope {
                match self {
                    $(Self::$action => $scope,)*
                }
            }

            /// What it needs beside that scope.
            pub const fn need(self) -> Need {
                match self {
                    $(Self::$action => $need,)*
                }
            }
        }

        /// One type for each action.
        pub mod acts {
            use super::{Act, Action, sealed::Sealed};

            $(
                $(#[$doc])*
                #[derive(Clone, Copy, Debug)]
                pub enum $action {}
                impl Sealed for $action {}
                impl Act for $action {
                    const ACTION: Action = Action::$action;
                    type On = super::$target;
                }
            )*
        }
    };
}

actions! {
    /// List property users.
    ListPropertyUsers on TenantTarget, Scope::PropertyRead, Need::Listing;
    /// Read one property user.
    ReadPropertyUser on PropertyTarget, Scope::PropertyRead, Need::Policy(Policy::UsersRead);
    /// Invite someone to a property.
    InvitePropertyUser on PropertyTarget, Scope::PropertyWrite, Need::Policy(Policy::UsersInvite);
    /// Change role or overrides.
    UpdatePropertyUser on PropertyTarget, Scope::PropertyWrite, Need::Policy(Policy::UsersUpdate);
    /// Withdraw someone from a property.
    WithdrawPropertyUser on PropertyTarget, Scope::PropertyWrite, Need::Policy(Policy::UsersWithdraw);
    /// See how far someone's on-boarding has got.
    ReadOnboarding on PropertyTarget, Scope::PropertyRead, Need::Policy(Policy::UsersRead);
    /// Send someone's on-boarding link again.
    ResendOnboarding on PropertyTarget, Scope::PropertyWrite, Need::Policy(Policy::UsersInvite);
    /// See who had which place on a property in the past. The record shows that to its owners alone, and so does this: who
    /// may ask about any instant could tell each change from the answers.
    ReadHistory on PropertyTarget, Scope::PropertyRead, Need::Owner;
    /// List the record of who did what.
    ListAuditRecords on TenantTarget, Scope::PropertyRead, Need::Listing;
    /// List properties.
    ListProperties on TenantTarget, Scope::PropertyRead, Need::Listing;
    /// Read one property.
    ReadProperty on PropertyTarget, Scope::PropertyRead, Need::Policy(Policy::PropertyRead);
    /// Create a property.
    CreateProperty on TenantTarget, Scope::PropertyWrite, Need::Unlimited;
    /// Change a property's data.
    UpdateProperty on PropertyTarget, Scope::PropertyWrite, Need::Policy(Policy::PropertyUpdate);
    /// Delete a property.
    DeleteProperty on PropertyTarget, Scope::PropertyWrite, Need::Policy(Policy::PropertyDelete);
    /// List users.
    ListUsers on TenantTarget, Scope::UserRead, Need::Listing;
    /// Read one user.
    ReadUser on UserTarget, Scope::UserRead, Need::Oneself;
    /// Create a user.
    CreateUser on TenantTarget, Scope::UserWrite, Need::Application;
    /// Delete a user.
    DeleteUser on UserTarget, Scope::UserWrite, Need::Application;
    /// List the credentials of a user.
    ListCredentials on UserTarget, Scope::UserRead, Need::Oneself;
    /// List API keys.
    ListApiKeys on TenantTarget, Scope::UserRead, Need::Listing;
    /// Make an API key for a user.
    CreateApiKey on UserTarget, Scope::UserWrite, Need::Account(Permission::None);
    /// Revoke an API key of a user.
    RevokeApiKey on UserTarget, Scope::UserWrite, Need::Account(Permission::None);
    /// See the accounts of a user.
    ReadAccounts on UserTarget, Scope::UserRead, Need::Account(Permission::View);
    /// Add, refresh and delete accounts of a user.
    WriteAccounts on UserTarget, Scope::UserWrite, Need::Account(Permission::Edit);
    /// See the listings of a user's accounts.
    ReadListings on UserTarget, Scope::ListingsRead, Need::Account(Permission::View);
    /// See the reservations of a user's accounts.
    ReadReservations on UserTarget, Scope::ReservationsRead, Need::Account(Permission::View);
    /// Run the installation: tenants, applications, credentials, users' states.
    Administer on TenantTarget, Scope::UserWrite, Need::Operator;
}
