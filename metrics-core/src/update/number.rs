//! The numbers that metrics are made of, and which of them each kind of metric may hold.
//! A cell is 64 bits; these traits say what the bits mean.

/// A gathered number, exact as the metric held it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// An integer that is never negative.
    Unsigned(u64),
    /// An integer.
    Signed(i64),
    /// A floating-point number, NaN and the infinities included.
    Float(f64),
}

impl Number {
    /// The nearest `f64`; integers past 2^53 lose their last digits.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Unsigned(n) => n as f64,
            Self::Signed(n) => n as f64,
            Self::Float(n) => n,
        }
    }

    /// Whether a counter may have this value.
    pub(super) fn is_increment(self) -> bool {
        match self {
            Self::Unsigned(_) => true,
            Self::Signed(n) => n >= 0,
            Self::Float(n) => n >= 0.0 && n.is_finite(),
        }
    }
}

macro_rules! number_from {
    ($($variant:ident($wide:ty): $($ty:ty),*;)*) => {$($(
        impl From<$ty> for Number {
            fn from(n: $ty) -> Self {
                Self::$variant(n as $wide)
            }
        }
    )*)*};
}
number_from! {
    Unsigned(u64): u8, u16, u32, u64, usize, bool;
    Signed(i64): i8, i16, i32, i64, isize;
    Float(f64): f32, f64;
}

pub(super) mod sealed {
    use super::Number;

    /// How a value lies in a cell.
    pub trait Stored: Copy + Into<Number> + Send + Sync + 'static {
        const ONE: Self;
        /// Whether the bits are those of an `f64`, so that adding needs to know.
        const FLOAT: bool;
        fn from_bits(bits: u64) -> Self;
        fn to_bits(self) -> u64;
    }
}
use sealed::Stored;

impl Stored for u64 {
    const ONE: Self = 1;
    const FLOAT: bool = false;
    fn from_bits(bits: u64) -> Self {
        bits
    }
    fn to_bits(self) -> u64 {
        self
    }
}

impl Stored for i64 {
    const ONE: Self = 1;
    const FLOAT: bool = false;
    fn from_bits(bits: u64) -> Self {
        bits.cast_signed()
    }
    fn to_bits(self) -> u64 {
        self.cast_unsigned()
    }
}

impl Stored for f64 {
    const ONE: Self = 1.0;
    const FLOAT: bool = true;
    fn from_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }
    fn to_bits(self) -> u64 {
        self.to_bits()
    }
}

/// What a [`Counter`](crate::Counter) counts in: `u64`, or `f64` for amounts such as seconds or money.
pub trait CounterValue: Stored {}
impl CounterValue for u64 {}
impl CounterValue for f64 {}

/// What a [`Gauge`](crate::Gauge) holds: `i64` or `f64`.
pub trait GaugeValue: Stored {
    #[doc(hidden)]
    fn negated(self) -> Self;
    #[doc(hidden)]
    fn of_f64(value: f64) -> Self;
}
impl GaugeValue for i64 {
    fn negated(self) -> Self {
        self.wrapping_neg()
    }
    fn of_f64(value: f64) -> Self {
        value as Self
    }
}
impl GaugeValue for f64 {
    fn negated(self) -> Self {
        -self
    }
    fn of_f64(value: f64) -> Self {
        value
    }
}

/// What a [`Histogram`](crate::Histogram) observes: `f64`, or `u64` for whole amounts such as bytes, whose
/// sum is then exact.
pub trait HistogramValue: Stored {}
impl HistogramValue for f64 {}
impl HistogramValue for u64 {}
