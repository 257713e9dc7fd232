//! What holds for every path (contract, section 2).

mod bodies;
mod cors;
mod heads;
mod methods;
mod paths;
mod probes;
mod request_ids;
mod store_failures;
