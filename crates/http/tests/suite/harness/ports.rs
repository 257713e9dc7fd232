//! What the application asks of the world besides its store.

use std::sync::LazyLock;

use innkeeper_domain::{
    ports::{Clock, Entropy},
    time::Timestamp,
};
use innkeeper_http::Readiness;
use innkeeper_storage::{SchemaState, SqlStore};
use innkeeper_test_support::{LogCapture, ManualClock, SeededBytes};

/// The clock that the test moves.
#[derive(Debug)]
pub(super) struct TestClock(pub(super) ManualClock);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.now_micros())
    }
}

/// Bits that repeat.
#[derive(Debug)]
pub(super) struct TestEntropy(pub(super) SeededBytes);

impl Entropy for TestEntropy {
    fn bits(&self) -> [u8; 16] {
        self.0.bytes()
    }
}

/// Whether the store can be reached and has the schema.
#[derive(Debug)]
pub(super) struct StoreIsReady(pub(super) SqlStore);

impl Readiness for StoreIsReady {
    fn ready(&self) -> Result<(), String> {
        match self.0.schema_state() {
            Ok(SchemaState::Current) => Ok(()),
            Ok(_) => Err("the schema is not current".to_owned()),
            Err(_) => Err("the store cannot be reached".to_owned()),
        }
    }

    fn metrics(&self) -> String {
        "up 1\n".to_owned()
    }
}

/// Everything that any test of this process has logged, on every level.
pub(crate) fn logs() -> &'static LogCapture {
    static LOGS: LazyLock<LogCapture> = LazyLock::new(|| {
        let logs = LogCapture::default();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(logs.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("nobody else subscribes");
        logs
    });
    &LOGS
}
