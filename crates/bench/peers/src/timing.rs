//! Times of things that take turns.

use std::time::{Duration, Instant};

use crate::report::What;

/// How long one turn takes at least: long beside reading the clock, short beside what else a machine does.
const TURN: Duration = Duration::from_millis(1);

/// Something that is measured.
pub struct Subject<'a> {
    what: What,
    /// Decisions in one pass.
    decisions: usize,
    pass: Box<dyn FnMut() -> anyhow::Result<()> + 'a>,
    passes: u32,
    nanoseconds: Vec<f64>,
}

impl std::fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subject")
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

/// What one decision took, in nanoseconds, over all turns.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Times {
    /// A tenth of the turns were faster.
    pub tenth: f64,
    /// The middle.
    pub median: f64,
    /// A tenth of the turns were slower.
    pub ninetieth: f64,
}

impl<'a> Subject<'a> {
    /// Something whose pass makes so many decisions.
    pub fn new(what: What, decisions: usize, pass: impl FnMut() -> anyhow::Result<()> + 'a) -> Self {
        Self {
            what,
            decisions,
            pass: Box::new(pass),
            passes: 1,
            nanoseconds: Vec::new(),
        }
    }

    /// What was measured, and what it took.
    pub fn found(&self) -> (What, Times) {
        let mut sorted = self.nanoseconds.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |tenths: usize| {
            sorted
                .get(sorted.len() * tenths / 10)
                .copied()
                .unwrap_or(f64::NAN)
        };
        let times = Times {
            tenth: at(1),
            median: at(5),
            ninetieth: at(9),
        };
        (self.what, times)
    }

    /// Finds out how many passes fill a turn, which warms it up besides.
    fn fit(&mut self) -> anyhow::Result<()> {
        while self.turn()? < TURN {
            self.passes *= 2;
        }
        Ok(())
    }

    fn turn(&mut self) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        for _ in 0..self.passes {
            (self.pass)()?;
        }
        Ok(begun.elapsed())
    }

    fn measure(&mut self) -> anyhow::Result<()> {
        let nanoseconds = self.turn()?.as_secs_f64() * 1e9;
        let decisions = f64::from(self.passes) * f64::from(u32::try_from(self.decisions)?);
        self.nanoseconds.push(nanoseconds / decisions);
        Ok(())
    }
}

/// Measures all of them in turns, back and forth, so often or as long as there is time. Tells how often.
///
/// # Errors
///
/// If one of them fails.
pub fn take_turns(subjects: &mut [Subject<'_>], rounds: u32, at_most: Duration) -> anyhow::Result<u32> {
    for subject in &mut *subjects {
        subject.fit()?;
    }
    let begun = Instant::now();
    for round in 0..rounds {
        if begun.elapsed() > at_most {
            return Ok(round);
        }
        for subject in &mut *subjects {
            subject.measure()?;
        }
        subjects.reverse();
    }
    Ok(rounds)
}
