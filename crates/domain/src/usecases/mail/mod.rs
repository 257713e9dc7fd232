//! Sending mails: take a message, read what its mail is made of, judge, hand it over, and write down what came of it.

mod deliver;

pub use deliver::{Delivery, MailPorts, Taking, deliver};
