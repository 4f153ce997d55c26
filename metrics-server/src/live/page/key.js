// The key of a heat map: which line is which quantile, and what it is now.

import { h, setText } from "./dom.js";

export class Key {
  #values;

  constructor(lines) {
    this.#values = lines.map(() => h("b"));
    this.element = h("p", { class: "key" }, lines.map(({ name, color }, i) => {
      const swatch = h("i", { "aria-hidden": "true" });
      swatch.style.background = color;
      return h("span", {}, swatch, name, this.#values[i]);
    }));
  }

  write(texts) {
    texts.forEach((text, i) => setText(this.#values[i], text));
  }
}
