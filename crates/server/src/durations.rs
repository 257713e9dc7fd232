//! Lengths of time as people write them: `90d`, `72h`, `15m`, `30s`, or a bare `0`.

use std::time::Duration;

/// The units, the longest first, in seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads a length of time; what it must look like is the error.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a length of time such as 90d, 72h, 15m, 30s or 0".to_owned();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let (unit, seconds) = UNITS
        .into_iter()
        .find(|(unit, _)| text.ends_with(*unit))
        .ok_or_else(wrong)?;
    let digits = text.strip_suffix(unit).unwrap_or_default();
    // `u64` would also accept a plus sign.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let count: u64 = digits.parse().map_err(|_not_a_count| wrong())?;
    count
        .checked_mul(seconds)
        .map(Duration::from_secs)
        .ok_or_else(wrong)
}

/// Writes a length of time in the longest unit that tells it exactly.
pub(crate) fn show(span: Duration) -> String {
    let seconds = span.as_secs();
    if seconds == 0 {
        return "0".to_owned();
    }
    let (unit, size) = UNITS
        .into_iter()
        .find(|(_, size)| seconds.is_multiple_of(*size))
        .unwrap_or(('s', 1));
    format!("{}{unit}", seconds / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_one_number_and_one_unit() {
        for (text, seconds) in [
            ("0", 0),
            ("30s", 30),
            ("15m", 900),
            ("72h", 259_200),
            ("90d", 7_776_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "d",
            "90",
            "90 d",
            "-1d",
            "+1d",
            "1.5h",
            "1h30m",
            "90D",
            "99999999999999999999d",
            "999999999999999999d",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn they_are_shown_in_the_longest_exact_unit() {
        for (text, shown) in [
            ("0", "0"),
            ("72h", "3d"),
            ("90m", "90m"),
            ("3600s", "1h"),
            ("61s", "61s"),
        ] {
            assert_eq!(parse(text).map(show).as_deref(), Ok(shown));
        }
    }
}
