//! The API reference, judged by other people's programs: what they read in it must be what the server does, and
//! the clients that they make of it must work.

mod clients;
mod conformance;
mod tools;
mod world;
