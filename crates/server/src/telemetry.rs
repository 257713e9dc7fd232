//! The log of the server: one line for each event, on stderr.

use std::{
    borrow::Cow,
    io::{self, IsTerminal, Write, stderr},
    panic,
};

use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    fmt,
    fmt::MakeWriter,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::config::{Format, Log};

/// Whoever started to log first goes on; a second start changes nothing.
pub(crate) fn start(log: &Log) {
    let layer = fmt::layer().with_writer(OneLine);
    let layer = match log.format {
        Format::Pretty => layer.with_ansi(stderr().is_terminal()).boxed(),
        Format::Json => layer
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
    };
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter(log)));
    if subscriber.try_init().is_ok() {
        report_panics();
    }
}

/// Libraries that tell of every thread they start, or, asked for everything, of requests and statements with the
/// secrets in them, tell warnings only.
fn filter(log: &Log) -> Targets {
    const TALKATIVE: [&str; 7] = ["actix", "diesel", "h2", "hyper", "reqwest", "rustls", "tokio"];
    let wanted = log.level.filter();
    let most = wanted
        .default_level()
        .unwrap_or(LevelFilter::INFO)
        .min(LevelFilter::WARN);
    TALKATIVE
        .into_iter()
        .fold(wanted, |filter, target| filter.with_target(target, most))
}

/// The message of a panic may hold anything, a secret too, so only its place is told.
fn report_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(|place| format!("{}:{}", place.file(), place.line()))
            .unwrap_or_default();
        tracing::error!(panic.place = place, "a thread panicked at {place}");
    }));
}

/// Writes to stderr and keeps every event on its line, whatever a name or address holds.
#[derive(Clone, Copy, Debug)]
struct OneLine;

impl MakeWriter<'_> for OneLine {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}

impl Write for OneLine {
    /// The subscriber hands over one whole event at a time.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        stderr().lock().write_all(on_one_line(&text).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        stderr().lock().flush()
    }
}

/// Line breaks and characters that reorder a line are spelt out, in the way that JSON spells them.
fn on_one_line(event: &str) -> Cow<'_, str> {
    let text = event.strip_suffix('\n');
    if text.is_some_and(|text| !text.contains(leaves_the_line)) {
        return Cow::Borrowed(event);
    }
    let text = text.unwrap_or(event);
    let mut line = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if leaves_the_line(c) {
            let escaped = format!("\\u{:04x}", u32::from(c));
            line.push_str(&escaped);
        } else {
            line.push(c);
        }
    }
    line.push('\n');
    Cow::Owned(line)
}

fn leaves_the_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stays_on_its_line() {
        assert_eq!(on_one_line("plain é\n"), "plain é\n");
        assert_eq!(
            on_one_line("a\nb\rc\u{2028}d\u{202e}e\n"),
            "a\\u000ab\\u000dc\\u2028d\\u202ee\n"
        );
    }
}
