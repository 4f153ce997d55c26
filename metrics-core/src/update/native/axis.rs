//! From a value to its bucket, as fine as the histogram's are at first: an exponent, and one step of a table.
//! Owned by a native histogram; `bucket` makes buckets coarser.

use super::roots::roots;

/// The bits of an `f64` below its exponent.
const MANTISSA: u32 = f64::MANTISSA_DIGITS - 1;

/// The bits of a value that are not its mantissa, which are lost when the mantissa is shifted to the top.
const ABOVE: u32 = u64::BITS - MANTISSA;
const BASE: u64 = (1 << ABOVE) - 1;

/// The bits of infinity: those of all finite values are below.
const INFINITY: u64 = f64::INFINITY.to_bits();

/// Subnormal values are as good as normal ones when they are larger by so many powers of 2.
const LIFT: u32 = 64;

/// The place of the bucket whose lower bound is 1, where there are `2^bits` of them from a power of 2 to the next. The
/// places of all `f64` are positive then, and stay so when two buckets become one, again and again: all that is needed
/// for that is one bit less.
pub(super) const fn origin(bits: u32) -> u32 {
    2048 << bits
}

/// The buckets of one schema, in a row. A bucket's *place* grows with its bounds; places of a schema that is coarser by
/// one are half of those.
///
/// Values may be told in parts of the unit of the bounds, so that durations in nanoseconds need no division.
#[derive(Debug)]
pub(super) struct Axis {
    /// The bits of the largest value that is in the zero bucket.
    zero: u64,
    /// From one power of 2 to the next there are `2^bits` buckets.
    bits: u32,
    /// So many powers of 2 as this is a power of 2 itself are one bucket.
    coarser: u32,
    /// What is added to make of exponent and steps a place.
    origin: u64,
    /// How far a mantissa at the top of 64 bits is shifted to give the number of a step.
    shift: u32,
    /// For values whose mantissa begins so: above, the only bound that may lie among them, or where they begin; below,
    /// in [`BASE`], how many bounds are below that one in their power of 2, plus one.
    steps: Box<[u64]>,
}

impl Axis {
    /// The buckets of a schema (-4 to 8) for values of which `parts` are one.
    pub(super) fn new(schema: i32, zero_threshold: f64, parts: f64) -> Self {
        let bits = schema.max(0).unsigned_abs();
        // rounding is the same in every power of 2, so that the bounds of one of them tell those of all
        let bounds: Vec<f64> = roots(bits)
            .into_iter()
            .map(|root| most_parts(root, parts))
            .collect();
        let mut mantissas: Vec<u64> = bounds.iter().map(|bound| mantissa(*bound)).collect();
        // where a power of 2 lies among the bounds; what is below it there is above it in the next
        let first = bounds.first().map_or(0, |bound| exponent(*bound));
        let wrapped = bounds.partition_point(|bound| exponent(*bound) == first);
        mantissas.rotate_left(wrapped);
        let origin = i64::from(origin(bits)) - ((1024 + first) << bits) + wrapped as i64 - 2;
        Self {
            zero: most_parts(zero_threshold.max(0.0), parts).to_bits(),
            bits,
            coarser: schema.min(0).unsigned_abs(),
            origin: origin.cast_unsigned(),
            shift: u64::BITS - (bits + 1),
            steps: steps(&mantissas, bits + 1),
        }
    }

    /// Whether a value with the bits `magnitude`, its sign left out, is in the zero bucket.
    #[inline]
    pub(super) fn is_zero(&self, magnitude: u64) -> bool {
        magnitude <= self.zero
    }

    /// The place of a value with these bits, which is neither negative nor 0 nor NaN.
    #[inline]
    pub(super) fn place(&self, magnitude: u64) -> u32 {
        // bounds belong to the bucket below them; infinity has a bucket above that of the largest number
        let below = magnitude - u64::from(magnitude < INFINITY);
        let place = if below >> MANTISSA == 0 {
            self.subnormal(magnitude)
        } else {
            self.fine(below)
        };
        (place >> self.coarser) as u32
    }

    /// The place of what is just above a number with these bits, if it is normal.
    #[inline]
    fn fine(&self, below: u64) -> u64 {
        let mantissa = below << ABOVE;
        let step = self.steps.get((mantissa >> self.shift) as usize);
        let step = step.copied().unwrap_or_default();
        let bounds = (step & BASE) + u64::from(mantissa | BASE >= step);
        let octaves = (below >> MANTISSA) << self.bits;
        (octaves + bounds).wrapping_add(self.origin)
    }

    #[cold]
    #[inline(never)]
    fn subnormal(&self, magnitude: u64) -> u64 {
        let lifted = f64::from_bits(magnitude) * 2_f64.powi(LIFT.cast_signed());
        self.fine(lifted.to_bits() - 1)
            .wrapping_sub(u64::from(LIFT) << self.bits)
    }
}

