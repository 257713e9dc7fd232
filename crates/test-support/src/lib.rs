//! What the tests of the other crates share: databases that a test owns, a clock that a test moves, bytes that
//! repeat, bounded waits, captured logs, child processes, an SMTP server and a browser.
//!
//! It depends on no other crate of the workspace and is a development dependency only, so nothing here reaches
//! the product. Everything panics instead of returning errors: in a test, a panic with a clear text is the report.
//!
//! ```
//! use innkeeper_test_support::{Backend, TestDatabase};
//!
//! let database = TestDatabase::empty(Backend::Sqlite);
//! database.execute("CREATE TABLE guests (name TEXT NOT NULL); INSERT INTO guests VALUES ('Ada')");
//! assert_eq!(database.scalar("SELECT name FROM guests"), "Ada");
//! ```
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "this crate is test code: it reports by panicking and explains itself on stderr"
)]

pub mod backend;
pub mod browser;
pub mod clock;
pub mod database;
pub mod each_backend;
pub mod log_capture;
pub mod processes;
pub mod reference_page;
pub mod seeded;
pub mod smtp;
pub mod waiting;

pub use backend::Backend;
pub use browser::Browser;
pub use clock::ManualClock;
pub use database::TestDatabase;
pub use log_capture::LogCapture;
pub use processes::{ChildProcess, free_port};
pub use reference_page::ReferencePage;
pub use seeded::SeededBytes;
pub use smtp::SmtpServer;
pub use waiting::eventually;
