//! `/api/v1/api_keys/` (contract, section 3).

mod ceilings;
mod list;
mod make;
mod revoke;
