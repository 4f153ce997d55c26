// Numbers as people read them: three digits that matter, and the unit that suits the size.

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const SHORT = [
  [1e15, "P"],
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];
const NOTHING = "\u2013";

/** Three digits that matter, without zeros at the end. */
function digits(value) {
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value));
  if (size >= 10) return String(Number(value.toFixed(1)));
  if (size >= 0.01 || size === 0) return String(Number(value.toFixed(size >= 1 ? 2 : 3)));
  return value.toExponential(1).replace(".0e", "e");
}

function seconds(value) {
  const size = Math.abs(value);
  if (size === 0) return ["0", "s"];
  if (size < 1e-6) return [digits(value * 1e9), "ns"];
  if (size < 1e-3) return [digits(value * 1e6), "\u00b5s"];
  if (size < 1) return [digits(value * 1e3), "ms"];
  if (size < 120) return [digits(value), "s"];
  if (size < 7200) return [digits(value / 60), "min"];
  if (size < 172800) return [digits(value / 3600), "h"];
  return [digits(value / 86400), "d"];
}

function bytes(value) {
  let size = value;
  let step = 0;
  while (Math.abs(size) >= 1024 && step < BYTES.length - 1) {
    size /= 1024;
    step += 1;
  }
  return [digits(size), BYTES[step]];
}

function count(value) {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 10000) return value.toLocaleString("en-US");
  const [by, letter] = SHORT.find(([least]) => size >= least * 0.9995) ?? [1, ""];
  return digits(value / by) + letter;
}

/** A value and the unit to write behind it: `["12.3", "ms"]`. */
export function parts(value, unit = "") {
  if (value === null || value === undefined || Number.isNaN(value)) return [NOTHING, ""];
  if (!Number.isFinite(value)) return [value > 0 ? "\u221e" : "-\u221e", ""];
  if (unit === "seconds") return seconds(value);
  if (unit === "bytes") return bytes(value);
  if (unit === "ratio") return [digits(value * 100), "%"];
  return [count(value), unit];
}

/** The same of what grows: by the second. */
export function rateParts(value, unit = "") {
  const [number, of] = parts(value, unit);
  return number === NOTHING ? [number, ""] : [number, `${of}/s`];
}

const join = ([number, unit]) => (unit === "" || unit === "%" || unit === "/s" ? number + unit : `${number}\u00a0${unit}`);

/** `12.3 ms`. */
export function format(value, unit) {
  return join(parts(value, unit));
}

export function formatRate(value, unit) {
  return join(rateParts(value, unit));
}

/** Short enough for an axis: a unit that is a word stands elsewhere. */
export function formatTick(value, unit) {
  const [number, of] = parts(value, unit);
  return ["seconds", "bytes", "ratio"].includes(unit) ? join([number, of]) : number;
}

/** Whether a gauge tells a moment: seconds since 1970. */
export function isMoment(family) {
  return family.type === "gauge" && family.unit === "seconds" && /_(time|timestamp)_seconds$/.test(family.name);
}

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** A moment, in seconds since 1970, as a date; 0 is one that has not been yet. */
export function moment(seconds) {
  const milliseconds = seconds * 1000;
  return seconds !== 0 && Math.abs(milliseconds) <= 8.64e15 ? DATE.format(milliseconds) : "not yet";
}

/** A moment, in seconds since 1970, as the time that has passed. */
export function ago(moment, now) {
  return `${format(Math.max(0, now - moment), "seconds")} ago`;
}

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** The time of day of a moment in seconds. */
export function clock(moment) {
  return CLOCK.format(moment * 1000);
}

/** The labels, by place, that tell these series from each other. */
export function telling(series) {
  const [first, ...others] = series;
  if (others.length === 0) return null;
  return first.labels.map((_, i) => i).filter((i) => others.some(({ labels }) => labels[i] !== first.labels[i]));
}

/** A series in few words: its labels, or only those that tell. A value that says nothing alone has its name beside it. */
export function seriesName(family, { labels }, places = null) {
  if (labels.length === 0) return family.name;
  const words = (places ?? labels.map((_, i) => i)).map((i) =>
    /^(\d+|true|false|)$/.test(labels[i]) ? `${family.labels[i]}=${labels[i] || '""'}` : labels[i],
  );
  return words.join(" \u00b7 ");
}

/** The same with the names of the labels, as PromQL writes it. */
export function selector(family, series) {
  const pairs = family.labels.map((name, i) => `${name}=${JSON.stringify(series.labels[i] ?? "")}`);
  return `{${pairs.join(", ")}}`;
}
