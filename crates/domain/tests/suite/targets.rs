//! Every action in words, and what it is about. The matches have no wildcard, so that a new action does not compile
//! before it is described here, and with that stands in the matrix and in the comparison with the reference.

use innkeeper_domain::access::Action;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Property,
    User,
    Tenant,
}

pub(crate) const fn kind(action: Action) -> Kind {
    match action {
        Action::ReadPropertyUser
        | Action::ReadOnboarding
        | Action::ResendOnboarding
        | Action::InvitePropertyUser
        | Action::UpdatePropertyUser
        | Action::WithdrawPropertyUser
        | Action::ReadProperty
        | Action::UpdateProperty
        | Action::DeleteProperty
        | Action::ReadHistory => Kind::Property,
        Action::ReadUser
        | Action::DeleteUser
        | Action::ListCredentials
        | Action::CreateApiKey
        | Action::RevokeApiKey
        | Action::ReadAccounts
        | Action::ReadListings
        | Action::ReadReservations
        | Action::WriteAccounts => Kind::User,
        Action::ListPropertyUsers
        | Action::ListAuditRecords
        | Action::ListProperties
        | Action::CreateProperty
        | Action::ListUsers
        | Action::CreateUser
        | Action::ListApiKeys
        | Action::Administer => Kind::Tenant,
    }
}

pub(crate) const fn words(action: Action) -> &'static str {
    match action {
        Action::ListPropertyUsers => "list property users",
        Action::ReadPropertyUser => "see a property user",
        Action::InvitePropertyUser => "invite someone",
        Action::UpdatePropertyUser => "change role or overrides",
        Action::WithdrawPropertyUser => "withdraw someone",
        Action::ReadOnboarding => "see someone's on-boarding",
        Action::ResendOnboarding => "send someone's link again",
        Action::ReadHistory => "see who had access in the past",
        Action::ListAuditRecords => "list the record",
        Action::ListProperties => "list properties",
        Action::ReadProperty => "see the property",
        Action::CreateProperty => "create a property",
        Action::UpdateProperty => "change the property",
        Action::DeleteProperty => "delete the property",
        Action::ListUsers => "list users",
        Action::ReadUser => "see the user",
        Action::CreateUser => "create a user",
        Action::DeleteUser => "delete the user",
        Action::ListCredentials => "list their credentials",
        Action::ListApiKeys => "list API keys",
        Action::CreateApiKey => "make an API key",
        Action::RevokeApiKey => "revoke an API key",
        Action::ReadAccounts => "see their accounts",
        Action::WriteAccounts => "change their accounts",
        Action::ReadListings => "see the listings of their accounts",
        Action::ReadReservations => "see the reservations of their accounts",
        Action::Administer => "run the installation",
    }
}
