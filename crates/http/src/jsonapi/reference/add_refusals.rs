//! What keeps an account from being added: every code with the answer that it stands in.

use std::time::Duration;

use innkeeper_domain::{
    accounts::{ChannelFailure, ChannelFault, ChannelSlug, CredentialCode, CredentialProblem, FaultSide},
    usecases::AddAccountError,
};
use serde_json::{Map, json};

use super::super::accounts::{NewAccount, not_added};
use crate::reference::{Operation, cast::ACCOUNT};

const CHANNEL: &str = "hostaway";

/// Tells every refusal.
pub(super) fn refused(operation: Operation) -> Operation {
    let operation = match NewAccount::read(Map::from_iter([("channel".to_owned(), json!(""))])) {
        Ok(_) => operation,
        Err(problem) => operation.refuses(
            "wrong_attributes",
            "All wrong attributes at once, each with its place.",
            &problem,
        ),
    };
    let operation = operation.refuses(
        "unknown_channel",
        "There is no such channel (`unknown_channel`).",
        &not_added(AddAccountError::UnknownChannel, "hostway"),
    );
    // The examples are about a channel; what is no name of one has no examples.
    let Ok(channel) = CHANNEL.parse::<ChannelSlug>() else {
        return operation;
    };
    let operation = wrong_credentials(operation, &channel);
    let operation = operation
        .refuses(
            "unsupported",
            "The channel cannot be connected here, or not with such credentials (`unsupported`).",
            &not_added(AddAccountError::Unsupported(channel.clone()), CHANNEL),
        )
        .refuses(
            "already_connected",
            "This account of the channel is connected already, and works (`already_connected`).",
            &not_added(
                AddAccountError::AlreadyConnected {
                    channel: channel.clone(),
                    account: ACCOUNT,
                },
                CHANNEL,
            ),
        );
    let faults = ChannelFault::ALL.into_iter();
    let faults =
        faults.filter(|fault| fault.side() != FaultSide::Ours && *fault != ChannelFault::Unsupported);
    faults.fold(operation, |operation, fault| {
        operation.refuses(
            fault.as_str(),
            fault.told(),
            &not_added(failed(&channel, fault), CHANNEL),
        )
    })
}

fn wrong_credentials(operation: Operation, channel: &ChannelSlug) -> Operation {
    CredentialCode::ALL
        .into_iter()
        .fold(operation, |operation, code| {
            let (key, why) = match code {
                CredentialCode::Missing => ("api_key", "A credential is missing (`missing_credential`)."),
                CredentialCode::Unknown => (
                    "token",
                    "The channel takes no such credential (`unknown_credential`).",
                ),
                CredentialCode::Format => (
                    "account_id",
                    "A credential has not the form that it must have (`invalid_format`).",
                ),
            };
            let problem = CredentialProblem {
                key: key.to_owned(),
                code,
            };
            let error = AddAccountError::Credentials {
                channel: channel.clone(),
                problems: vec![problem],
            };
            operation.refuses(code.as_str(), why, &not_added(error, CHANNEL))
        })
}

fn failed(channel: &ChannelSlug, fault: ChannelFault) -> AddAccountError {
    AddAccountError::Channel {
        channel: channel.clone(),
        failure: ChannelFailure {
            fault,
            retry_after: Some(Duration::from_secs(30)),
        },
    }
}
