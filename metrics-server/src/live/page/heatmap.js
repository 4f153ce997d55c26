// The heat map of a histogram: time to the right, buckets upwards, and lines of quantiles over it.

import { Chart, withAlpha } from "./charts.js";
import { quantilePosition } from "./derive.js";
import { formatTick } from "./format.js";

export const QUANTILES = [
  { q: 0.5, name: "p50", color: "p50" },
  { q: 0.9, name: "p90", color: "p90" },
  { q: 0.99, name: "p99", color: "p99" },
];

const STOPS = ["heat-1", "heat-2", "heat-3", "heat-4"];
const SHADES = 24;
/** Buckets that are shown at least, so that one alone is no wall. */
const FEWEST = 4;

export class HeatMap extends Chart {
  #columns = [];
  #low = 0;
  #high = FEWEST;
  #shades = null;

  constructor(host, theme, { unit, bounds }, hooks) {
    const line = (color, width) => ({ _color: color, stroke: color, width, spanGaps: true, points: { show: false } });
    const halo = () => withAlpha(theme.color("card"), 0.75);
    super(
      host,
      theme,
      {
        y: {
          range: () => [this.#low, this.#high],
          axis: {
            grid: { show: false },
            splits: () => this.#splits(),
            values: (_, at) => at.map((edge) => edgeName(edge, bounds, unit)),
          },
        },
        cursor: { points: { show: (u, i) => (i > QUANTILES.length ? undefined : false) } },
        series: [
          ...QUANTILES.map(() => line(halo, 4.5)),
          ...QUANTILES.map(({ color }) => line(() => theme.color(color), 2)),
        ],
      },
      hooks,
    );
    this.bounds = bounds;
  }

  redraw() {
    this.#shades = null;
    super.redraw();
  }

  /** Draws these columns, each with what fell into every bucket; lines join the positions of quantiles in them. */
  draw(axis, columns) {
    this.axis = axis;
    this.#columns = columns;
    this.#fit();
    const lines = QUANTILES.map(({ q }) => columns.map((column) => quantilePosition(q, column)));
    this.plot.setData([axis.x, ...lines, ...lines]);
  }

  /** The bucket at this height of the plot, in pixels; nothing outside. */
  bucketAt(top) {
    const bucket = Math.floor(this.plot.posToVal(top, "y"));
    return bucket >= this.#low && bucket < this.#high ? bucket : null;
  }

  under({ ctx, bbox, valToPos }) {
    const { x, from, to } = this.axis;
    const each = this.#columns.map((column, i) => Math.max(1, to[i] - from[i]));
    let most = 0;
    this.#columns.forEach((column, i) => column.forEach((count) => (most = Math.max(most, count / each[i]))));
    if (most === 0) return;
    this.#shades ??= shades(this.theme);
    const usual = x.length > 1 ? (x.at(-1) - x[0]) / (x.length - 1) : 1;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    const edges = [];
    for (let edge = this.#low; edge <= this.#high; edge += 1) edges.push(Math.round(valToPos(edge, "y", true)));
    const gap = devicePixelRatio;
    this.#columns.forEach((column, i) => {
      const begin = i > 0 && x[i] - x[i - 1] < 3 * usual ? x[i - 1] : x[i] - usual;
      const left = Math.round(valToPos(begin, "x", true));
      const width = Math.round(valToPos(x[i], "x", true)) - left;
      for (let bucket = this.#low; bucket < this.#high; bucket += 1) {
        const count = column[bucket] / each[i];
        if (!(count > 0)) continue;
        // the eye tells few from none by the root, which a linear scale would hide
        const shade = Math.min(SHADES - 1, Math.floor(Math.sqrt(count / most) * SHADES));
        ctx.fillStyle = this.#shades[shade];
        const row = bucket - this.#low;
        const thin = width > 4 * gap ? gap : 0;
        ctx.fillRect(left, edges[row + 1], width - thin, edges[row] - edges[row + 1] - gap);
      }
    });
    ctx.restore();
  }

  /** Shows the buckets that have something in them, and one more at each side. */
  #fit() {
    const buckets = this.bounds.length + 1;
    let low = buckets;
    let high = 0;
    for (const column of this.#columns) {
      column.forEach((count, bucket) => {
        if (count === 0) return;
        low = Math.min(low, bucket);
        high = Math.max(high, bucket + 1);
      });
    }
    if (high === 0) [low, high] = [0, buckets];
    low = Math.max(0, low - 1);
    high = Math.min(buckets, high + 1);
    while (high - low < Math.min(FEWEST, buckets)) {
      if (high < buckets) high += 1;
      else low -= 1;
    }
    this.#low = low;
    this.#high = high;
  }

  #splits() {
    const most = Math.max(2, Math.floor(this.plot.bbox.height / devicePixelRatio / 20));
    const step = Math.ceil((this.#high - this.#low) / most);
    const splits = [];
    for (let edge = this.#low; edge <= this.#high; edge += step) splits.push(edge);
    return splits;
  }
}

/** The bound below which a bucket lies: edge 1 is the upper bound of the first. */
function edgeName(edge, bounds, unit) {
  if (edge === 0) return bounds[0] > 0 ? "0" : "-\u221e";
  return edge > bounds.length ? "\u221e" : formatTick(bounds[edge - 1], unit);
}

function shades(theme) {
  const stops = STOPS.map((name) => theme.color(name).match(/[\d.]+/g).map(Number));
  return Array.from({ length: SHADES }, (_, shade) => {
    const place = (shade / (SHADES - 1)) * (stops.length - 1);
    const from = Math.min(stops.length - 2, Math.floor(place));
    const mixed = [0, 1, 2].map((i) => stops[from][i] + (stops[from + 1][i] - stops[from][i]) * (place - from));
    return `rgb(${mixed.map(Math.round).join(", ")})`;
  });
}
