//! Counts what decisions ask of the allocator, and writes it as JSON.

use std::io;

use allocation_counter::{AllocationInfo, measure};
use anyhow::Context as _;
use innkeeper_bench_peers::{
    cases::Shape,
    places::{Lookup, Places, SIZES},
    report::{Counted, What},
    sides::Side,
};

fn main() -> anyhow::Result<()> {
    let mut counted = Vec::new();
    for shape in Shape::ALL {
        let pool = shape.pool();
        for side in Side::ALL {
            let prepared = side.prepare(&pool)?;
            // What is made once, at the first question, is no cost of a decision.
            prepared.pass()?;
            let info = of(|| prepared.pass())?;
            counted.push(told(What::Decision { shape, side }, info, pool.len())?);
        }
    }
    let [among, ..] = SIZES;
    let places = Places::of(among)?;
    for lookup in Lookup::ALL {
        let info = of(|| places.step(lookup, 0))?;
        counted.push(told(What::LookUp { among, lookup }, info, places.step_size())?);
    }
    Ok(serde_json::to_writer(io::stdout().lock(), &counted)?)
}

fn of(decide: impl Fn() -> anyhow::Result<usize>) -> anyhow::Result<AllocationInfo> {
    let mut outcome = None;
    let info = measure(|| outcome = Some(decide()));
    outcome.context("nothing was decided")??;
    Ok(info)
}

fn told(what: What, info: AllocationInfo, decisions: usize) -> anyhow::Result<Counted> {
    let decisions = f64::from(u32::try_from(decisions)?);
    let each = |count: u64| anyhow::Ok(f64::from(u32::try_from(count)?) / decisions);
    Ok(Counted {
        what,
        allocations: each(info.count_total)?,
        bytes: each(info.bytes_total)?,
    })
}
