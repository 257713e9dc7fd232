//! Secrets, keys and tokens: how they look, what is stored of them, and when they count.

mod api_key;
mod mint;
mod records;
mod secret;
mod standing;
mod verify;

pub use api_key::{KeyContext, KeyRefusal, KeyRequest, decide_key};
pub use mint::{MintRefusal, MintRequest, decide_mint, grantable_scopes};
pub use records::{AccessToken, ApiKey, KeyState, LinkPurpose, OnboardingToken};
pub use secret::{Malformed, Secret, SecretBits, SecretHash, SecretKind};
pub use standing::{AccessVersion, Standing};
pub use verify::{ACCESS_TOKEN_SECONDS, CredentialFacts, KeyFacts, NotAuthenticated, TokenFacts};
