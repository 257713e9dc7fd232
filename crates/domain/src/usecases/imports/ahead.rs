//! Asking the channel for the next page while the one in hand is stored: the channel's time and the store's are not
//! added up.

use std::{panic, thread};

use crate::{
    accounts::{ChannelFailure, Fetched},
    ports::{ChannelGateway, FetchRequest},
};

/// What the channel answered to a call that was made early.
pub(super) type Early = Result<Fetched, ChannelFailure>;

/// Stores a page, and makes the call for the next one meanwhile, if it is known already. The answer is of no use if the
/// page turns out not to be stored.
pub(super) fn meanwhile<T>(
    gateway: &dyn ChannelGateway,
    next: Option<&FetchRequest>,
    store: impl FnOnce() -> T,
) -> (T, Option<Early>) {
    let Some(next) = next else {
        return (store(), None);
    };
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("next-page".to_owned());
        // Without a thread to spare the call is made in its turn.
        let call = builder.spawn_scoped(scope, || gateway.fetch(next)).ok();
        let stored = store();
        let early = call.map(|call| {
            call.join()
                .unwrap_or_else(|panicked| panic::resume_unwind(panicked))
        });
        (stored, early)
    })
}
