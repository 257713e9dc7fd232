//! The API reference.

mod docs;
mod document;
