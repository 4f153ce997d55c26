// The page: what belongs together is put together here, and nothing else is done.

import { Connection } from "./connection.js";
import { Drawer } from "./drawer.js";
import { Events } from "./events.js";
import { clock } from "./format.js";
import { Header } from "./header.js";
import * as protocol from "./protocol.js";
import { Store } from "./store.js";
import { Summary } from "./summary.js";
import { Theme } from "./theme.js";
import { View } from "./view.js";

/** How often the charts move though nothing has changed, in milliseconds. */
const TICK = 1000;
/** After which silence nothing has changed, and no frame is merely late, in milliseconds. */
const SILENCE = 3000;

const store = new Store();
const theme = new Theme();
const connection = new Connection(streamAddress());
const drawer = new Drawer(() => location.hash.startsWith("#metric=") && history.replaceState(null, "", location.pathname + location.search));
const view = new View(store, theme, (family) => (location.hash = `metric=${encodeURIComponent(family.name)}`));
const header = new Header(view, theme, connection);

const summary = new Summary();
const events = new Events(view);

let eventTypes = [];
let heardAt = performance.now();

// a new connection has asked for nothing yet
connection.addEventListener("state", () => connection.state === "connecting" && summary.show([]));
connection.addEventListener("restart", ({ detail }) => {
  store.restarted(detail.ts);
  header.notice(`The server has restarted at ${clock(detail.ts / 1000)}. Its counters began anew.`);
});
connection.addEventListener("frame", ({ detail: { type, ts, data } }) => {
  if (type === "metrics:hello") eventTypes = data.events ?? [];
  else if (type === "metrics:snapshot") store.snapshot(data, ts);
  else if (type === "metrics:delta") store.delta(data, ts);
  else if (type === "metrics:performance") return summary.show(protocol.summary(data));
  else if (eventTypes.includes(type)) return events.add(type, ts, data);
  else return;
  heardAt = performance.now();
  view.update();
  if (type === "metrics:snapshot") begin(data);
});
view.addEventListener("shown", () => {
  header.counts(view.found, store.families.size, store.seriesCount);
  header.title(store.families.values());
});
window.addEventListener("hashchange", followAddress);

// no frame comes where nothing changes, and time goes on
setInterval(() => {
  // a page that was busy hears first what has come meanwhile
  setTimeout(() => {
    if (connection.state !== "live" || performance.now() - heardAt < SILENCE) return;
    store.idle(TICK);
    view.update();
  }, 50);
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

/** After a snapshot: what the address names may only be there now, and a summary is worth to be asked for. */
function begin(data) {
  followAddress();
  const fields = protocol.summary(data);
  if (fields.length > 0 && summary.isEmpty) connection.send(protocol.subscription(new URLSearchParams(location.search), eventTypes));
  summary.show(fields);
}
