// The legend of a panel: its series with their colours and values, the largest first; one can be looked at alone.

import { h, setText } from "./dom.js";
import { selector, seriesName, telling } from "./format.js";
import { SLOTS } from "./charts.js";

/** Rows of a legend that has been opened, so that a family of thousands stays quick. */
const MOST_ROWS = 200;
/** How long an order stays, in ticks: a legend that jumps cannot be read. */
const ORDER_TICKS = 5;

export class Legend {
  /** The series that is looked at alone. */
  isolated = null;
  #family;
  #format;
  #onChange;
  #most;
  #rows = new Map();
  #colors = new Map();
  #order = [];
  #orderedAt = -Infinity;
  #orderedSize = 0;
  #isOpen = false;
  #telling = null;
  #list;
  #more;

  constructor(family, { format, onChange, most = SLOTS }) {
    this.#family = family;
    this.#format = format;
    this.#onChange = onChange;
    this.#most = most;
    this.#list = h("ul", { class: "legend", "aria-label": `Series of ${family.name}` });
    this.#more = h("button", { class: "more", type: "button", hidden: true, onclick: () => this.#toggle() });
    this.element = h("div", { class: "legend-box" }, this.#list, this.#more);
  }

  /** The series that are drawn, each with the place of its colour. `weight` says how large one is. */
  drawn(tick, weight) {
    this.#sort(tick, weight);
    if (this.isolated && !this.#family.series.has(this.isolated.key)) this.isolated = null;
    const shown = this.isolated ? [this.isolated] : this.#first();
    this.#giveColors(shown);
    return shown.map((series) => ({ series, slot: this.#colors.get(series) }));
  }

  /** How many series are not drawn though something moves in them. */
  get others() {
    return this.isolated ? 0 : this.#order.slice(SLOTS).filter(({ idle }) => !idle).length;
  }

  /** A series in the words that tell it from the others that are shown. */
  name(series) {
    return seriesName(this.#family, series, this.#telling);
  }

  /** Shows `valueOf` each series that has a row. */
  write(drawn, colorOf, valueOf) {
    const slots = new Map(drawn.map(({ series, slot }) => [series, slot]));
    const wanted = this.#isOpen ? this.#order.slice(0, MOST_ROWS).map(({ series }) => series) : this.#first();
    this.#telling = telling(wanted);
    const elements = wanted.map((series) => {
      const row = this.#row(series);
      setText(row.name, this.name(series));
      const slot = slots.get(series);
      row.swatch.dataset.slot = slot === undefined ? "none" : slot;
      row.swatch.style.background = slot === undefined ? "" : colorOf(slot);
      setText(row.value, this.#format(valueOf(series)));
      const alone = this.isolated === series;
      row.button.setAttribute("aria-pressed", String(alone));
      row.element.classList.toggle("dim", this.isolated !== null && !alone);
      return row.element;
    });
    if (elements.length !== this.#list.children.length || elements.some((e, i) => e !== this.#list.children[i])) {
      this.#list.replaceChildren(...elements);
      for (const series of [...this.#rows.keys()]) if (!wanted.includes(series)) this.#rows.delete(series);
    }
    const hidden = this.#order.length - wanted.length;
    this.#more.hidden = hidden <= 0 && !this.#isOpen;
    this.#more.setAttribute("aria-expanded", String(this.#isOpen));
    const idle = this.#order.filter((of) => of.idle).length;
    const what = !this.#isOpen && idle >= hidden ? "idle" : "more";
    setText(this.#more, this.#isOpen ? "show fewer" : `+ ${hidden.toLocaleString("en-US")} ${what}`);
  }

  /** The largest series in which something moves, or one that stands for all where nothing does. */
  #first() {
    const moving = this.#order.slice(0, this.#most).filter(({ idle }) => !idle);
    return (moving.length > 0 ? moving : this.#order.slice(0, 1)).map(({ series }) => series);
  }

  #sort(tick, weight) {
    const { series } = this.#family;
    const isKept = tick - this.#orderedAt < ORDER_TICKS && tick >= this.#orderedAt && this.#orderedSize === series.size;
    // where nothing moved, the first that does is shown at once
    if (isKept && !this.#order[0]?.idle) return;
    this.#orderedAt = tick;
    this.#orderedSize = series.size;
    this.#order = [...series.values()].map((of) => ({ series: of, ...weight(of) }));
    this.#order.sort((a, b) => a.idle - b.idle || b.size - a.size);
  }

  /** A series keeps its colour for as long as it is drawn. */
  #giveColors(shown) {
    for (const series of this.#colors.keys()) if (!shown.includes(series) && !this.isolated) this.#colors.delete(series);
    for (const series of shown) {
      if (this.#colors.has(series)) continue;
      const taken = new Set(this.#colors.values());
      let slot = 0;
      while (taken.has(slot)) slot += 1;
      this.#colors.set(series, slot % SLOTS);
    }
  }

  #row(series) {
    const known = this.#rows.get(series);
    if (known) return known;
    const swatch = h("i", { class: "swatch", "aria-hidden": "true" });
    const name = h("span", { class: "series" });
    const value = h("span", { class: "value" });
    const isolate = () => {
      this.isolated = this.isolated === series ? null : series;
      this.#onChange();
    };
    const title = `${selector(this.#family, series)}: look at it alone`;
    const button = h("button", { type: "button", title, onclick: isolate }, swatch, name, value);
    const row = { element: h("li", {}, button), button, swatch, name, value };
    this.#rows.set(series, row);
    return row;
  }

  #toggle() {
    this.#isOpen = !this.#isOpen;
    this.element.classList.toggle("open", this.#isOpen);
    this.#onChange();
  }
}
