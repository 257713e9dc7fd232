//! Channels that mean ill, or are out of their minds.

mod answers;
mod calendars;
mod pages;
mod server;

use std::time::Duration;

use innkeeper_domain::{
    accounts::{Credentials, Position, Stream, Urgency},
    ids::TenantId,
    ports::FetchRequest,
};

/// A request for a page.
fn page(slug: &str, credentials: &Credentials, stream: Stream, listing: Option<String>) -> FetchRequest {
    FetchRequest {
        tenant: TenantId::from_uuid(uuid::Uuid::nil()),
        channel: slug.parse().unwrap(),
        credentials: credentials.clone(),
        stream,
        listing,
        since: None,
        position: None::<Position>,
        urgency: Urgency::Person,
        limit: Duration::from_secs(30),
    }
}
