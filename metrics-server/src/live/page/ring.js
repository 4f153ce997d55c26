// Rings: the newest numbers of one series, one for each tick of the store, and fewer of what is older.

/** Ticks that are kept each for itself: 15 minutes at one a second. */
export const FINE = 900;
/** Ticks that one coarse place stands for, and how many such places there are: an hour. */
export const EVERY = 10;
export const COARSE = 360;

/** One number a tick; a coarse place is the mean of its ticks. */
export class Ring {
  static bytes = 8 * (FINE + COARSE);

  fine = new Float64Array(FINE).fill(NaN);
  coarse = new Float64Array(COARSE).fill(NaN);
  #count = 0;
  #slot = -1;

  put(tick, value) {
    this.fine[tick % FINE] = value;
    const place = Math.floor(tick / EVERY);
    const slot = place % COARSE;
    if (place !== this.#slot) {
      this.#slot = place;
      this.#count = 0;
      this.coarse[slot] = NaN;
    }
    if (!Number.isFinite(value)) return;
    this.#count += 1;
    const before = this.#count === 1 ? 0 : this.coarse[slot];
    this.coarse[slot] = before + (value - before) / this.#count;
  }
}

/** One row of numbers a tick, one for each bucket: what fell into it. A coarse place is the sum of its ticks. */
export class BucketRing {
  static bytes(buckets) {
    return 4 * buckets * (FINE + COARSE);
  }

  #slot = -1;

  constructor(buckets) {
    this.buckets = buckets;
    // whole numbers below 2^24 are exact, and a cell of a picture needs no more
    this.fine = new Float32Array(buckets * FINE);
    this.coarse = new Float32Array(buckets * COARSE);
  }

  /** Begins a tick at which nothing has been observed yet. */
  clear(tick) {
    const at = (tick % FINE) * this.buckets;
    this.fine.fill(0, at, at + this.buckets);
    const place = Math.floor(tick / EVERY);
    if (place === this.#slot) return;
    this.#slot = place;
    const coarse = (place % COARSE) * this.buckets;
    this.coarse.fill(0, coarse, coarse + this.buckets);
  }

  /** Adds to the tick that `clear` has begun. */
  add(tick, bucket, count) {
    this.fine[(tick % FINE) * this.buckets + bucket] += count;
    this.coarse[(Math.floor(tick / EVERY) % COARSE) * this.buckets + bucket] += count;
  }
}
