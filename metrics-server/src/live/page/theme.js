// The theme: what was chosen, and the colours as a canvas needs them. The colours themselves are in `base.css`.

import { remember, remembered } from "./dom.js";

export const THEMES = ["auto", "light", "dark"];
const SCHEMES = { auto: "light dark", light: "light", dark: "dark" };
const dark = matchMedia("(prefers-color-scheme: dark)");

export class Theme extends EventTarget {
  #choice = remembered("theme", "auto");
  #colors = new Map();

  constructor() {
    super();
    dark.addEventListener("change", () => this.#apply());
    this.#apply();
  }

  get choice() {
    return this.#choice;
  }

  get isDark() {
    return this.#choice === "dark" || (this.#choice === "auto" && dark.matches);
  }

  /** From automatic to light to dark and round again. */
  turn() {
    this.#choice = THEMES[(THEMES.indexOf(this.#choice) + 1) % THEMES.length];
    remember("theme", this.#choice);
    this.#apply();
  }

  /** The colour of a custom property, as a canvas reads it. */
  color(name) {
    if (!this.#colors.has(name)) {
      const probe = document.documentElement;
      const before = probe.style.color;
      probe.style.color = `var(--${name})`;
      this.#colors.set(name, getComputedStyle(probe).color);
      probe.style.color = before;
    }
    return this.#colors.get(name);
  }

  #apply() {
    if (!THEMES.includes(this.#choice)) this.#choice = "auto";
    document.documentElement.style.colorScheme = SCHEMES[this.#choice];
    document.documentElement.dataset.theme = this.isDark ? "dark" : "light";
    this.#colors.clear();
    this.dispatchEvent(new Event("change"));
  }
}
