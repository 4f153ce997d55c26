// Charts: uPlot as this page wants it. What all charts share, and the one with lines.

import { clock, formatTick } from "./format.js";

const { uPlot } = globalThis;

/** Lines of one chart: the first ones, and one for the rest. */
export const SLOTS = 8;

/** As large as the page's small type, which depends on the width of the screen. */
function font() {
  const { fontFamily, fontSize } = getComputedStyle(document.documentElement);
  return `${Math.round(parseFloat(fontSize) * 0.79)}px ${fontFamily}`;
}

/** What every chart has: its size is that of its host, its cursor that of all charts. */
export class Chart {
  #observer;

  constructor(host, theme, options, { onCursor }) {
    this.theme = theme;
    this.axis = { x: [], start: 0, end: 1 };
    this.restarts = [];
    const muted = () => theme.color("muted");
    const type = font();
    const em = parseFloat(type);
    const { x, y } = options;
    this.plot = new uPlot(
      {
        width: Math.max(40, host.clientWidth),
        height: Math.max(40, host.clientHeight),
        padding: [10, 10, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false },
          sync: { key: "live", scales: ["x", null] },
          points: { size: 7, width: 1.5, stroke: () => theme.color("card"), fill: (u, i) => u.series[i]._color?.() ?? muted() },
          ...options.cursor,
        },
        scales: {
          x: { time: true, range: () => [this.axis.start, this.axis.end] },
          y: { range: y.range },
        },
        axes: [
          {
            stroke: muted,
            font: type,
            size: 2.2 * em,
            gap: 4,
            space: 7 * em,
            grid: { show: false },
            ticks: { show: false },
            // what the edge would cut off says nothing
            values: (u, splits) => splits.map((at) => (u.valToPos(at, "x") + 2.2 * em > u.over.clientWidth ? "" : clock(at))),
            ...x,
          },
          {
            stroke: muted,
            font: type,
            gap: 6,
            space: 2.8 * em,
            size: (_, values) => 14 + 0.58 * em * Math.max(2, ...(values ?? []).map((text) => text?.length ?? 0)),
            grid: { stroke: () => theme.color("grid"), width: 1 },
            ticks: { show: false },
            ...y.axis,
          },
        ],
        series: [{}, ...options.series],
        hooks: {
          drawClear: [(u) => this.under(u)],
          draw: [(u) => this.#markRestarts(u), (u) => this.over(u)],
          setCursor: [(u) => onCursor(u.cursor.idx ?? null, u.cursor.left ?? -1)],
        },
      },
      [[], ...options.series.map(() => [])],
      host,
    );
    this.#observer = new ResizeObserver(() => {
      const size = { width: host.clientWidth, height: host.clientHeight };
      if (size.width > 40 && (size.width !== this.plot.width || size.height !== this.plot.height)) this.plot.setSize(size);
    });
    this.#observer.observe(host);
  }

  /** What a kind of chart draws below its lines, and above. */
  under() {}
  over() {}

  /** Moves the cursor of all charts by so many points. */
  step(by) {
    const { plot, axis } = this;
    if (axis.x.length === 0) return;
    const index = Math.min(axis.x.length - 1, Math.max(0, (plot.cursor.idx ?? axis.x.length - (by > 0 ? 2 : 0)) + by));
    plot.setCursor({ left: plot.valToPos(axis.x[index], "x"), top: 10 }, true, true);
  }

  /** Takes the cursor away from all charts. */
  leave() {
    this.plot.setCursor({ left: -10, top: -10 }, true, true);
  }

  /** Draws the same with the colours of a theme that has changed. */
  redraw() {
    this.plot.redraw(false, true);
  }

  destroy() {
    this.#observer.disconnect();
    this.plot.destroy();
  }

  #markRestarts({ ctx, bbox, valToPos }) {
    ctx.save();
    ctx.strokeStyle = this.theme.color("muted");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    for (const at of this.restarts) {
      if (at < this.axis.start) continue;
      const x = Math.round(valToPos(at, "x", true));
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }
}

/** Lines over time: each slot has a colour and values, or nothing. */
export class LineChart extends Chart {
  #lines = [];

  constructor(host, theme, { unit, isRate }, hooks) {
    const slot = (index) => {
      const color = () => this.#lines[index]?.color ?? "transparent";
      return {
        _color: color,
        stroke: color,
        width: 1.6,
        points: { show: false },
        fill: (u) => (this.#lines.length === 1 && index === 0 ? faded(u, color()) : null),
      };
    };
    const splits = (text) => (text === null ? null : formatTick(text, unit));
    super(
      host,
      theme,
      {
        y: { range: (_, low, high) => range(low, high, isRate), axis: { values: (_, at) => at.map(splits), ...steps(unit) } },
        series: Array.from({ length: SLOTS + 1 }, (_, index) => slot(index)),
      },
      hooks,
    );
  }

  /** Draws these lines, each with `color` and `values` on this axis. */
  draw(axis, lines) {
    this.axis = axis;
    this.#lines = lines;
    const nothing = new Array(axis.x.length).fill(null);
    const slots = Array.from({ length: SLOTS + 1 }, (_, index) => lines[index]?.values ?? nothing);
    this.plot.setData([axis.x, ...slots]);
  }

  /** A dot where each line is now. */
  over({ ctx, valToPos }) {
    const { x } = this.axis;
    for (const { color, values } of this.#lines) {
      const last = values.at(-1);
      if (last === null || last === undefined) continue;
      ctx.beginPath();
      ctx.arc(valToPos(x.at(-1), "x", true), valToPos(last, "y", true), 2.4 * devicePixelRatio, 0, 2 * Math.PI);
      ctx.fillStyle = color;
      ctx.fill();
    }
  }
}

/** Bytes are told in powers of two, so that the lines of the grid stand at such. */
function steps(unit) {
  return unit === "bytes" ? { incrs: Array.from({ length: 56 }, (_, power) => 2 ** power) } : {};
}

/** From 0 where that is near, else closely around the values; never empty. */
function range(low, high, isRate) {
  if (low === null || high === null || !Number.isFinite(low)) return [0, 1];
  if (low === 0 && high === 0) return [0, 1];
  const isNear = low >= 0 && (isRate || low <= 0.6 * high);
  if (isNear) return [0, high * 1.12];
  const spread = high - low || Math.abs(high) * 0.1 || 1;
  return [low - spread * 0.15, high + spread * 0.15];
}

/** A colour that fades towards the ground of the chart. */
function faded({ ctx, bbox }, color) {
  if (!Number.isFinite(bbox.top) || bbox.height <= 0) return null;
  const fill = ctx.createLinearGradient(0, bbox.top, 0, bbox.top + bbox.height);
  const [clear, full] = ["0.02", "0.22"].map((alpha) => withAlpha(color, alpha));
  fill.addColorStop(0, full);
  fill.addColorStop(1, clear);
  return fill;
}

/** `rgb(r, g, b)`, as browsers tell a computed colour, with an alpha. */
export function withAlpha(color, alpha) {
  const [r, g, b] = color.match(/[\d.]+/g) ?? [0, 0, 0];
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}
