//! How a person comes in: links in mails, passwords, sessions, and how far an invitation has got.

mod link;
mod login;
mod password;
mod progress;
mod request;

pub use link::{
    InvitedTo, LinkFacts, LinkStanding, LinkState, LinkView, StoredLink, UsableLink, standing_of,
};
pub use login::{Login, PasswordLogin, SESSION_SECONDS, SignInFacts, WrongLogin, login_of};
pub use password::{NotAHash, Password, PasswordError, PasswordHash};
pub use progress::{LastMail, OnboardingState, Progress, progress_of};
pub use request::{Asked, LinkRequest, Promise, RESET_LIFETIME, promised};
