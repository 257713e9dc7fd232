//! Texts on one line.

use std::error::Error;

/// Several lines become one, and white space of every kind one space.
pub(crate) fn one_line(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}

/// An error with its causes, each said once.
pub(crate) fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = one_line(&error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = one_line(&error.to_string());
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("it\n\tfailed\n")]
    struct Outer(#[source] std::num::ParseIntError);

    #[test]
    fn causes_follow_on_the_same_line() {
        let inner = "x".parse::<u8>().unwrap_err();
        assert_eq!(
            with_causes(&Outer(inner)),
            "it; failed: invalid digit found in string"
        );
    }
}
