//! Ids that look like UUIDs, made of a record's number and read back to it.

/// Keeps neighbours from looking alike.
const VEIL: u64 = 0x9E37_79B9_7F4A;
const LOW_48: u64 = 0xFFFF_FFFF_FFFF;

/// The id of a record. `kind` sets the ids of listings, reservations and others of one channel apart.
pub(super) fn of(kind: u64, number: u64) -> String {
    let mut mixed = (number ^ (kind << 56)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^= mixed >> 32;
    let (head, middle) = (mixed >> 32, (mixed >> 16) & 0xFFFF);
    let (version, variant) = (mixed & 0xFFF, 0x8000 | ((mixed >> 12) & 0x3FFF));
    let tail = (number ^ VEIL) & LOW_48;
    format!("{head:08x}-{middle:04x}-4{version:03x}-{variant:04x}-{tail:012x}")
}

/// The number that an id was made of; nothing for an id that was not made here, or for another kind.
pub(super) fn number(kind: u64, id: &str) -> Option<u64> {
    let tail = id.rsplit('-').next()?;
    let number = u64::from_str_radix(tail, 16).ok()? ^ VEIL;
    of(kind, number).eq_ignore_ascii_case(id).then_some(number)
}
