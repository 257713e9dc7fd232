//! Coming in: links in mails, passwords and sessions.

mod answer_link_requests;
mod ask_for_link;
mod confirm_invite;
mod follow_link;
mod read_progress;
mod resend;
mod restore_password;
mod sign_in;
mod visit;

pub use answer_link_requests::{Answered, LinkSettings, answer_link_requests};
pub use ask_for_link::{ask_by_address, ask_by_link};
pub use confirm_invite::{ConfirmInvite, confirm_invite};
pub use follow_link::{FollowLinkError, choose_password, look_at_link, usable_link};
pub use read_progress::get_onboarding;
pub use resend::{ResendError, ResendOnboarding, resend_onboarding};
pub use restore_password::{RestorePassword, restore_password};
pub use sign_in::{OpenSession, Proven, Session, SignInError, find_login, open_session, prove};
pub use visit::{TenantError, Visit, tenant_for};
