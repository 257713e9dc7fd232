//! Error objects as they go out.

use innkeeper_domain::ids::{AccountId, PropertyId, RunId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    code::Code,
    reference::words::{
        AccountChannel, ChannelErrorCode, ErrorCode, ErrorStatus, RunPhase, RunWaitingReason,
    },
};
use crate::reference::values::Id;

/// What went wrong: one object for each thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Errors)]
pub(super) struct Errors {
    #[schema(min_items = 1)]
    pub(super) errors: Vec<ErrorObject>,
    /// Where a channel is involved, the `meta` of the first error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ErrorMeta, required = false)]
    pub(super) meta: Option<Box<ErrorMeta>>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ErrorObject)]
pub(super) struct ErrorObject {
    #[schema(value_type = ErrorStatus)]
    pub(super) status: String,
    #[schema(value_type = ErrorCode)]
    pub(super) code: Code,
    /// The status in words.
    pub(super) title: &'static str,
    /// What is wrong, for people.
    pub(super) detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Source, required = false)]
    pub(super) source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = ErrorMeta, required = false)]
    pub(super) meta: Option<ErrorMeta>,
}

/// Where it lies: in the document that was sent (a JSON pointer), or in the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ErrorSource)]
pub(super) enum Source {
    Pointer(String),
    Parameter(String),
}

/// What is told beside an error.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum ErrorMeta {
    Channel(ChannelMeta),
    OwnedAlone(OwnedAloneMeta),
    InProgress(InProgressMeta),
}

/// Why an account of a channel cannot be added.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ChannelErrorMeta)]
pub(super) struct ChannelMeta {
    /// The channel; `null` if what was sent cannot be the name of one.
    #[schema(value_type = Option<AccountChannel>, required)]
    pub(super) channel: Option<String>,
    #[schema(value_type = ChannelErrorCode)]
    pub(super) code: Code,
    /// The account that is connected already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Id, required = false)]
    pub(super) account_id: Option<AccountId>,
}

/// What keeps a user from being deleted.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = OwnedAloneErrorMeta)]
pub(super) struct OwnedAloneMeta {
    /// The properties that nobody else owns.
    #[schema(value_type = Vec<Id>, min_items = 1)]
    pub(super) property_ids: Vec<PropertyId>,
}

/// What keeps a refresh from being queued.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = InProgressErrorMeta)]
pub(super) struct InProgressMeta {
    /// The import that has started.
    #[schema(value_type = Id)]
    pub(super) running_run_id: RunId,
    /// What it reads; `null` if it has just ended.
    #[schema(value_type = Option<RunPhase>, required)]
    pub(super) phase: Option<&'static str>,
    /// Why it waits, if it does.
    #[schema(value_type = Option<RunWaitingReason>, required)]
    pub(super) waiting_reason: Option<&'static str>,
}
