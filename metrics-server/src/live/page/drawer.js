// The drawer: what a metric is, where it was declared, how to ask Prometheus for it, and every value it has.

import { h } from "./dom.js";
import { format, selector } from "./format.js";
import { queries } from "./promql.js";

/** Rows of the table of values. */
const MOST_ROWS = 500;

/** What is declared, with the alerts that look at it, on the server that this page is from. */
const CATALOG = new URL("../catalog", import.meta.url).href;

export class Drawer {
  #dialog = document.getElementById("drawer");
  #onClose;

  constructor(onClose) {
    this.#onClose = onClose;
    this.#dialog.addEventListener("close", () => this.#onClose());
    // a click beside it
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
  }

  show(family) {
    const close = h("button", { type: "button", class: "icon", "aria-label": "Close", onclick: () => this.#dialog.close() }, "\u00d7");
    this.#dialog.replaceChildren(h("div", { class: "sheet" },
      h("header", {}, h("h2", { id: "drawer-title" }, family.name), close),
      h("p", { class: "about" }, family.help || "It has no help text."),
      facts(family),
      h("p", {}, h("a", { href: CATALOG, target: "_blank", rel: "noreferrer" }, "The catalogue of all metrics")),
      h("h3", {}, "PromQL"),
      h("ul", { class: "queries" }, queries(family).map(([what, text]) => query(what, text))),
      h("h3", {}, `Values of ${family.series.size.toLocaleString("en-US")} series`),
      values(family)));
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.firstElementChild.scrollTop = 0;
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }
}

function facts(family) {
  const known = [
    ["Type", family.derived ? `${family.type}, computed: ${family.derived}` : family.type],
    ["Unit", family.unit],
    ["Labels", family.labels.join(", ")],
    ["Buckets", family.bounds.length > 0 ? family.bounds.map((bound) => format(bound, family.unit)).join(", ") : ""],
    ["Set", family.set],
    ["Package", family.package],
    ["Declared at", family.source],
  ];
  const rows = known.filter(([, text]) => text);
  return h("dl", { class: "about-list" }, rows.map(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
}

function query(what, text) {
  const code = h("code", {}, text);
  const button = h("button", { type: "button" }, "Copy");
  button.setAttribute("aria-label", `Copy: ${what}`);
  button.onclick = async () => {
    button.textContent = (await copy(code)) ? "Copied" : "Selected";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  };
  return h("li", {}, h("span", {}, what), code, button);
}

/** Whether it was copied. A page that is neither of this machine nor over TLS has no clipboard: there it is selected. */
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return false;
  }
}

function values(family) {
  const isCounted = family.type === "histogram" || family.type === "summary";
  const rows = [...family.series.values()].slice(0, MOST_ROWS).map((series) => {
    const { value } = series;
    const told = isCounted ? [exact(value.count), format(value.sum, family.unit)] : [exact(value)];
    const name = family.labels.length > 0 ? selector(family, series) : "{}";
    return h("tr", {}, h("th", { scope: "row" }, name), told.map((text) => h("td", {}, text)));
  });
  const heads = ["Series", ...(isCounted ? ["Count", "Sum"] : ["Value"])];
  const head = h("tr", {}, heads.map((text) => h("th", { scope: "col" }, text)));
  return h("table", {}, h("thead", {}, head), h("tbody", {}, rows));
}

/** All digits: this is the place for them. */
function exact(value) {
  return Number.isFinite(value) ? value.toLocaleString("en-US", { maximumFractionDigits: 6 }) : String(value);
}
