//! Captured logs.

use innkeeper_test_support::LogCapture;

#[test]
fn lines_are_kept_and_searched() {
    let log = LogCapture::default();
    let subscriber = tracing_subscriber::fmt().json().with_writer(log.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!(run.id = 1, "run started");
        tracing::warn!(run.id = 2, "run failed");
    });
    assert!(log.contains("run started"));
    assert!(!log.contains("run finished"));
    assert_eq!(log.lines_with("WARN").len(), 1);
    log.clear();
    assert_eq!(log.text(), "");
}
