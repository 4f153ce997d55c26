// The view: which panels there are, in which sections, and which stretch of time they show.

import { axisOf, WINDOWS } from "./axis.js";
import { h, remember, remembered, setText } from "./dom.js";
import { paint } from "./painter.js";
import { Panel } from "./panel.js";
import { finds, words } from "./search.js";
import { sectionsOf } from "./sections.js";

/** How far below the fold a panel is drawn already. */
const AHEAD = "200px";

/** Tells of itself with the events `pause`, `search` and `shown`. */
export class View extends EventTarget {
  seconds = remembered("window", 300);
  panels = new Map();
  query = "";
  found = 0;

  #frozen = null;
  #shape = -1;
  #axes = new Map();
  #sections = new Map();
  #closed = new Map(remembered("closed", []));
  #root = document.getElementById("sections");
  #empty = document.getElementById("empty");
  #observer;

  /** `explain` opens the drawer for a family. */
  constructor(store, theme, explain) {
    super();
    this.store = store;
    this.theme = theme;
    this.explain = explain;
    this.paint = paint;
    if (!WINDOWS.has(this.seconds)) this.seconds = 300;
    this.#observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) this.#panelOf.get(target)?.setVisible(isIntersecting);
    }, { rootMargin: AHEAD });
    theme.addEventListener("change", () => this.panels.forEach((panel) => panel.recolor()));
    this.#empty.querySelector("button").onclick = () => this.search("");
  }

  #panelOf = new WeakMap();

  /** The tick that is shown as the newest. */
  get tick() {
    return this.#frozen ?? this.store.ticks - 1;
  }

  get isPaused() {
    return this.#frozen !== null;
  }

  /** The axis of time of all charts of one purpose. */
  axis(purpose) {
    const key = `${purpose} ${this.tick} ${this.seconds}`;
    if (!this.#axes.has(key)) {
      if (this.#axes.size > 4) this.#axes.clear();
      this.#axes.set(key, axisOf(this.store.clock, this.tick, this.seconds, purpose));
    }
    return this.#axes.get(key);
  }

  /** Something has come over the stream. */
  update() {
    if (this.#shape !== this.store.shape) this.#build();
    if (!this.isPaused) this.redraw();
  }

  redraw() {
    this.panels.forEach((panel) => panel.redraw());
  }

  setPaused(isPaused) {
    this.#frozen = isPaused && this.store.ticks > 0 ? this.store.ticks - 1 : null;
    this.dispatchEvent(new Event("pause"));
    this.redraw();
  }

  setSeconds(seconds) {
    this.seconds = seconds;
    remember("window", seconds);
    this.redraw();
  }

  search(query) {
    this.query = query;
    this.dispatchEvent(new CustomEvent("search", { detail: query }));
    this.#filter();
  }

  #build() {
    this.#shape = this.store.shape;
    const sections = sectionsOf(this.store.families.values());
    const kept = new Set();
    for (const about of sections) {
      const section = this.#section(about);
      kept.add(about.key);
      const elements = about.families.map((family) => this.#panel(family, about.prefix).element);
      const grid = section.grid;
      if (elements.length !== grid.children.length || elements.some((e, i) => e !== grid.children[i])) grid.replaceChildren(...elements);
      section.families = about.families;
    }
    for (const [key, section] of this.#sections) {
      if (kept.has(key)) continue;
      section.element.remove();
      this.#sections.delete(key);
    }
    for (const [key, panel] of this.panels) {
      if (this.store.families.get(key) === panel.family) continue;
      this.#observer.unobserve(panel.element);
      panel.destroy();
      this.panels.delete(key);
    }
    const order = sections.map(({ key }) => this.#sections.get(key).element);
    if (order.some((element, i) => element !== this.#root.children[i])) this.#root.replaceChildren(...order);
    this.#filter();
  }

  #panel(family, prefix) {
    const known = this.panels.get(family.key);
    if (known?.family === family) return known;
    const panel = new Panel(family, this, prefix);
    this.panels.set(family.key, panel);
    this.#panelOf.set(panel.element, panel);
    this.#observer.observe(panel.element);
    return panel;
  }

  #section({ key, title, note, isClosed }) {
    if (this.#sections.has(key)) return this.#sections.get(key);
    const id = `section-${this.#sections.size}-${key.replace(/\W+/g, "-")}`;
    const count = h("span", { class: "count" });
    const button = h("button", { type: "button", "aria-controls": id }, h("span", { class: "chevron", "aria-hidden": "true" }), title, note ? h("small", {}, note) : null, count);
    const grid = h("div", { class: "grid", id });
    const element = h("section", { "aria-label": title }, h("h2", {}, button), grid);
    const section = { key, element, grid, button, count, families: [], isClosed: this.#closed.get(key) ?? isClosed };
    button.onclick = () => {
      section.isClosed = !section.isClosed;
      this.#closed.set(key, section.isClosed);
      remember("closed", [...this.#closed]);
      this.#fold(section);
    };
    this.#sections.set(key, section);
    return section;
  }

  /** A search opens what it finds; what was closed is closed again after it. */
  #fold(section) {
    const isOpen = this.query.trim() !== "" || !section.isClosed;
    section.grid.hidden = !isOpen;
    section.button.setAttribute("aria-expanded", String(isOpen));
  }

  #filter() {
    const wanted = words(this.query);
    this.found = 0;
    for (const section of this.#sections.values()) {
      let found = 0;
      for (const family of section.families) {
        const isFound = finds(wanted, family);
        this.panels.get(family.key).element.hidden = !isFound;
        if (isFound) found += 1;
      }
      section.element.hidden = found === 0;
      setText(section.count, String(found));
      this.found += found;
      this.#fold(section);
    }
    this.#showEmpty();
    this.dispatchEvent(new Event("shown"));
  }

  #showEmpty() {
    const { size } = this.store.families;
    this.#empty.hidden = this.found > 0 || this.store.ticks === 0;
    const [title, text] = size > 0
      ? [`No metric matches \u201c${this.query.trim()}\u201d`, "Every word must be in a name, a help text, or a label."]
      : ["There are no metrics yet", "A set of metrics appears here when it is registered."];
    setText(this.#empty.querySelector("h2"), title);
    setText(this.#empty.querySelector("p"), text);
    this.#empty.querySelector("button").hidden = size === 0;
  }
}