/// The table for mantissas that begin with so many bits; `bounds` are the mantissas of bounds, growing.
///
/// No two of them begin alike: neighbours are apart by more than ln 2 / 2^(bits - 1), and what begins alike by less than
/// half of 1 / 2^(bits - 1).
fn steps(bounds: &[u64], bits: u32) -> Box<[u64]> {
    let width = 1_u64 << (MANTISSA - bits);
    let step = |number: u64| {
        let begin = number * width;
        let before = bounds.partition_point(|bound| *bound < begin);
        let (bound, base) = match bounds.get(before) {
            Some(bound) if *bound < begin + width => (*bound, before + 1),
            // all are above the beginning, which takes the place of the bound before it
            _ => (begin, before),
        };
        bound << ABOVE | base as u64
    };
    (0..1 << bits).map(step).collect()
}

/// The largest number of which `parts` make at most `bound`, as divided and rounded.
fn most_parts(bound: f64, parts: f64) -> f64 {
    let near = bound * parts;
    let mut number = near.next_up().next_up();
    for _ in 0..5 {
        if number / parts <= bound {
            return number;
        }
        number = number.next_down();
    }
    near
}

fn mantissa(value: f64) -> u64 {
    value.to_bits() & ((1 << MANTISSA) - 1)
}

/// The exponent of a normal number.
fn exponent(value: f64) -> i64 {
    (value.to_bits() >> MANTISSA).cast_signed() - 1023
}

#[cfg(all(test, not(loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The index of a value's bucket by the definition: the least whose upper bound is not below it. Bounds are those
    /// of [`roots`], times a power of 2 that never rounds.
    fn index(schema: i32, roots: &[f64], value: f64) -> i32 {
        if value.is_infinite() {
            return index(schema, roots, f64::MAX) + 1;
        }
        // the power of 2 that is not above it, by division
        let (mut exponent, mut rest) = (0, value);
        while rest >= 2.0 {
            (exponent, rest) = (exponent + 1, rest / 2.0);
        }
        while rest < 1.0 {
            (exponent, rest) = (exponent - 1, rest * 2.0);
        }
        if schema >= 0 {
            let above = roots.iter().filter(|root| **root < rest).count();
            (exponent << schema) + above as i32
        } else {
            let octave = exponent + i32::from(rest > 1.0);
            octave.div_euclid(1 << -schema) + i32::from(octave.rem_euclid(1 << -schema) != 0)
        }
    }

    /// Whether the axes of a schema put these values where they belong.
    fn agree(schema: i32, roots: &[f64], values: &[f64]) {
        let axis = Axis::new(schema, 0.0, 1.0);
        let origin = if schema >= 0 {
            origin(schema.unsigned_abs())
        } else {
            origin(0) >> -schema
        };
        for value in values {
            let place = axis.place(value.to_bits()).cast_signed() - origin.cast_signed() + 1;
            assert_eq!(place, index(schema, roots, *value), "{value:e} at {schema}");
        }
    }

    #[test]
    fn bounds_and_their_neighbours_are_where_they_belong() {
        for schema in -4_i32..=8 {
            let roots = roots(schema.max(0).unsigned_abs());
            let powers = [
                -1074, -1023, -1022, -1021, -128, -17, -16, -1, 0, 1, 15, 16, 17, 1023,
            ];
            let mut values = vec![f64::MAX, f64::INFINITY, f64::MIN_POSITIVE, 5e-324];
            for power in powers {
                // in two steps where one would be 0
                let power =
                    [power.max(-1000), power.min(-1000) + 1000].map(|part| 2_f64.powi(part));
                let bounds = roots.iter().map(|root| root * power[0] * power[1]);
                values.extend(bounds.flat_map(|bound| [bound.next_down(), bound, bound.next_up()]));
            }
            values.retain(|value| *value > 0.0);
            agree(schema, &roots, &values);
        }
    }

    proptest! {
        #[test]
        fn every_value_is_where_the_definition_says(bits in 1..=INFINITY, schema in -4_i32..=8) {
            agree(schema, &roots(schema.max(0).unsigned_abs()), &[f64::from_bits(bits)]);
        }

        #[test]
        fn parts_are_where_their_quotient_is(
            nanos in prop_oneof![1..=10_000_u64, 1..=i64::MAX.cast_unsigned()],
            schema in -4_i32..=8,
            parts in prop::sample::select(vec![1.0, 1e3, 1e6, 1e9, 60e9, 3600e9, 86_400e9]),
        ) {
            let (units, of_parts) = (Axis::new(schema, 1e-6, 1.0), Axis::new(schema, 1e-6, parts));
            // and at the bound of its bucket, as near as whole nanoseconds come
            let (roots, quotient) = (roots(schema.max(0).unsigned_abs()), nanos as f64 / parts);
            let power = 2_f64.powf(quotient.log2().floor());
            let bounds = roots.iter().map(|root| (root * power * parts) as u64);
            for nanos in bounds.flat_map(|bound| [bound, bound + 1]).chain([nanos]) {
                let (quotient, nanos) = ((nanos as f64 / parts).to_bits(), (nanos as f64).to_bits());
                prop_assert_eq!(units.is_zero(quotient), of_parts.is_zero(nanos));
                if nanos > 0 {
                    prop_assert_eq!(units.place(quotient), of_parts.place(nanos));
                }
            }
        }
    }
}
