"""Native histograms as the test computes them: from the definition of their buckets, not from our code."""

import bisect
import collections
import math

# what is at most so far from 0 is in the zero bucket
ZERO_THRESHOLD = 2.0**-128


def bucket(value, schema):
    """The number of the bucket of a positive value: the least `i` with `value <= 2^(i * 2^-schema)`."""
    fraction, exponent = math.frexp(value)
    if schema > 0:
        # bounds between one half and one, so that whole powers of two are exact
        steps = 2**schema
        bounds = [2.0 ** (step / steps - 1) for step in range(steps)]
        return bisect.bisect_left(bounds, fraction) + (exponent - 1) * steps
    number = exponent - 1 if fraction == 0.5 else exponent
    return -(-number >> -schema)


def upper_bound(number, schema):
    return 2.0 ** (number * 2.0**-schema)


class Native:
    """A histogram of these observations."""

    def __init__(self, observed, schema):
        self.count = len(observed)
        self.sum = math.fsum(observed)
        numbers = collections.Counter()
        for value in observed:
            if abs(value) <= ZERO_THRESHOLD:
                numbers[(0, 0)] += 1
            elif value > 0:
                numbers[(1, bucket(value, schema))] += 1
            else:
                numbers[(-1, bucket(-value, schema))] += 1
        self.buckets = sorted((self._bounds(*key, schema), count) for key, count in numbers.items())

    def _bounds(self, sign, number, schema):
        if sign == 0:
            return (-ZERO_THRESHOLD, ZERO_THRESHOLD)
        low, high = upper_bound(number - 1, schema), upper_bound(number, schema)
        return (low, high) if sign > 0 else (-high, -low)

    def quantile(self, q):
        """As Prometheus 2.42 estimates it: evenly spread within the bucket in which the rank lies
        (`histogramQuantile` in `promql/quantile.go`)."""
        rank = q * self.count
        seen = 0
        for (low, high), count in self.buckets:
            seen += count
            if seen >= rank:
                break
        if low < 0 < high:
            negative = any(upper <= low for (_, upper), _ in self.buckets)
            positive = any(lower >= high for (lower, _), _ in self.buckets)
            if positive and not negative:
                low = 0
            elif negative and not positive:
                high = 0
        return low + (high - low) * (rank - (seen - count)) / count
