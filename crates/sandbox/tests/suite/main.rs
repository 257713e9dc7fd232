//! The sandbox over TCP: every channel read as its vendor documents it, and the controls.
#![cfg(test)]

mod bench;
mod changes;
mod exchanges;
mod faults;
mod fields;
mod habits;
mod quirks;
mod table;
mod vendors;
mod words;
