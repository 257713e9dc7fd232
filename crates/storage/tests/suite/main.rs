//! The contract of the store, on each backend that the run lists.
#![cfg(test)]

mod all_or_nothing;
mod conflicts;
mod corrupt_rows;
mod house;
mod lists;
mod lists_seen;
mod lost_connections;
mod migrations;
mod outbox;
mod plans;
mod races;
mod races_beside;
mod reads;
mod right_rows_read;
mod right_rows_written;
mod schema;
mod secrets;
mod statements;
mod stored_people;
mod stored_properties;
mod stored_tokens;
mod street;
mod tenant_wall;
mod uniqueness;
mod upkeep;
mod world;
