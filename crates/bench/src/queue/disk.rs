//! What a commit has to wait for at least. It differs from hour to hour on a machine that is shared, and where it is long,
//! everything that commits as often looks alike.

use std::{fs::File, io::Write as _, path::Path, time::Instant};

use crate::ranks::median;

const TIMES: u32 = 100;

/// Milliseconds to append a page to a file in this folder and have it on disk; the median.
pub(super) fn sync_ms(folder: &Path) -> anyhow::Result<f64> {
    let mut file = File::create(folder.join("synced"))?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        file.write_all(&[7; 4_096])?;
        let begun = Instant::now();
        file.sync_data()?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(&times))
}
