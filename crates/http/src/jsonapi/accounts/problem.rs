//! What keeps an account from being added, refreshed or deleted.

use std::time::Duration;

use actix_web::http::StatusCode;
use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, ChannelSlug, CredentialCode, CredentialProblem, FaultSide},
    ids::{AccountId, RunId},
    sync::{Refusal, WaitReason},
    usecases::{AddAccountError, DeleteAccountError, RefreshError},
};
use serde_json::{Value, json};

use super::super::problem::{Problem, Source};
use crate::failure::Failure;

/// What a channel that asks to wait, and does not say for how long, is taken to mean.
const WAIT: Duration = Duration::from_mins(1);

/// Why an account was not added. `named` is the channel as the caller named it.
pub(super) fn not_added(error: AddAccountError, named: &str) -> Problem {
    match error {
        AddAccountError::Denied(denied) => denied.into(),
        AddAccountError::Store(error) => Failure::from(error).into(),
        AddAccountError::UnknownChannel => {
            // What could not be a channel's name is not repeated: who knows what it is.
            let channel: Option<ChannelSlug> = named.parse().ok();
            about_channel("unknown_channel", "There is no such channel.", channel.as_ref())
        }
        AddAccountError::Unsupported(channel) => unsupported(&channel),
        AddAccountError::Credentials { channel, problems } => wrong_credentials(&channel, &problems),
        AddAccountError::AlreadyConnected { channel, account } => already_connected(&channel, account),
        AddAccountError::Channel { channel, failure } => failed(&channel, failure),
    }
}

fn meta(channel: Option<&ChannelSlug>, code: &str) -> Value {
    json!({"channel": channel.map(ChannelSlug::as_str), "code": code})
}

fn told(status: StatusCode, code: &'static str, detail: &str, channel: &ChannelSlug) -> Problem {
    let problem = Problem::one(status, code, detail);
    problem.with_meta(&meta(Some(channel), code)).with_meta_on_top()
}

fn about_channel(code: &'static str, detail: &str, channel: Option<&ChannelSlug>) -> Problem {
    let source = Source::Pointer("/data/attributes/channel".to_owned());
    let problem = Problem::at(StatusCode::UNPROCESSABLE_ENTITY, code, detail, Some(source));
    problem.with_meta(&meta(channel, code)).with_meta_on_top()
}

fn unsupported(channel: &ChannelSlug) -> Problem {
    let detail = "This channel cannot be connected here, or not with such credentials.";
    about_channel(ChannelFault::Unsupported.as_str(), detail, Some(channel))
}

/// One error object for each key. The values are told by nobody.
fn wrong_credentials(channel: &ChannelSlug, problems: &[CredentialProblem]) -> Problem {
    if problems.is_empty() {
        return unsupported(channel);
    }
    let one = |CredentialProblem { key, code }: &CredentialProblem| {
        let detail = match code {
            CredentialCode::Missing => "This credential is required.",
            CredentialCode::Unknown => "The channel takes no such credential.",
            CredentialCode::Format => "This credential does not have the form it must have.",
        };
        let source = Source::Pointer(format!("/data/attributes/credentials/{}", escaped(key)));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let problem = Problem::at(status, code.as_str(), detail, Some(source));
        problem.with_meta(&meta(Some(channel), code.as_str()))
    };
    Problem::all(problems.iter().map(one).collect()).with_meta_on_top()
}

/// A key as a part of a JSON pointer (RFC 6901).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn already_connected(channel: &ChannelSlug, account: AccountId) -> Problem {
    const CODE: &str = "already_connected";
    let detail = "This account of the channel is connected already, and works.";
    let meta = json!({"channel": channel.as_str(), "code": CODE, "account-id": account});
    let problem = Problem::one(StatusCode::UNPROCESSABLE_ENTITY, CODE, detail);
    problem.with_meta(&meta).with_meta_on_top()
}

/// The channel refused (422), or it failed (502). A fault of ours is told as any other.
fn failed(channel: &ChannelSlug, ChannelFailure { fault, retry_after }: ChannelFailure) -> Problem {
    let tell = |status| told(status, fault.as_str(), fault.told(), channel);
    match fault.side() {
        FaultSide::Account => tell(StatusCode::UNPROCESSABLE_ENTITY),
        FaultSide::Channel if fault == ChannelFault::RateLimited => {
            tell(StatusCode::BAD_GATEWAY).retry_after(retry_after.unwrap_or(WAIT))
        }
        FaultSide::Channel => tell(StatusCode::BAD_GATEWAY),
        FaultSide::Ours => {
            tracing::error!(%channel, code = fault.as_str(), "a check of credentials failed on our side");
            Failure::Internal.into()
        }
    }
}

/// A run has started already.
pub(super) fn in_progress(
    run: RunId,
    phase: Option<&str>,
    waiting: Option<WaitReason>,
    retry_after: Duration,
) -> Problem {
    let detail = "An import of this account is in progress.";
    let meta = json!({
        "running-run-id": run,
        "phase": phase,
        "waiting-reason": waiting.map(WaitReason::as_str),
    });
    let problem = Problem::one(StatusCode::CONFLICT, "refresh_in_progress", detail);
    problem.with_meta(&meta).retry_after(retry_after)
}

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Denied(denied) => denied.into(),
            RefreshError::Refused(Refusal::InProgress {
                run,
                waiting,
                retry_after,
            }) => in_progress(run, None, waiting, retry_after),
            RefreshError::Refused(
                refusal @ (Refusal::NoSlot
                | Refusal::SlotExists
                | Refusal::NotReady
                | Refusal::ClaimLost
                | Refusal::TimeOver),
            ) => {
                tracing::error!(%refusal, "a refresh was refused for what no refresh is refused for");
                Failure::Internal.into()
            }
            RefreshError::Store(error) => Failure::from(error).into(),
        }
    }
}

impl From<DeleteAccountError> for Problem {
    fn from(error: DeleteAccountError) -> Self {
        match error {
            DeleteAccountError::Denied(denied) => denied.into(),
            DeleteAccountError::Store(error) => Failure::from(error).into(),
        }
    }
}
