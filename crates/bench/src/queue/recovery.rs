//! How long an import stands still after its process was killed.

use std::time::Instant;

use super::{
    installation::{Installation, Person},
    report::Recovery,
};
use crate::databases::Kind;

/// Some eighty pages.
const SECRET: &str = "good-80x100";
/// Calls to let pass before the kill.
const CALLS: usize = 12;

/// On SQLite, where one process has workers, it is started again; on PostgreSQL another is there already.
pub(super) fn measure(kind: Kind, installation: &Installation) -> anyhow::Result<Recovery> {
    let person = installation.person("killed")?;
    let seconds = match kind {
        Kind::Sqlite => (0..5)
            .map(|number| restarted(installation, &person, 3_000 + number))
            .collect::<anyhow::Result<_>>()?,
        Kind::Postgres => vec![taken_over(installation, &person)?],
    };
    let how = match kind {
        Kind::Sqlite => "`serve` killed and started again",
        Kind::Postgres => "`worker` killed while another one is there",
    };
    Ok(Recovery { how, seconds })
}

fn restarted(installation: &Installation, person: &Person, number: u32) -> anyhow::Result<f64> {
    let mut served = installation.serve(&[])?;
    let before = installation.asked()?.len();
    let account = installation.add(&served, person, number, SECRET)?;
    installation.asked_more_than(before + CALLS)?;
    served.kill()?;
    let begun = Instant::now();
    let asked = installation.asked()?.len();
    let served = installation.serve(&[])?;
    installation.asked_more_than(asked)?;
    let took = begun.elapsed().as_secs_f64();
    installation.wait_until_completed(&served, person, &account)?;
    Ok(took)
}

fn taken_over(installation: &Installation, person: &Person) -> anyhow::Result<f64> {
    let served = installation.serve(&["--no-workers"])?;
    let mut worker = installation.worker()?;
    let before = installation.asked()?.len();
    let account = installation.add(&served, person, 3_000, SECRET)?;
    installation.asked_more_than(before + CALLS / 2)?;
    let _other = installation.worker()?;
    installation.asked_more_than(before + CALLS)?;
    worker.kill()?;
    let begun = Instant::now();
    let asked = installation.asked()?.len();
    installation.asked_more_than(asked)?;
    let took = begun.elapsed().as_secs_f64();
    installation.wait_until_completed(&served, person, &account)?;
    Ok(took)
}
