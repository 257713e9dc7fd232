//! What the mails say, what they are made of, and how they leave.
#![cfg(test)]

mod composing;
mod folder;
mod golden;
mod letters;
mod log;
mod set_up;
mod smtp;
mod texts;
mod titles;

/// Not a test: the SMTP server of the others, when this executable is started as one.
#[test]
#[ignore = "started by the tests that send mail"]
fn smtp_server_process() {
    innkeeper_test_support::smtp::serve_as_told();
}
