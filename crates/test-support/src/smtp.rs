//! An SMTP server for tests, in a process of its own on loopback. It takes mails and shows them, and refuses, delays,
//! greylists or cuts connections when told to.
//!
//! The process is the test's own executable, started once more. So each suite that uses it holds one entry, which
//! does nothing unless it was started for this purpose:
//!
//! ```text
//! #[test]
//! #[ignore = "started by the tests that send mail"]
//! fn smtp_server_process() {
//!     innkeeper_test_support::smtp::serve_as_told();
//! }
//! ```
//!
//! and a test says:
//!
//! ```no_run
//! use innkeeper_test_support::smtp::{SmtpServer, Trouble};
//! use std::time::Duration;
//!
//! let server = SmtpServer::start();
//! server.behave_times(&Trouble::DropBeforeAnswer, 1);
//! // ... something sends to server.url() ...
//! let mails = server.wait_for(2, Duration::from_secs(20));
//! assert_eq!(mails[0].message_id(), mails[1].message_id(), "the same mail, twice");
//! ```

mod behaviour;
mod certificate;
mod control;
mod process;
mod received;
mod server;
mod session;
mod wire;

pub use behaviour::{Behaviour, Login, Offer, Trouble};
pub use process::serve_as_told;
pub use received::ReceivedMail;
pub use server::SmtpServer;
