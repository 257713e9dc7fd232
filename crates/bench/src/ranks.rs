//! Whether two sets of times are alike (Mann and Whitney, 1947).

/// Two sets of times, compared.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub(crate) struct Compared {
    /// Seconds between the medians, whichever is larger.
    pub(crate) between_medians: f64,
    /// How likely ranks so far apart are if nothing sets the two apart.
    pub(crate) p: f64,
}

/// Compares two sets that hold many times each.
pub(crate) fn compare(one: &[f64], other: &[f64]) -> Compared {
    Compared {
        between_medians: (median(one) - median(other)).abs(),
        p: p_value(one, other),
    }
}

/// The middle of the times.
pub(crate) fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// The time that this part of all is not above: 0.99 for the one that a hundredth exceeds.
pub(crate) fn quantile(times: &[f64], part: f64) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let places = sorted.iter().zip(1_u32..);
    let all = count(sorted.len());
    let mut found = places.skip_while(|(_, place)| f64::from(*place) < part * all);
    found.next().map(|(time, _)| *time).unwrap_or_default()
}

/// Two-sided, by the normal approximation, which is close for hundreds of times. Clocks tell nanoseconds: ties are too
/// few to count, and share their ranks.
fn p_value(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = one.iter().map(|time| (*time, true)).collect();
    all.extend(other.iter().map(|time| (*time, false)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = 0.0;
    let mut before = 0.0;
    for tied in all.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let size = count(tied.len());
        let middle = before + f64::midpoint(size, 1.0);
        ranks += middle * count(tied.iter().filter(|(_, is_one)| *is_one).count());
        before += size;
    }
    let (m, n) = (count(one.len()), count(other.len()));
    let u = ranks - m * (m + 1.0) / 2.0;
    let spread = (m * n * (m + n + 1.0) / 12.0).sqrt();
    if spread == 0.0 {
        return 1.0;
    }
    beyond(((u - m * n / 2.0) / spread).abs())
}

fn count(items: usize) -> f64 {
    u32::try_from(items).map_or(f64::MAX, f64::from)
}

/// How much of the normal distribution lies further out than this, on both sides (Abramowitz and Stegun, 7.1.26; off by
/// less than 0.000 001).
fn beyond(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    let t = 1.0 / 0.327_591_1_f64.mul_add(x, 1.0);
    let parts = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let sum = parts.into_iter().fold(0.0, |sum: f64, part| sum.mul_add(t, part));
    sum * t * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tails_are_told() {
        for (z, share) in [(0.0, 1.0), (1.0, 0.317_31), (1.96, 0.05), (3.0, 0.002_7)] {
            assert!((beyond(z) - share).abs() < 0.000_1, "{z}: {}", beyond(z));
        }
    }

    #[test]
    fn a_hundredth_lies_above_the_ninety_ninth_of_a_hundred() {
        let times: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        for (part, time) in [(0.005, 1.0), (0.5, 100.0), (0.99, 198.0), (1.0, 200.0)] {
            assert!(
                (quantile(&times, part) - time).abs() < 1e-9,
                "{part}: {}",
                quantile(&times, part)
            );
        }
        assert!(quantile(&[], 0.99).abs() < 1e-9);
    }

    #[test]
    fn alike_is_likely_and_shifted_is_not() {
        let times =
            |shift: u32| -> Vec<f64> { (0..500).map(|n| f64::from((n * 7_919 + shift) % 1_009)).collect() };
        assert!(p_value(&times(0), &times(31)) > 0.05);
        let later: Vec<f64> = times(31).iter().map(|time| time + 100.0).collect();
        let compared = compare(&times(0), &later);
        assert!(
            compared.p < 0.000_1 && compared.between_medians > 50.0,
            "{compared:?}"
        );
    }

    /// Worked by hand: ranks of {1, 2, 4} among {1..6} are 7, so u = 1, and z = (1 - 4.5) / sqrt(5.25).
    #[test]
    fn a_small_case_is_right() {
        let p = p_value(&[1.0, 2.0, 4.0], &[3.0, 5.0, 6.0]);
        assert!((p - 0.126_6).abs() < 0.001, "{p}");
    }
}
