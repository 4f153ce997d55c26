// What is computed of raw values: increases, quantiles, and the points of a picture. Pure functions.

/** How much a counter grew; one that is smaller than before began anew at 0. */
export function increase(before, after) {
  return after >= before ? after - before : after;
}

/** What fell into each bucket, the last one without a bound, between two states of a histogram. */
export function bucketIncreases(before, after) {
  const began = after.count < before.count;
  const own = (state, i) => {
    const upTo = i < state.buckets.length ? state.buckets[i] : state.count;
    return upTo - (i > 0 ? state.buckets[i - 1] : 0);
  };
  return Array.from({ length: after.buckets.length + 1 }, (_, i) =>
    Math.max(0, began ? own(after, i) : own(after, i) - own(before, i)),
  );
}

/**
 * Where in the buckets the quantile lies: 2.5 is in the middle of the third. What lies above the last bound is told as
 * that bound, as Prometheus does. `null` of nothing.
 */
export function quantilePosition(q, counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!(total > 0)) return null;
  const rank = q * total;
  let below = 0;
  for (let i = 0; i < counts.length - 1; i += 1) {
    if (counts[i] > 0 && below + counts[i] >= rank) return i + (rank - below) / counts[i];
    below += counts[i];
  }
  return counts.length - 1;
}

/** The value at a position in the buckets; the first bucket begins at 0, unless its bound is below. */
export function valueAt(position, bounds) {
  if (position === null || bounds.length === 0) return null;
  const bucket = Math.min(Math.floor(position), bounds.length - 1);
  const upper = bounds[bucket];
  const lower = bucket > 0 ? bounds[bucket - 1] : Math.min(0, upper);
  return lower + (upper - lower) * Math.min(1, position - bucket);
}

export function quantile(q, bounds, counts) {
  return valueAt(quantilePosition(q, counts), bounds);
}

/** The points of a ring on an axis: the mean of the ticks of each; `null` where nothing is known. */
export function points(ring, axis) {
  const kept = ring[axis.tier];
  const length = kept.length;
  return axis.from.map((from, i) => {
    let sum = 0;
    let count = 0;
    for (let at = from; at < axis.to[i]; at += 1) {
      const value = kept[at % length];
      if (Number.isFinite(value)) {
        sum += value;
        count += 1;
      }
    }
    return count > 0 ? sum / count : null;
  });
}

/** The columns of a heat map: for each point of the axis what fell into each bucket. */
export function columns(ring, axis) {
  const { buckets } = ring;
  const kept = ring[axis.tier];
  const length = kept.length / buckets;
  return axis.from.map((from, i) => {
    const column = new Float64Array(buckets);
    for (let at = from; at < axis.to[i]; at += 1) {
      const start = (at % length) * buckets;
      for (let bucket = 0; bucket < buckets; bucket += 1) column[bucket] += kept[start + bucket];
    }
    return column;
  });
}

/** The sum of several lines, point by point; `null` where none has a value. */
export function total(lines, length) {
  const sum = new Array(length).fill(null);
  for (const line of lines) {
    for (let i = 0; i < length; i += 1) if (line[i] !== null) sum[i] = (sum[i] ?? 0) + line[i];
  }
  return sum;
}

/** The mean of the last points that have a value, so that a number does not flicker. */
export function recent(line, count) {
  let sum = 0;
  let found = 0;
  for (let i = line.length - 1; i >= 0 && i >= line.length - count; i -= 1) {
    if (line[i] !== null) {
      sum += line[i];
      found += 1;
    }
  }
  return found > 0 ? sum / found : null;
}
