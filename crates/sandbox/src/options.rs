//! How a sandbox is set up.

/// What the simulated channels hold and how strict they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The same seed gives the same data.
    pub seed: u64,
    /// Listings of an account whose secret names no size.
    pub listings: u32,
    /// Reservations of each listing of such an account.
    pub reservations: u32,
    /// Whether the documented limits (requests in a window, tokens a day) are enforced.
    pub limits: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            listings: 12,
            reservations: 40,
            limits: true,
        }
    }
}
