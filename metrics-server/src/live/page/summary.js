// The summary: the application's own few fields, at the top of the page.

import { h } from "./dom.js";
import { format } from "./format.js";

export class Summary {
  isEmpty = true;
  #list = document.getElementById("summary");
  #values = new Map();

  /** Shows these pairs of a name and a value, and no others. */
  show(fields) {
    this.isEmpty = fields.length === 0;
    this.#list.hidden = this.isEmpty;
    if (fields.length !== this.#values.size || fields.some(([name]) => !this.#values.has(name))) {
      this.#values = new Map(fields.map(([name]) => [name, h("dd")]));
      const tiles = [...this.#values].map(([name, value]) => h("div", {}, h("dt", {}, name.replaceAll("_", " ")), value));
      this.#list.replaceChildren(...tiles);
    }
    for (const [name, value] of fields) this.#values.get(name).textContent = told(value);
  }
}

function told(value) {
  if (typeof value === "number") return format(value, "");
  return typeof value === "string" ? value : JSON.stringify(value);
}
