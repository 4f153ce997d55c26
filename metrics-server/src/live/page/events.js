// Events: the newest of what the application tells as it happens, in a few lines.

import { h, setText } from "./dom.js";
import { clock } from "./format.js";
import { paint } from "./painter.js";

/** Lines that are shown: more go by too fast to be read. */
const MOST = 6;

export class Events {
  #newest = [];
  #count = 0;
  #view;
  #box = document.getElementById("events");
  #job = () => this.#draw();

  constructor(view) {
    this.#view = view;
    view.addEventListener("pause", () => paint(this.#job));
  }

  add(type, ts, data) {
    this.#count += 1;
    this.#newest.unshift({ type, ts, data });
    this.#newest.length = Math.min(MOST, this.#newest.length);
    paint(this.#job);
  }

  #draw() {
    if (this.#view.isPaused || this.#count === 0) return;
    this.#box.hidden = false;
    setText(this.#box.querySelector("small"), `${this.#count.toLocaleString("en-US")} since the page was opened`);
    const lines = this.#newest.map(({ type, ts, data }) => {
      const pairs = Object.entries(data).map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
      return h("li", {}, h("time", {}, clock(ts / 1000)), h("b", {}, type.replace("metrics:", "")), h("code", {}, pairs.join("  ")));
    });
    this.#box.querySelector("ol").replaceChildren(...lines);
  }
}
