//! The tests of the test support, and of the house rules that the compiler does not know.
#![cfg(test)]

mod backend;
mod browser;
mod clock;
mod database;
mod log_capture;
mod processes;
mod seeded;
mod smtp;
mod template;
mod tidy;
mod waiting;
