// The stream's JSON as the page wants it: numbers as numbers, snapshots whole, keys that may be missing filled in.

const WORDS = new Map([
  ["NaN", NaN],
  ["+Inf", Infinity],
  ["-Inf", -Infinity],
]);

/** A number as it travels: what JSON cannot hold is a string. */
export function number(value) {
  if (typeof value === "number") return value;
  if (WORDS.has(value)) return WORDS.get(value);
  return typeof value === "string" && value !== "" ? Number(value) : NaN;
}

/** The value of a series: a number, or what a histogram or a summary amounts to. */
export function value(raw) {
  if (raw === null || typeof raw !== "object") return number(raw);
  const read = { count: number(raw.count), sum: number(raw.sum) };
  if (raw.buckets) read.buckets = raw.buckets.map(number);
  if (raw.quantiles) read.quantiles = raw.quantiles.map(([q, v]) => [number(q), number(v)]);
  return read;
}

export function family(raw) {
  return {
    id: raw.id,
    name: String(raw.name),
    type: String(raw.type),
    unit: raw.unit ?? "",
    help: raw.help ?? "",
    labels: raw.labels ?? [],
    bounds: (raw.bounds ?? []).map(number),
    set: raw.set ?? null,
    source: raw.source ?? null,
    package: raw.package ?? null,
    derived: raw.derived ?? null,
  };
}

const OWN_KEYS = new Set(["part", "last", "families", "series", "values", "removed", "seconds", "rates", "ratios", "quantiles"]);

/** What asks for everything there is, and for the summary fields at every tick, with a page's own filter. */
export function subscription(query, events) {
  return {
    op: "subscribe",
    id: 1,
    types: ["metrics:snapshot", "metrics:delta", "metrics:performance", ...events],
    match: query.getAll("match"),
    labels: Object.fromEntries(query.getAll("labels").map((pair) => pair.split(/=(.*)/s, 2))),
  };
}

/** The application's own summary fields, which stand beside the protocol's. */
export function summary(data) {
  return Object.entries(data).filter(([key]) => !OWN_KEYS.has(key));
}
