//! A bucket in 26 bits: its place, its sign, and how often two had become one when it was named.
//! Made by `slots`, which keeps these numbers, and read by `merged`.

/// At the finest schema there are less than 2^20 places; see [`super::axis`].
const PLACE: u32 = 20;
const NEGATIVE: u32 = 1 << PLACE;
const LEVEL: u32 = PLACE + 1;
/// Set in each, so that none is 0. The level is at most 12, from schema 8 to -4.
const NAMED: u32 = 1 << (LEVEL + 4);

/// A bucket of a native histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket(u32);

impl Bucket {
    /// The bucket in which one of the first schema lies, when buckets have become coarser so often.
    #[inline]
    pub(super) fn new(place: u32, negative: bool, level: u32) -> Self {
        Self(NAMED | level << LEVEL | u32::from(negative) << PLACE | place >> level)
    }

    pub(super) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    #[inline]
    pub(super) fn bits(self) -> u32 {
        self.0
    }

    /// How often two buckets had become one.
    pub(super) fn level(self) -> u32 {
        (self.0 & !NAMED) >> LEVEL
    }

    #[inline]
    pub(super) fn is_negative(self) -> bool {
        self.0 & NEGATIVE != 0
    }

    /// Where it is in the row of all buckets of its schema.
    #[inline]
    pub(super) fn place(self) -> u32 {
        self.0 & (NEGATIVE - 1)
    }

    /// The bucket of a coarser level in which it lies.
    pub(super) fn at(self, level: u32) -> Self {
        let coarser = level.saturating_sub(self.level());
        Self(NAMED | level << LEVEL | self.0 & NEGATIVE | self.place() >> coarser)
    }
}
