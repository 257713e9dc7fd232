//! Log output kept in memory, to be searched: for a line that must be there, or a secret that must not.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tracing_subscriber::fmt::MakeWriter;

/// Collects what a subscriber writes; all clones share the text.
///
/// ```
/// use innkeeper_test_support::LogCapture;
///
/// let log = LogCapture::default();
/// let subscriber = tracing_subscriber::fmt().json().with_writer(log.clone()).finish();
/// tracing::subscriber::with_default(subscriber, || tracing::info!(account.id = 7, "account added"));
/// assert!(log.contains("account added"));
/// assert_eq!(log.lines_with("\"account.id\":7").len(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct LogCapture {
    bytes: Arc<Mutex<Vec<u8>>>,
}

impl LogCapture {
    /// Everything written so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock()).into_owned()
    }

    /// Whether `needle` was written.
    pub fn contains(&self, needle: &str) -> bool {
        self.text().contains(needle)
    }

    /// The lines that hold `needle`, oldest first.
    pub fn lines_with(&self, needle: &str) -> Vec<String> {
        self.text()
            .lines()
            .filter(|line| line.contains(needle))
            .map(str::to_owned)
            .collect()
    }

    /// Forgets everything written so far.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// A test that panicked while it logged must not hide the log from the others.
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for LogCapture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for LogCapture {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
