// The store: every family and series that the stream has told of, with its recent past.
//
// Memory is bounded: a series keeps one number a tick for 15 minutes and one for ten ticks for an hour, about 10 KB; a
// histogram also what fell into each bucket. 2,000 counters and gauges are 20 MB. When all rings are `MAX_BYTES`, a
// series that comes has no past: its value is shown, and it is not drawn.

import { bucketIncreases, increase } from "./derive.js";
import * as protocol from "./protocol.js";
import { BucketRing, COARSE, EVERY, FINE, Ring } from "./ring.js";

export const MAX_BYTES = 64 * 1024 * 1024;

/** Time between two frames while things change, in milliseconds. */
const INTERVAL = 1000;

/** A frame that is so much earlier than the last one, in milliseconds, comes of a clock that was set. */
const CLOCK_IS_SET = 5000;

/** Restarts that are remembered, to be marked in the charts. */
const MAX_RESTARTS = 32;

export class Store {
  /** By a key that a restart does not change. */
  families = new Map();
  /** The number of the next tick, and when the ticks were, in milliseconds. */
  ticks = 0;
  clock = { fine: new Float64Array(FINE), coarse: new Float64Array(COARSE) };
  /** Bytes of all rings. */
  bytes = 0;
  /** When the server was seen to have restarted, in seconds. */
  restarts = [];
  /** Changes when a family comes or goes. */
  shape = 0;

  #byId = new Map();
  #familyById = new Map();
  #seen = null;
  #last = -Infinity;
  /** When the newest frame was, and by how much the server's clock has been set back since the page was opened. */
  #heard = -Infinity;
  #setBack = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.maxBytes = maxBytes;
  }

  get seriesCount() {
    return this.#byId.size;
  }

  /** When the newest tick was, in milliseconds; nothing before the first. */
  get newest() {
    return this.ticks > 0 ? this.#last : null;
  }

  /** Takes over a part of a snapshot; what the last part leaves out is gone. */
  snapshot(data, ts) {
    if (!this.#seen || data.part === 1) {
      this.#seen = new Set();
      this.#byId.clear();
      this.#familyById.clear();
    }
    this.#add(data, this.#seen);
    if (data.last === false) return;
    for (const family of this.families.values()) {
      for (const series of family.series.values()) if (!this.#seen.has(series)) this.#remove(series);
    }
    this.#seen = null;
    this.#tick(ts);
  }

  /** Takes over what has changed. */
  delta(data, ts) {
    this.#add(data, null);
    for (const [id, raw] of Object.entries(data.values ?? {})) {
      const series = this.#byId.get(Number(id));
      if (series) {
        series.value = protocol.value(raw);
        series.changed = true;
      }
    }
    for (const id of data.removed ?? []) {
      const series = this.#byId.get(id);
      // one that came again in the same frame has another id by now
      if (series?.id === id) this.#remove(series);
      this.#byId.delete(id);
    }
    this.#tick(ts);
  }

  /** The server has begun anew: what it counts begins at 0, and lines do not go on from before. */
  restarted(ts) {
    this.restarts.push(ts / 1000);
    if (this.restarts.length > MAX_RESTARTS) this.restarts.shift();
    this.#eachSeries((series) => (series.before = null));
  }

  /** Nothing was told for a while, because nothing changed: time goes on. */
  idle(milliseconds) {
    if (this.ticks > 0) this.#write(this.#last + milliseconds);
  }

  /** Writes what a frame has told. */
  #tick(told) {
    if (told + this.#setBack < this.#last - CLOCK_IS_SET) this.#setBack = this.#last + 1000 - told;
    // it may be earlier than a tick that was made for want of it
    const ts = Math.max(told + this.#setBack, this.#last + 1);
    this.#write(ts);
    this.#heard = ts;
  }

  /** Writes the state into all rings, as of this time. */
  #write(ts) {
    const tick = this.ticks;
    // the values are as old as the last frame, though nothing may have changed for most of that time
    const seconds = Math.max(ts - this.#last, Math.min(INTERVAL, ts - this.#heard)) / 1000;
    this.clock.fine[tick % FINE] = ts;
    this.clock.coarse[Math.floor(tick / EVERY) % COARSE] = ts;
    for (const family of this.families.values()) {
      family.buckets?.clear(tick);
      for (const series of family.series.values()) write(family, series, tick, seconds);
      family.total?.put(tick, combined(family, tick));
    }
    this.ticks += 1;
    this.#last = ts;
  }

  #add(data, seen) {
    for (const raw of data.families ?? []) this.#familyById.set(raw.id, this.#family(protocol.family(raw)));
    for (const raw of data.series ?? []) {
      const family = this.#familyById.get(raw.family);
      if (!family) continue;
      const labels = raw.labels ?? [];
      const key = JSON.stringify(labels);
      const series = family.series.get(key) ?? this.#series(family, key, labels);
      series.value = protocol.value(raw.value);
      series.changed = true;
      series.id = raw.id;
      this.#byId.set(raw.id, series);
      seen?.add(series);
    }
  }

  #family(told) {
    const key = JSON.stringify([told.name, told.type, told.labels, told.bounds]);
    const known = this.families.get(key);
    if (known) return Object.assign(known, told, { key });
    return { ...told, key, series: new Map(), buckets: null, total: null };
  }

  #series(family, key, labels) {
    // a family is there with its first series
    if (!this.families.has(family.key)) {
      this.families.set(family.key, family);
      if (isDrawn(family) && this.#takes(Ring.bytes)) family.total = new Ring();
      if (family.type === "histogram" && family.bounds.length > 0) family.buckets = this.#bucketRing(family);
    }
    const series = { id: null, key, family, labels, value: NaN, before: null, changed: true, ring: null, buckets: null };
    if (isDrawn(family) && this.#takes(Ring.bytes)) series.ring = new Ring();
    if (series.ring && family.buckets) series.buckets = this.#bucketRing(family);
    family.series.set(key, series);
    this.shape += 1;
    return series;
  }

  #remove(series) {
    const { family } = series;
    if (!family.series.delete(series.key)) return;
    if (series.ring) this.bytes -= Ring.bytes;
    if (series.buckets) this.bytes -= BucketRing.bytes(series.buckets.buckets);
    if (family.series.size === 0) {
      if (family.buckets) this.bytes -= BucketRing.bytes(family.buckets.buckets);
      if (family.total) this.bytes -= Ring.bytes;
      family.buckets = null;
      family.total = null;
      this.families.delete(family.key);
      this.#familyById.delete(family.id);
    }
    this.shape += 1;
  }

  #bucketRing(family) {
    const buckets = family.bounds.length + 1;
    return this.#takes(BucketRing.bytes(buckets)) ? new BucketRing(buckets) : null;
  }

  #takes(bytes) {
    if (this.bytes + bytes > this.maxBytes) return false;
    this.bytes += bytes;
    return true;
  }

  #eachSeries(visit) {
    for (const family of this.families.values()) family.series.forEach(visit);
  }
}

