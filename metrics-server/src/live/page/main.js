// The page: what belongs together is put together here, and nothing else is done.

import { Connection } from "./connection.js";
import { Drawer } from "./drawer.js";
import { h } from "./dom.js";
import { clock, format } from "./format.js";
import { Header } from "./header.js";
import { Store } from "./store.js";
import { Theme } from "./theme.js";
import { View } from "./view.js";

/** How often the charts move though nothing has changed, in milliseconds. */
const TICK = 1000;

const store = new Store();
const theme = new Theme();
const connection = new Connection(streamAddress());
const drawer = new Drawer(() => location.hash.startsWith("#metric=") && history.replaceState(null, "", location.pathname + location.search));
const view = new View(store, theme, (family) => (location.hash = `metric=${encodeURIComponent(family.name)}`));
const header = new Header(view, theme, connection);

let heardAt = performance.now();

connection.addEventListener("restart", ({ detail }) => {
  store.restarted(detail.ts);
  header.notice(`The server has restarted at ${clock(detail.ts / 1000)}. Its counters began anew.`);
});
connection.addEventListener("frame", ({ detail: { type, ts, data } }) => {
  if (type === "metrics:snapshot") store.snapshot(data, ts);
  else if (type === "metrics:delta") store.delta(data, ts);
  else return;
  heardAt = performance.now();
  view.update();
  showSummary();
  // what the address names may only be there now
  if (type === "metrics:snapshot") followAddress();
});
view.addEventListener("shown", () => {
  header.counts(view.found, store.families.size, store.seriesCount);
  header.title(store.families.values());
});
window.addEventListener("hashchange", followAddress);

// no frame comes where nothing changes, and time goes on
setInterval(() => {
  const silence = performance.now() - heardAt;
  if (connection.state !== "live" || silence < 2 * TICK) return;
  store.idle(TICK);
  view.update();
}, TICK);

connection.open();

// for tests, and for whoever looks at it with the browser's tools
window.metricsLive = { store, view, connection, theme };

/** The stream of the server that this page is from, with the page's own query: `?match=cafe_*` narrows both. */
function streamAddress() {
  const address = new URL("../stream", import.meta.url);
  const query = new URLSearchParams(location.search);
  for (const key of ["match", "labels"]) for (const value of query.getAll(key)) address.searchParams.append(key, value);
  return address;
}

function followAddress() {
  const name = new URLSearchParams(location.hash.slice(1)).get("metric");
  const family = [...store.families.values()].find((of) => of.name === name);
  if (family) drawer.show(family);
  else if (name === null) drawer.close();
}

function showSummary() {
  const list = document.getElementById("summary");
  list.hidden = store.summary.length === 0;
  list.replaceChildren(...store.summary.map(([name, value]) => h("div", {}, h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, told(value)))));
}

function told(value) {
  if (typeof value === "number") return format(value, "");
  return typeof value === "string" ? value : JSON.stringify(value);
}
