// A panel: one family, with its name, what it is now, its picture and its legend.

import { LineChart } from "./charts.js";
import { columns, points, quantile, recent, total } from "./derive.js";
import { h, setText } from "./dom.js";
import { ago, clock, format, formatRate, formatTick, isMoment, parts, rateParts } from "./format.js";
import { HeatMap, QUANTILES } from "./heatmap.js";
import { Key } from "./key.js";
import { Legend } from "./legend.js";
import { FINE } from "./ring.js";
import { isLargest } from "./store.js";
import { Table } from "./table.js";
import { Tip } from "./tip.js";

/** Points over which the number in the head is a mean. */
const RECENT = 3;
/** Rows of a legend below a heat map, which needs the room, and in which they are no lines. */
const ROWS_OF_MAP = 4;
/** Ticks after which the text for screen readers is written anew: it is read on demand, not announced. */
const SPOKEN_TICKS = 10;

export class Panel {
  #page;
  #chart = null;
  #table = null;
  #legend = null;
  #tip = null;
  #job = () => this.#draw();
  #cursor = null;
  #spokenAt = -Infinity;
  #isRate;
  #format;
  #now;
  #plot;
  #key = null;
  #spoken;
  #body;
  #drawn = { axis: null, lines: [], columns: null };

  /** `page` has the store, the theme, the axis of time, and what opens the drawer. */
  constructor(family, page, prefix) {
    this.family = family;
    this.#page = page;
    this.isVisible = false;
    const { name, help, type } = family;
    this.#isRate = type !== "gauge";
    this.#format = (value) => (this.#isRate ? formatRate(value, this.#rateUnit()) : format(value, family.unit));
    const [head, tail] = split(name, prefix);
    const title = h("button", { class: "name", type: "button", title: `${name}: what is this?`, onclick: () => page.explain(family) },
      h("span", { class: "faint" }, head), tail[0], h("span", { class: "faint" }, tail[1]));
    this.#now = h("p", { class: "now" });
    this.#plot = h("div", { class: "plot" });
    this.#spoken = h("figcaption", { class: "unseen" });
    this.#body = h("div", { class: "body" });
    this.element = h("figure", { class: `panel ${type}`, "aria-label": `${name}, ${type}`, "data-family": name },
      h("header", {}, h("div", { class: "title" }, h("h3", {}, title), h("p", { class: "help", title: help }, help)), this.#now),
      this.#body, this.#spoken);
    if (type === "info" || type === "stateset" || isMoment(family)) {
      this.#table = new Table(family);
      this.#body.append(this.#table.element);
    } else {
      this.#legend = new Legend(family, { format: this.#format, onChange: () => this.redraw(), most: this.#isMap ? ROWS_OF_MAP : undefined });
      this.#body.append(this.#plot);
      if (this.#isMap) {
        this.#key = new Key(QUANTILES.map(({ name, color }) => ({ name, color: `var(--${color})` })));
        this.#body.append(this.#key.element);
      }
      // one series without labels has its value in the head already
      if (family.labels.length > 0) this.#body.append(this.#legend.element);
    }
  }

  /** Draws soon, if it is in view. */
  redraw() {
    if (this.isVisible) this.#page.paint(this.#job);
  }

  setVisible(isVisible) {
    this.isVisible = isVisible;
    this.redraw();
  }

  /** Draws anew with other colours. */
  recolor() {
    this.#chart?.redraw();
    this.redraw();
  }

  destroy() {
    this.isVisible = false;
    this.#chart?.destroy();
    this.#chart = null;
  }

  /** What is plotted now, for whoever wants to read it: the axis, and the values of each line; no line before it is drawn. */
  get plotted() {
    return this.#chart ? this.#chart.plot.data : [[]];
  }

  get #isMap() {
    return this.family.type === "histogram" && this.family.bounds.length > 0;
  }

  #draw() {
    if (!this.isVisible) return;
    if (this.#table) {
      this.#table.draw();
      this.#showNow();
      return this.#speak();
    }
    this.#chart ??= this.#makeChart();
    this.#chart.restarts = this.#page.store.restarts;
    const axis = this.#page.axis("line");
    const weight = (series) => {
      const line = series.ring ? points(series.ring, axis) : [];
      const size = recent(line, line.length) ?? -Infinity;
      return { size, idle: !line.some((value) => value) };
    };
    const drawn = this.#legend.drawn(this.#page.tick, weight);
    const lines = drawn.map(({ series, slot }) => ({ series, slot, values: series.ring ? points(series.ring, axis) : axis.x.map(() => null), color: this.#color(slot) }));
    if (this.#isMap) this.#drawMap();
    else this.#drawLines(axis, lines);
    this.#drawn = { ...this.#drawn, axis, lines, drawn };
    this.#showNow();
    this.#writeLegend();
    this.#speak();
  }

  #makeChart() {
    const { family } = this;
    const { theme } = this.#page;
    const onCursor = (index, left) => this.#moveCursor(index, left);
    this.#tip = new Tip();
    const chart = this.#isMap
      ? new HeatMap(this.#plot, theme, family, { onCursor })
      : new LineChart(this.#plot, theme, { unit: this.#unit(), isRate: this.#isRate }, { onCursor });
    this.#plot.append(this.#tip.element);
    const keys = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
    this.#plot.tabIndex = 0;
    this.#plot.setAttribute("role", "img");
    this.#plot.setAttribute("aria-label", `Chart of ${family.name}; the arrow keys read it`);
    this.#plot.onkeydown = (event) => {
      if (event.key === "Escape") chart.leave();
      if (!(event.key in keys)) return;
      this.#tip.isWanted = true;
      chart.step(keys[event.key]);
      event.preventDefault();
    };
    this.#plot.onblur = () => chart.leave();
    this.#plot.onpointerenter = () => (this.#tip.isWanted = true);
    this.#plot.onpointerleave = () => this.#tip.hide();
    this.#plot.onpointermove = ({ clientY }) => this.#tip.place(clientY);
    return chart;
  }

  #drawLines(axis, lines) {
    const all = [...lines];
    const { family } = this;
    if (this.#legend.others > 0 && family.total && !isLargest(family)) {
      const shown = total(lines.map(({ values }) => values), axis.x.length);
      const rest = points(family.total, axis).map((value, i) => (value === null ? null : Math.max(0, value - (shown[i] ?? 0))));
      all.push({ name: `${this.#legend.others} others`, values: rest, color: this.#page.theme.color("other") });
    }
    this.#drawn.all = all;
    this.#chart.draw(axis, all);
  }

  #drawMap() {
    const { isolated } = this.#legend;
    const axis = this.#page.axis("map");
    const ring = isolated ? isolated.buckets : this.family.buckets;
    const drawn = ring ? columns(ring, axis) : [];
    this.#drawn.columns = drawn;
    this.#drawn.mapAxis = axis;
    this.#plot.dataset.note = drawn.some((column) => column.some((count) => count > 0)) ? "" : "Nothing was observed";
    this.#chart.draw(ring ? axis : { ...axis, x: [], from: [], to: [] }, drawn);
  }

  /** What has been observed of late, by bucket. */
  #recentCounts() {
    const last = (this.#drawn.columns ?? []).slice(-Math.max(1, RECENT * 2));
    return Array.from({ length: this.family.bounds.length + 1 }, (_, i) => last.reduce((sum, column) => sum + column[i], 0));
  }

  #showNow() {
    const { family } = this;
    const isolated = this.#legend?.isolated;
    let text;
    if (this.#table) {
      const only = isMoment(family) ? this.#only() : null;
      text = ["", only ? ago(only.value, this.#page.store.newest / 1000) : "", ""];
    } else if (this.#isMap) {
      const counts = this.#recentCounts();
      const values = QUANTILES.map(({ q }) => quantile(q, family.bounds, counts));
      this.#key.write(values.map((value) => format(value, family.unit)));
      text = ["p99", ...parts(values.at(-1), family.unit)];
    } else {
      const ring = isolated ? isolated.ring : family.total;
      const line = ring ? points(ring, this.#drawn.axis) : [];
      const value = this.#isRate ? recent(line, RECENT) : this.#last(ring, isolated ?? this.#only());
      const many = family.series.size > 1 && !isolated;
      text = [many ? (isLargest(family) ? "max" : "total") : "", ...(this.#isRate ? rateParts(value, this.#rateUnit()) : parts(value, family.unit))];
    }
    const [before, number, unit] = text;
    const shown = text.join("\n");
    if (this.#now.dataset.shown === shown) return;
    this.#now.dataset.shown = shown;
    this.#now.replaceChildren(h("small", { class: "of" }, before), h("b", {}, number), h("small", {}, unit));
  }

  #only() {
    const { series } = this.family;
    return series.size === 1 ? series.values().next().value : null;
  }

  /** A gauge at the tick that is shown, to the digit; what no chart can draw, as infinity, is as it is now. */
  #last(ring, series) {
    const value = ring ? ring.fine[this.#page.tick % FINE] : NaN;
    return Number.isNaN(value) && typeof series?.value === "number" ? series.value : value;
  }

  #writeLegend() {
    const { drawn, lines } = this.#drawn;
    const at = this.#cursor;
    const values = new Map(lines.map(({ series, values }) => [series, values]));
    const axis = this.#drawn.axis;
    this.#legend.write(drawn, (slot) => this.#color(slot), (series) => {
      const line = values.get(series) ?? (series.ring ? points(series.ring, axis) : null);
      if (!line) return typeof series.value === "number" && !this.#isRate ? series.value : null;
      if (at !== null && !this.#isMap) return line[at] ?? null;
      return this.#isRate ? recent(line, RECENT) : this.#last(series.ring, series);
    });
  }

  #moveCursor(index, left) {
    if (!this.#drawn.axis) return;
    const before = this.#cursor;
    this.#cursor = left < 0 ? null : index;
    if (before !== this.#cursor && this.isVisible) this.#page.paint(this.#legendJob);
    if (this.#cursor === null || !this.#tip.isWanted) return this.#tip.hide();
    const axis = this.#isMap ? this.#drawn.mapAxis : this.#drawn.axis;
    const x = axis.x[this.#cursor];
    if (x === undefined) return this.#tip.hide();
    this.#tip.show(this.#chart.plot, clock(x), this.#isMap ? this.#mapRows(axis) : this.#lineRows());
  }

  #legendJob = () => this.#drawn.axis && this.#writeLegend();

  #lineRows() {
    const rows = (this.#drawn.all ?? []).map(({ series, name, values, color }) => ({
      color,
      name: name ?? this.#legend.name(series),
      value: values[this.#cursor] ?? null,
    }));
    rows.sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity));
    return rows.map(({ value, ...row }) => ({ ...row, value: this.#format(value) }));
  }

  #mapRows(axis) {
    const { family } = this;
    const column = this.#drawn.columns[this.#cursor];
    if (!column) return [];
    const rows = QUANTILES.map(({ q, name, color }) => ({
      color: this.#page.theme.color(color),
      name,
      value: format(quantile(q, family.bounds, column), family.unit),
    })).reverse();
    const bucket = this.#tip.top === null ? null : this.#chart.bucketAt(this.#tip.top);
    if (bucket !== null) {
      const bound = (i) => (i < family.bounds.length ? formatTick(family.bounds[i], family.unit) : "\u221e");
      const low = bucket > 0 ? bound(bucket - 1) : "0";
      const ticks = (axis.to[this.#cursor] - axis.from[this.#cursor]) * (axis.tier === "fine" ? 1 : 10);
      rows.push({ color: null, name: `${low} to ${bound(bucket)}`, value: formatRate(column[bucket] / Math.max(1, ticks)) });
    }
    return rows;
  }

  #speak() {
    const { tick } = this.#page;
    if (tick - this.#spokenAt < SPOKEN_TICKS && tick >= this.#spokenAt) return;
    this.#spokenAt = tick;
    const now = this.#now.textContent;
    const rows = [...this.element.querySelectorAll(".legend li")].slice(0, 8).map((row) => row.textContent);
    setText(this.#spoken, `${this.family.help} Now ${now}. ${rows.join("; ")}`);
  }

  #color(slot) {
    return this.#page.theme.color(`s${slot + 1}`);
  }

  #unit() {
    return this.#isRate ? this.#rateUnit() : this.family.unit;
  }

  /** A rate of observations has no unit, whatever was observed. */
  #rateUnit() {
    return this.family.type === "counter" ? this.family.unit : "";
  }

}

/** A name in three: what the section says already, what is read, and the ending that the kind gives. */
function split(name, prefix) {
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const end = rest.match(/_total$/)?.[0] ?? "";
  return [name.slice(0, name.length - rest.length), [rest.slice(0, rest.length - end.length), end]];
}
