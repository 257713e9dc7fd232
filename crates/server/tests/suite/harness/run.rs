//! A run of the binary that has ended.

use std::{
    process::{Command, Stdio},
    sync::LazyLock,
};

use regex::Regex;
use serde_json::Value;

/// What a run left.
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(super) fn of(command: &mut Command) -> Self {
        let output = command.stdin(Stdio::null()).output();
        let output = output.expect("the binary can be run");
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }

    /// The answer of a command that did what it was asked, and said nothing else.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(
            (self.code, self.stderr.as_str()),
            (Some(0), ""),
            "stdout: {}",
            self.stdout
        );
        self.stdout
    }

    /// The one document of a command with `--json`.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let stdout = self.succeeded();
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error} in: {stdout}"))
    }

    /// The value of a `key: value` line.
    #[track_caller]
    pub(crate) fn value(self, key: &str) -> String {
        let stdout = self.succeeded();
        let prefix = format!("{key}: ");
        let value = stdout.lines().find_map(|line| line.strip_prefix(&prefix));
        value
            .unwrap_or_else(|| panic!("no {key} in: {stdout}"))
            .to_owned()
    }

    /// The one line of a command that failed, without the name of the program.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (Some(1), ""),
            "stderr: {}",
            self.stderr
        );
        self.one_error()
    }

    /// The one line on stderr.
    #[track_caller]
    pub(crate) fn one_error(&self) -> String {
        let line = self.stderr.strip_suffix('\n').filter(|line| !line.contains('\n'));
        let line = line.and_then(|line| line.strip_prefix("innkeeper: "));
        line.unwrap_or_else(|| panic!("not one line: {:?}", self.stderr))
            .to_owned()
    }

    /// Asserts that the usage was wrong.
    #[track_caller]
    pub(crate) fn was_wrong_usage(self) {
        assert_eq!(
            (self.code, self.stdout.as_str()),
            (Some(2), ""),
            "stderr: {}",
            self.stderr
        );
        let told = self.stderr.starts_with("error: ") || self.stderr.contains("Usage: innkeeper");
        assert!(told, "{}", self.stderr);
    }
}

/// A text without what differs from run to run: ids, instants and secrets.
pub(crate) fn stable(text: &str) -> String {
    static CHANGING: LazyLock<[(Regex, &str); 3]> = LazyLock::new(|| {
        [
            (
                "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                "[id]",
            ),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "[time]"),
            ("inn([ktso])_[0-9A-Za-z]{72}", "inn${1}_[secret]"),
        ]
        .map(|(pattern, word)| (Regex::new(pattern).expect("a pattern that is one"), word))
    });
    let text = text.trim_end().to_owned();
    CHANGING.iter().fold(text, |text, (pattern, word)| {
        pattern.replace_all(&text, *word).into_owned()
    })
}
