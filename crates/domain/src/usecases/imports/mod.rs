//! What workers do: take a run, read its channel page by page, store each page with how far it got, and let go.

pub(super) mod apply;
mod faulty;
mod leave;
mod page;
mod quiet;
mod reservations;
mod run;
mod take;
mod tend;

pub use leave::{Left, end_unreadable, finish_run, park_run};
pub use page::{PageOutcome, store_page};
pub use run::{ImportEnd, ImportPorts, run_import};
pub use take::{Hold, Work, load_work, take_run};
pub use tend::{renew_lease, schedule_run, take_over, wake_slot};

/// Why imports leave no audit record: they are on record as runs.
const ON_RECORD: &str = "what imports do is on record as their runs";
