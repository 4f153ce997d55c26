//! The bounds between 1 and 2: powers of the roots of 2, exact to the last bit of an `f64`.
//! Owned by `axis`; every other bound is one of these, times a power of 2.

/// `2^(k / 2^bits)` for every `k` below `2^bits`, cut to the 53 bits of an `f64` that is not above it.
///
/// All but the first are irrational, so that a value is at most the bound if it is at most that `f64`. The table in
/// `client_golang` is by up to three in the last place off; values that lie there go to the neighbouring bucket.
pub(super) fn roots(bits: u32) -> Vec<f64> {
    // with 63 bits behind the point: the eight halvings of a distance add up to an error below 2^-61, and a test says
    // that none of these numbers is so near to an `f64` that it would matter
    const ONE: u128 = 1 << 63;
    const SURPLUS: u32 = 63 - (f64::MANTISSA_DIGITS - 1);

    let mut roots = vec![ONE, 2 * ONE];
    for _ in 0..bits {
        let halved = roots.windows(2).flat_map(|pair| match *pair {
            [low, high] => [low, (low * high).isqrt()],
            _ => [ONE; 2],
        });
        let mut halved: Vec<u128> = halved.collect();
        halved.push(2 * ONE);
        roots = halved;
    }
    roots.pop();
    let scale = (ONE >> SURPLUS) as f64;
    // both are exact: 53 bits, and a power of 2
    let cut = roots.iter().map(|root| (root >> SURPLUS) as f64 / scale);
    cut.collect()
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    /// The product of natural numbers in digits of 64 bits, the lowest first.
    fn product(one: &[u64], other: &[u64]) -> Vec<u64> {
        let mut product = vec![0_u64; one.len() + other.len()];
        for (i, a) in one.iter().enumerate() {
            let mut carry = 0;
            for (j, b) in other.iter().enumerate() {
                let sum = u128::from(*a) * u128::from(*b) + u128::from(product[i + j]) + carry;
                product[i + j] = sum as u64;
                carry = sum >> 64;
            }
            product[i + other.len()] = carry as u64;
        }
        product
    }

    /// How many bits `n^(2^squarings)` has.
    fn bits_of_power(n: u64, squarings: u32) -> usize {
        let mut power = vec![n];
        for _ in 0..squarings {
            power = product(&power, &power);
        }
        let top = power.iter().rposition(|digit| *digit != 0).expect("not 0");
        64 * top + power[top].ilog2() as usize + 1
    }

    #[test]
    fn every_root_is_the_largest_number_that_is_not_above_the_bound() {
        // the finest; all others are among those
        for bits in 0..=8 {
            let roots = roots(bits);
            assert_eq!((roots.len(), roots[0]), (1 << bits, 1.0));
            if bits < 8 {
                let finest = super::roots(8);
                assert!(roots.iter().eq(finest.iter().step_by(1 << (8 - bits))));
                continue;
            }
            for (k, root) in roots.iter().enumerate().skip(1) {
                // m^n < 2^k * 2^(52 n) < (m + 1)^n, where n = 2^bits
                let mantissa = (root * 2_f64.powi(52)) as u64;
                let bound_bits = k + (52 << bits) + 1;
                let [root, next] = [mantissa, mantissa + 1].map(|n| bits_of_power(n, bits));
                assert!(root < bound_bits && bound_bits <= next, "{k} at {bits}");
            }
        }
    }
}
