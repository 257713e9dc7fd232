//! Which part of the record of who did what is wanted.

use uuid::Uuid;

use super::Direction;
use crate::{
    effects::{AuditAction, AuditRecord},
    ids::{AuditRecordId, PropertyId, UserId},
    time::Timestamp,
};

/// Which records to list.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of any of these properties.
    pub properties: Option<Vec<PropertyId>>,
    /// About any of these users.
    pub subjects: Option<Vec<UserId>>,
    /// In the name of any of these users or applications.
    pub actors: Option<Vec<Uuid>>,
    /// Of any of these actions.
    pub actions: Option<Vec<AuditAction>>,
    /// At or after this instant.
    pub since: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

/// Which part of the record to show, by id and with that by time.
#[derive(Clone, Copy, Debug)]
pub struct AuditPage {
    /// The last one seen; what comes after it in this direction is shown.
    pub after: Option<AuditRecordId>,
    /// From the oldest on, or from the newest.
    pub direction: Direction,
    /// The most records.
    pub limit: u32,
}

/// A part of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditSlice {
    /// The records.
    pub records: Vec<AuditRecord>,
    /// Whether there are more.
    pub more: bool,
}
