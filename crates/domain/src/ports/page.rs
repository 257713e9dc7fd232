//! Pages of lists.

/// How far totals are counted; beyond, a list is only known to be longer.
pub const TOTAL_CAP: u64 = 100_000;

/// Which part of a list to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    number: u64,
    size: u32,
}

/// A page that starts beyond [`TOTAL_CAP`], or is none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such page")]
pub struct NoSuchPage;

impl PageRequest {
    /// Page `number`, counted from 1, of pages of `size`.
    ///
    /// # Errors
    ///
    /// [`NoSuchPage`] if either is zero, or the page starts beyond [`TOTAL_CAP`].
    pub fn new(number: u64, size: u32) -> Result<Self, NoSuchPage> {
        let start = number
            .checked_sub(1)
            .and_then(|before| before.checked_mul(u64::from(size)));
        match start {
            Some(start) if size > 0 && start < TOTAL_CAP => Ok(Self { number, size }),
            _ => Err(NoSuchPage),
        }
    }

    /// The first page.
    pub const fn first(size: u32) -> Self {
        Self {
            number: 1,
            size: if size == 0 { 1 } else { size },
        }
    }

    /// The page's number, from 1.
    pub const fn number(self) -> u64 {
        self.number
    }

    /// The most items on it.
    pub const fn size(self) -> u32 {
        self.size
    }

    /// How many items are before it.
    pub fn offset(self) -> u64 {
        (self.number - 1) * u64::from(self.size)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// How many there are in all, as far as they were counted.
    pub total: Total,
}

/// How many items a list has: exact up to [`TOTAL_CAP`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    counted: u64,
}

impl Total {
    /// From a count that stopped at the latest one beyond [`TOTAL_CAP`].
    pub const fn counted(counted: u64) -> Self {
        Self { counted }
    }

    /// The count, at most [`TOTAL_CAP`].
    pub fn count(self) -> u64 {
        self.counted.min(TOTAL_CAP)
    }

    /// Whether there are more than were counted.
    pub const fn is_capped(self) -> bool {
        self.counted > TOTAL_CAP
    }
}

impl<T> Page<T> {
    /// The same page with each item turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(turn).collect(),
            total: self.total,
        }
    }
}
