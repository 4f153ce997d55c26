// The box beside the cursor: when, and which values.

import { h } from "./dom.js";

export class Tip {
  /** Whether this chart is the one that is pointed at. */
  isWanted = false;
  /** How high the pointer is in the plot, in pixels; nothing if it is the keyboard that reads. */
  top = null;
  element = h("div", { class: "tip", hidden: true, "aria-live": "off" });
  #clientY = null;

  place(clientY) {
    this.#clientY = clientY;
  }

  show(plot, when, rows) {
    const over = plot.over.getBoundingClientRect();
    this.top = this.#clientY === null ? null : this.#clientY - over.top;
    const lines = rows.slice(0, 9).map(({ color, name, value }) => {
      const swatch = h("i", { class: "swatch" });
      if (color) swatch.style.background = color;
      return h("li", {}, swatch, h("span", {}, name), h("b", {}, value));
    });
    this.element.replaceChildren(h("time", {}, when), h("ul", {}, lines));
    this.element.hidden = false;
    const host = this.element.offsetParent ?? plot.root;
    const x = plot.over.offsetLeft + (plot.cursor.left ?? 0);
    const width = this.element.offsetWidth;
    // on the side where there is room
    const left = x + 14 + width < host.clientWidth ? x + 14 : Math.max(0, x - width - 14);
    this.element.style.transform = `translate(${Math.round(left)}px, 4px)`;
  }

  hide() {
    this.isWanted = false;
    this.#clientY = null;
    this.top = null;
    this.element.hidden = true;
  }
}
