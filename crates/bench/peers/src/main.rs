//! Measures one decision beside others, and prints a table. Takes the folder for results.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use innkeeper_bench_peers::{
    agreement::check,
    cases::Shape,
    places::{Lookup, Places, SIZES},
    report::{Counted, Load, Report, Timed, What, load, machine, say},
    sides::Side,
    timing::{Subject, take_turns},
};

/// Random cases that all sides are asked about first.
const CASES: usize = 4_000;
const ROUNDS: u32 = 301;
const AT_MOST: Duration = Duration::from_secs(90);

fn main() -> anyhow::Result<()> {
    let results = env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .context("where do results go?")?;
    fs::create_dir_all(&results)?;
    let before = load();
    say(&machine())?;
    let agreement = check(CASES)?;
    say(&format!(
        "all sides agree on {} cases: {} allowed, {} refused, {} out of sight",
        agreement.cases, agreement.allowed, agreement.refused, agreement.out_of_sight
    ))?;
    let counted = count()?;
    let many = SIZES
        .into_iter()
        .map(|among| Ok((among, Places::of(among)?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut subjects = Vec::new();
    for shape in Shape::ALL {
        decisions(shape, &mut subjects)?;
    }
    for (among, places) in &many {
        lookups(*among, places, &mut subjects);
    }
    let rounds = take_turns(&mut subjects, ROUNDS, AT_MOST)?;
    let timed = subjects.iter().map(|subject| {
        let (what, nanoseconds) = subject.found();
        Timed { what, nanoseconds }
    });
    let report = Report {
        machine: machine(),
        load: Load {
            before,
            after: load(),
        },
        agreement,
        rounds,
        timed: timed.collect(),
        counted,
    };
    report.tell(&results.join("decide.json"))
}

fn decisions(shape: Shape, subjects: &mut Vec<Subject<'_>>) -> anyhow::Result<()> {
    let pool = shape.pool();
    for side in Side::ALL {
        let prepared = side.prepare(&pool)?;
        let expected = pool.len() / 2;
        let pass = move || {
            let allowed = prepared.pass()?;
            ensure!(
                allowed == expected,
                "{} allows {allowed} of {shape}, not {expected}",
                side.name()
            );
            Ok(())
        };
        subjects.push(Subject::new(What::Decision { shape, side }, pool.len(), pass));
    }
    Ok(())
}

fn lookups<'a>(among: usize, places: &'a Places, subjects: &mut Vec<Subject<'a>>) {
    for lookup in Lookup::ALL {
        let mut number = 0;
        let pass = move || {
            places.step(lookup, number)?;
            number += 1;
            Ok(())
        };
        let what = What::LookUp { among, lookup };
        subjects.push(Subject::new(what, places.step_size(), pass));
    }
}

/// Asks the program that counts allocations, which lies beside this one.
fn count() -> anyhow::Result<Vec<Counted>> {
    let program = env::current_exe()?.with_file_name("innkeeper-bench-decide-allocations");
    let answer = run(&program)?;
    let counted: Vec<Counted> = serde_json::from_slice(&answer)?;
    for one in &counted {
        let ours = match one.what {
            What::Decision { side, .. } => side == Side::Innkeeper,
            What::LookUp { .. } => true,
        };
        ensure!(!ours || one.allocations == 0.0, "a decision allocates: {one:?}");
    }
    Ok(counted)
}

fn run(program: &Path) -> anyhow::Result<Vec<u8>> {
    let output = Command::new(program)
        .output()
        .with_context(|| format!("{} does not start", program.display()))?;
    ensure!(
        output.status.success(),
        "counting failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}
