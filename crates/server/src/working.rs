//! Workers without a server.

use std::{io, sync::Arc};

use innkeeper_domain::ids::WorkerId;
use innkeeper_http::Uses;

use crate::{
    background::Background,
    channels,
    compose::{self, StartError},
    config::Config,
    housekeeping::{Housekeeping, Tasks},
    measures, shutdown,
    workers::WorkersError,
};

/// Works until a signal ends it. `waiting` is called once, when imports are waited for.
pub(crate) fn run_until_stopped(config: &Config, waiting: impl FnOnce(WorkerId)) -> Result<(), StartError> {
    let store = compose::open_existing(config)?;
    let sole = Background::claim(config)?;
    let gateway = channels::shared(config, &store)?;
    let background = Background::prepare(config, sole, &store, gateway)?;
    let tasks = Tasks {
        upkeep: store,
        uses: Arc::new(Uses::default()),
        measures: measures::start(),
        purges: true,
    };
    let (workers, _sole) = background.start()?;
    let outcome = actix_web::rt::System::new().block_on(async move {
        let signals = shutdown::Signals::listen()?;
        let housekeeping = Housekeeping::start(tasks)?;
        waiting(workers.id());
        shutdown::run_workers(signals, workers).await;
        housekeeping.finish();
        Ok(())
    });
    outcome.map_err(|error: io::Error| StartError::Workers(WorkersError::Threads(error)))?;
    tracing::info!("stopped");
    Ok(())
}
