//! Use cases: load, let a rule decide, apply. One request of a caller is one use case, in one transaction.

mod accounts;
mod api_keys;
mod applications;
mod authenticate;
mod context;
mod create_user;
mod credentials;
mod delete_property;
mod edit_properties;
mod facts;
mod imports;
mod invite_property_user;
mod links;
mod mail;
mod mint_access_token;
mod onboarding;
mod read_properties;
mod read_property_users;
mod read_users;
mod reading;
mod record;
mod remove_users;
mod update_property_user;
mod user_places;
mod withdraw_property_user;

pub use accounts::{
    AddAccount, AddAccountError, Added, CHECK_LIMIT, CheckChannel, CheckedChannel, DeleteAccount,
    DeleteAccountError, RefreshAccount, RefreshError, Refreshed, add_account, check_channel, delete_account,
    get_account, get_run, list_accounts, list_listings, list_reservations, list_runs, refresh_account,
};
pub use api_keys::{ApiKeyError, CreateApiKey, NewApiKey, RevokeApiKey, create_api_key, revoke_api_key};
pub use applications::{
    ApplicationError, ApplicationFields, CreateApplication, CreateTenant, NewApplication, RotateSecret,
    UpdateApplication, create_application, create_tenant, rotate_secret, update_application,
};
pub use authenticate::{AuthenticateError, authenticate, standing_of};
pub use context::Context;
pub use create_user::{CreateUser, CreateUserError, create_user};
pub use credentials::{
    AddCredential, CredentialError, RemoveCredential, SetPermission, add_credential, remove_credential,
    set_permission,
};
pub use delete_property::{DeleteProperty, DeletePropertyError, Others, delete_property};
pub use edit_properties::{
    CreateProperty, EditPropertyError, UpdateProperty, create_property, update_property,
};
pub use imports::{
    Hold, ImportEnd, ImportPorts, Left, PageOutcome, Work, end_unreadable, finish_run, load_work, park_run,
    renew_lease, run_import, schedule_run, store_page, take_over, take_run, wake_slot,
};
pub use invite_property_user::{InviteError, InvitePropertyUser, invite_property_user};
pub use mail::{Delivery, MailPorts, Taking, deliver};
pub use mint_access_token::{MintAccessToken, MintError, mint_access_token};
pub use onboarding::{
    Answered, ConfirmInvite, FollowLinkError, LinkSettings, OpenSession, Proven, ResendError,
    ResendOnboarding, RestorePassword, Session, SignInError, TenantError, Visit, answer_link_requests,
    ask_by_address, ask_by_link, choose_password, confirm_invite, find_login, get_onboarding, look_at_link,
    open_session, prove, resend_onboarding, restore_password, tenant_for, usable_link,
};
pub use read_properties::{get_property, list_properties};
pub use read_property_users::{get_property_user, list_property_users};
pub use read_users::{get_user, list_api_keys, list_credentials, list_users};
pub use reading::ReadError;
pub use record::{
    SEAL_BATCH, SEAL_LEASE, Sealed, Unsealed, VERIFY_GRACE, Verified, history_of_property,
    list_audit_records, record_refusals, seal_records, verify_record,
};
pub use remove_users::{ChangeUserState, RemoveUserError, delete_user, disable_user, enable_user};
pub use update_property_user::{UpdateError, UpdatePropertyUser, update_property_user};
pub use withdraw_property_user::{WithdrawError, WithdrawPropertyUser, withdraw_property_user};
