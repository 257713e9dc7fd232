//! What a test and its server tell each other: texts of known length over a connection of their own.

use std::io::{self, Read, Write};

/// How the process learns what to be, and where to report.
pub(super) const ADDRESS: &str = "INNKEEPER_TEST_SMTP_CONTROL";
pub(super) const FOLDER: &str = "INNKEEPER_TEST_SMTP_FOLDER";
pub(super) const OFFER: &str = "INNKEEPER_TEST_SMTP_OFFER";
pub(super) const USER: &str = "INNKEEPER_TEST_SMTP_USER";
pub(super) const PASSWORD: &str = "INNKEEPER_TEST_SMTP_PASSWORD";

/// The entry of the executable that is the server.
pub(super) const ENTRY: &str = "smtp_server_process";

pub(super) const BEHAVE: &str = "behave";
pub(super) const MAILS: &str = "mails";
pub(super) const COMMANDS: &str = "commands";
pub(super) const HANG_UP: &str = "hang-up";
pub(super) const CONNECTIONS: &str = "connections";

pub(super) fn put(wire: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    wire.write_all(&length.to_be_bytes())?;
    wire.write_all(bytes)?;
    wire.flush()
}

pub(super) fn take(wire: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    wire.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    wire.read_exact(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn take_text(wire: &mut impl Read) -> io::Result<String> {
    String::from_utf8(take(wire)?).map_err(io::Error::other)
}

pub(super) fn take_number(wire: &mut impl Read) -> io::Result<usize> {
    take_text(wire)?.parse().map_err(io::Error::other)
}
