//! Properties: just what property users need of them (contract, section 4).

mod create;
mod delete;
mod edit;
mod list;