/** What is a state, and not a number that goes up and down, has no picture. */
function isDrawn({ type }) {
  return type !== "info" && type !== "stateset";
}

/** Whether the sum of a family's series means nothing, so that the largest stands for all. */
export function isLargest(family) {
  return family.type === "gauge" && (family.derived !== null || ["ratio", "seconds", "celsius"].includes(family.unit));
}

/** One number for all series of a family, at a tick that has been written. */
function combined(family, tick) {
  let all = NaN;
  const largest = isLargest(family);
  for (const { ring } of family.series.values()) {
    const value = ring ? ring.fine[tick % FINE] : NaN;
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(all)) all = value;
    else all = largest ? Math.max(all, value) : all + value;
  }
  return all;
}

function write(family, series, tick, seconds) {
  const { value, before, ring } = series;
  series.buckets?.clear(tick);
  if (!ring) return;
  if (family.type === "gauge") {
    ring.put(tick, value);
    return;
  }
  const count = typeof value === "object" ? value.count : value;
  const known = typeof before === "object" && before !== null ? before.count : before;
  // nothing to compare with
  ring.put(tick, known === null ? NaN : increase(known, count) / seconds);
  if (before !== null && series.changed && family.buckets && value.buckets) {
    bucketIncreases(before, value).forEach((more, bucket) => {
      if (more === 0) return;
      family.buckets.add(tick, bucket, more);
      series.buckets?.add(tick, bucket, more);
    });
  }
  series.before = value;
  series.changed = false;
}
