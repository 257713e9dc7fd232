//! Bars and spinners, on a terminal; elsewhere plain lines, or nothing.

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::Form;

/// How often a spinner turns.
const TURN: Duration = Duration::from_millis(100);

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Drawn on the terminal.
    Drawn,
    /// A line for each tenth.
    Lines,
    /// Not at all.
    Silent,
}

/// One thing that goes on.
#[derive(Debug)]
pub(crate) struct Bar {
    drawn: ProgressBar,
    how: Progress,
    label: String,
    told: u64,
}

impl Progress {
    /// How a command with answers of this form shows it.
    pub(crate) fn of(form: Form) -> Self {
        match form {
            Form::Json => Self::Silent,
            Form::Lines if io::stdout().is_terminal() && io::stderr().is_terminal() => Self::Drawn,
            Form::Lines => Self::Lines,
        }
    }

    /// Something whose end is not known. Without a terminal it is not shown.
    pub(crate) fn waiting(self, label: &str) -> Bar {
        let bar = Bar::hidden(self, label);
        if self == Self::Drawn {
            bar.drawn.set_draw_target(ProgressDrawTarget::stderr());
            bar.drawn.set_message(label.to_owned());
            bar.drawn.enable_steady_tick(TURN);
        }
        bar
    }

    /// Something with a number of parts.
    pub(crate) fn counting(self, label: &str) -> Bar {
        let bar = Bar::hidden(self, label);
        if self == Self::Drawn {
            let template = "    {spinner} {msg:24} [{bar:32.cyan}] {pos}/{len}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.drawn.set_style(style.progress_chars("=> "));
            }
            bar.drawn.set_draw_target(ProgressDrawTarget::stderr());
            bar.drawn.set_message(label.to_owned());
        }
        bar
    }
}

impl Bar {
    fn hidden(how: Progress, label: &str) -> Self {
        Self {
            drawn: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            how,
            label: label.to_owned(),
            told: 0,
        }
    }

    /// So much is done, of so much.
    pub(crate) fn at(&mut self, done: u64, all: u64) {
        self.drawn.set_length(all);
        self.drawn.set_position(done);
        let tenth = (done * 10).checked_div(all).unwrap_or(0);
        if self.how == Progress::Lines && tenth > self.told {
            self.told = tenth;
            // A reader who has left does not end what goes on.
            drop(writeln!(
                io::stdout().lock(),
                "    {}: {done} of {all}",
                self.label
            ));
        }
    }

    /// It goes on no more, and nothing is left of it on the terminal.
    pub(crate) fn clear(self) {
        self.drawn.finish_and_clear();
    }
}
