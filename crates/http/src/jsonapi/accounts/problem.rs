//! What keeps an account from being added, refreshed or deleted.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, ChannelSlug, CredentialCode, CredentialProblem, FaultSide},
    ids::{AccountId, RunId},
    sync::{Refusal, WaitReason},
    usecases::{AddAccountError, DeleteAccountError, RefreshError},
};

use super::super::{
    code::Code,
    error::{ChannelMeta, ErrorMeta, InProgressMeta, Source},
    problem::Problem,
};
use crate::failure::Failure;

/// What a channel that asks to wait, and does not say for how long, is taken to mean.
const WAIT: Duration = Duration::from_mins(1);

/// Why an account was not added. `named` is the channel as the caller named it.
pub(in crate::jsonapi) fn not_added(error: AddAccountError, named: &str) -> Problem {
    match error {
        AddAccountError::Denied(denied) => denied.into(),
        AddAccountError::Store(error) => Failure::from(error).into(),
        AddAccountError::UnknownChannel => {
            // What could not be a channel's name is not repeated: who knows what it is.
            let channel: Option<ChannelSlug> = named.parse().ok();
            about_channel(
                Code::UnknownChannel,
                "There is no such channel.",
                channel.as_ref(),
            )
        }
        AddAccountError::Unsupported(channel) => unsupported(&channel),
        AddAccountError::Credentials { channel, problems } => wrong_credentials(&channel, &problems),
        AddAccountError::AlreadyConnected { channel, account } => already_connected(&channel, account),
        AddAccountError::Channel { channel, failure } => failed(&channel, failure),
    }
}

fn meta(channel: Option<&ChannelSlug>, code: Code) -> ErrorMeta {
    ErrorMeta::Channel(ChannelMeta {
        channel: channel.map(ChannelSlug::to_string),
        code,
        account_id: None,
    })
}

fn told(code: Code, detail: &str, channel: &ChannelSlug) -> Problem {
    let problem = Problem::one(code, detail);
    problem.with_meta(&meta(Some(channel), code)).with_meta_on_top()
}

fn about_channel(code: Code, detail: &str, channel: Option<&ChannelSlug>) -> Problem {
    let source = Source::Pointer("/data/attributes/channel".to_owned());
    let problem = Problem::at(code, detail, Some(source));
    problem.with_meta(&meta(channel, code)).with_meta_on_top()
}

fn unsupported(channel: &ChannelSlug) -> Problem {
    let detail = "This channel cannot be connected here, or not with such credentials.";
    about_channel(ChannelFault::Unsupported.into(), detail, Some(channel))
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
        let code = Code::from(*code);
        Problem::at(code, detail, Some(source)).with_meta(&meta(Some(channel), code))
    };
    Problem::all(problems.iter().map(one).collect()).with_meta_on_top()
}

/// A key as a part of a JSON pointer (RFC 6901).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn already_connected(channel: &ChannelSlug, account: AccountId) -> Problem {
    let code = Code::AlreadyConnected;
    let detail = "This account of the channel is connected already, and works.";
    let meta = ErrorMeta::Channel(ChannelMeta {
        channel: Some(channel.to_string()),
        code,
        account_id: Some(account),
    });
    let problem = Problem::one(code, detail);
    problem.with_meta(&meta).with_meta_on_top()
}

/// The channel refused (422), or it failed (502). A fault of ours is told as any other.
fn failed(channel: &ChannelSlug, ChannelFailure { fault, retry_after }: ChannelFailure) -> Problem {
    let tell = || told(fault.into(), fault.told(), channel);
    match fault.side() {
        FaultSide::Channel if fault == ChannelFault::RateLimited => {
            tell().retry_after(retry_after.unwrap_or(WAIT))
        }
        FaultSide::Account | FaultSide::Channel => tell(),
        FaultSide::Ours => {
            tracing::error!(%channel, code = fault.as_str(), "a check of credentials failed on our side");
            Failure::Internal.into()
        }
    }
}

/// A run has started already.
pub(in crate::jsonapi) fn in_progress(
    run: RunId,
    phase: Option<&'static str>,
    waiting: Option<WaitReason>,
    retry_after: Duration,
) -> Problem {
    let detail = "An import of this account is in progress.";
    let meta = ErrorMeta::InProgress(InProgressMeta {
        running_run_id: run,
        phase,
        waiting_reason: waiting.map(WaitReason::as_str),
    });
    let problem = Problem::one(Code::RefreshInProgress, detail);
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
