//! Bytes that look random and repeat with the seed: ids and secrets in tests.

use std::sync::atomic::{AtomicU64, Ordering};

/// A source of bytes: the same seed gives the same bytes. It takes `&self`, as an id source does, and may be
/// shared between threads (who then share one sequence). Not secret in any way.
///
/// ```
/// use innkeeper_test_support::SeededBytes;
///
/// let [first, second] = [SeededBytes::new(7), SeededBytes::new(7)];
/// assert_eq!(first.bytes::<16>(), second.bytes::<16>());
/// assert_ne!(first.bytes::<16>(), SeededBytes::new(8).bytes::<16>());
/// ```
#[derive(Debug)]
pub struct SeededBytes {
    state: AtomicU64,
}

impl SeededBytes {
    /// A source that begins at `seed`.
    pub fn new(seed: u64) -> Self {
        Self {
            state: AtomicU64::new(seed),
        }
    }

    /// The next `N` bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// Fills `target` with the next bytes.
    pub fn fill(&self, target: &mut [u8]) {
        for chunk in target.chunks_mut(8) {
            for (byte, fresh) in chunk.iter_mut().zip(self.next().to_le_bytes()) {
                *byte = fresh;
            }
        }
    }

    /// One step of splitmix64, which passes the usual statistical tests in four lines.
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.state.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
