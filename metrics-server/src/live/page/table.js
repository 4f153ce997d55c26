// Tables: what is told in words, as infos, the states of a state set, and moments.

import { h } from "./dom.js";
import { isMoment, moment } from "./format.js";

/** Rows that are shown; the drawer has them all. */
const MOST_ROWS = 12;

export class Table {
  #family;
  #shown = "";

  constructor(family) {
    this.#family = family;
    this.element = h("div", { class: "facts" });
  }

  draw() {
    const rows = this.#rows();
    const shown = JSON.stringify(rows);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.replaceChildren(...rows.slice(0, MOST_ROWS).map(({ name, words }) =>
      h("dl", {}, h("dt", {}, name), words.map(({ word, holds }) => h("dd", { class: holds ? "holds" : null }, word)))));
  }

  #rows() {
    if (isMoment(this.#family)) return this.#moments();
    return this.#family.type === "info" ? this.#facts() : this.#states();
  }

  #moments() {
    const { series } = this.#family;
    return [...series.values()].map(({ labels, value }) => ({ name: labels.join(" \u00b7 "), words: [{ word: moment(value), holds: false }] }));
  }

  /** An info: each label is a fact. */
  #facts() {
    const { labels, series } = this.#family;
    return [...series.values()].flatMap((one) => labels.map((name, i) => ({ name, words: [{ word: one.labels[i], holds: false }] })));
  }

  /** A state set: the label that is called as the family names the state; the others tell whose it is. */
  #states() {
    const { name, labels, series } = this.#family;
    const at = labels.indexOf(name);
    const groups = new Map();
    for (const one of series.values()) {
      const whose = one.labels.filter((_, i) => i !== at).join(" \u00b7 ");
      if (!groups.has(whose)) groups.set(whose, []);
      groups.get(whose).push({ word: one.labels[at] ?? "", holds: one.value === 1 });
    }
    return [...groups].map(([whose, words]) => ({ name: whose, words }));
  }
}
