// The head of the page: search, window, pause, theme, and how the connection is.

import { WINDOWS } from "./axis.js";
import { h, setText } from "./dom.js";

const byId = (id) => document.getElementById(id);
const THEME_GLYPHS = { auto: "\u25d0", light: "\u2600", dark: "\u263e" };
const capital = (word) => word[0].toUpperCase() + word.slice(1);

export class Header {
  #view;
  #theme;
  #connection;
  #countdown = 0;
  #notice = "";

  constructor(view, theme, connection) {
    this.#view = view;
    this.#theme = theme;
    this.#connection = connection;
    this.#search();
    this.#windows();
    const pause = byId("pause");
    pause.onclick = () => view.setPaused(!view.isPaused);
    byId("theme").onclick = () => theme.turn();
    byId("banner").querySelector("button").onclick = () => connection.open();
    document.addEventListener("keydown", (event) => this.#key(event));
    view.addEventListener("pause", () => this.#show());
    theme.addEventListener("change", () => this.#show());
    connection.addEventListener("state", () => this.#show());
    this.#show();
  }

  /** Says something for a while. */
  notice(text) {
    this.#notice = text;
    setTimeout(() => {
      if (this.#notice === text) this.#notice = "";
      this.#show();
    }, 20_000);
    this.#show();
  }

  /** What is shown, in numbers. */
  counts(found, families, series) {
    const of = (count, word, words) => `${count.toLocaleString("en-US")} ${count === 1 ? word : words}`;
    const all = `${of(families, "metric", "metrics")} \u00b7 ${series.toLocaleString("en-US")} series`;
    setText(byId("counts"), found === families ? all : `${found} of ${all}`);
  }

  /** The name of what is served: the service, if all metrics agree on one, else the host. */
  title(families) {
    const names = new Set();
    for (const family of families) {
      const at = family.labels.indexOf("service");
      for (const series of family.series.values()) if (at >= 0) names.add(series.labels[at]);
    }
    const [only] = names;
    const title = names.size === 1 ? only : location.host;
    setText(byId("service"), title);
    document.title = `${title} \u00b7 live metrics`;
  }

  #search() {
    const input = byId("search");
    input.oninput = () => this.#view.search(input.value);
    input.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      if (input.value === "") input.blur();
      input.value = "";
      this.#view.search("");
      event.preventDefault();
    };
    this.#view.addEventListener("search", ({ detail }) => {
      if (input.value !== detail) input.value = detail;
    });
  }

  #windows() {
    const buttons = [...WINDOWS].map(([seconds, name]) => {
      const pressed = String(seconds === this.#view.seconds);
      const button = h("button", { type: "button", "aria-pressed": pressed, "data-seconds": seconds }, name);
      button.onclick = () => {
        this.#view.setSeconds(seconds);
        buttons.forEach((of) => of.setAttribute("aria-pressed", String(of === button)));
      };
      return button;
    });
    byId("windows").append(...buttons);
  }

  #key(event) {
    const isTyping = event.target.matches?.("input, textarea, select");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || byId("drawer").open) return;
    if (event.key === "/") byId("search").focus();
    else if (event.key === "p") this.#view.setPaused(!this.#view.isPaused);
    else return;
    event.preventDefault();
  }

  #show() {
    const { isPaused } = this.#view;
    const { state, reason } = this.#connection;
    const pause = byId("pause");
    pause.setAttribute("aria-pressed", String(isPaused));
    setText(pause.querySelector(".word"), isPaused ? "Resume" : "Pause");
    const theme = byId("theme");
    setText(theme.querySelector(".glyph"), THEME_GLYPHS[this.#theme.choice]);
    setText(theme.querySelector(".word"), capital(this.#theme.choice));
    theme.title = `Theme: ${this.#theme.choice}`;
    const live = isPaused ? "paused" : "live";
    const shown = state === "live" ? live : { connecting: "connecting", waiting: "disconnected", refused: "disconnected" }[state];
    const pill = byId("state");
    pill.dataset.state = shown;
    setText(pill, capital(shown));
    this.#showBanner(state, reason);
  }

  #showBanner(state, reason) {
    clearTimeout(this.#countdown);
    const banner = byId("banner");
    const lost = state === "waiting" || state === "refused" || (state === "connecting" && reason !== "");
    banner.hidden = !lost && this.#notice === "";
    banner.classList.toggle("lost", lost);
    banner.querySelector("button").hidden = !lost;
    const text = banner.querySelector("p");
    if (!lost) return setText(text, this.#notice);
    if (state === "connecting") return setText(text, `Disconnected: ${reason}. Trying again now.`);
    if (state === "refused") return setText(text, `The server does not want this page back: ${reason}.`);
    const seconds = Math.max(1, Math.ceil((this.#connection.retryAt - performance.now()) / 1000));
    setText(text, `Disconnected: ${reason}. Next attempt in ${seconds}\u00a0s.`);
    this.#countdown = setTimeout(() => this.#showBanner(this.#connection.state, this.#connection.reason), 500);
  }
}
