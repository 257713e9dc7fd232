//! What clients tell failures apart by, for those who document it or check the documents.

use crate::{channex, jsonapi, oauth};

/// One status and code of a dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode {
    /// The status of the answer.
    pub status: u16,
    /// The code on the wire.
    pub code: &'static str,
}

/// Every code of every dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorCodes {
    /// Of property users and properties.
    pub channex: Vec<ErrorCode>,
    /// Of users, accounts and all else.
    pub jsonapi: Vec<ErrorCode>,
    /// Of the token endpoint.
    pub oauth: Vec<ErrorCode>,
}

impl ErrorCodes {
    /// As the answers have them.
    #[must_use]
    pub fn all() -> Self {
        let code = |status: actix_web::http::StatusCode, code| ErrorCode {
            status: status.as_u16(),
            code,
        };
        Self {
            channex: channex::Code::ALL.map(|c| code(c.status(), c.as_str())).to_vec(),
            jsonapi: jsonapi::Code::all()
                .map(|c| code(c.status(), c.as_str()))
                .collect(),
            oauth: oauth::Code::ALL.map(|c| code(c.status(), c.as_str())).to_vec(),
        }
    }
}
