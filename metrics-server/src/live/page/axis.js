// The axis of time: which ticks of the store make which point of a picture.

import { EVERY, FINE } from "./ring.js";

/** The windows that can be chosen, in seconds. */
export const WINDOWS = new Map([
  [60, "1m"],
  [300, "5m"],
  [900, "15m"],
  [3600, "1h"],
]);

/** The most points of a line and columns of a map: more are not seen. */
const MOST = { line: 180, map: 75 };
/** How many ticks a point may have: few choices, so that it seldom changes while the page fills. */
const WIDTHS = [1, 2, 3, 5, 6, 10, 15];

/** The least that is shown, in seconds. */
const SHORTEST = 60;

/**
 * The axis that ends with this tick: `x` in seconds, and for each point the places `from` up to before `to`. Points
 * begin at multiples of their width, so that they stay what they are while the window moves on.
 */
export function axisOf(clock, tick, seconds, purpose) {
  const end = tick < 0 ? 0 : clock.fine[tick % FINE] / 1000;
  const since = end - seconds;
  const axis = { tier: "fine", x: [], from: [], to: [], start: since, end };
  if (tick < 0) return axis;
  let [times, first] = reach(clock.fine, tick, since);
  let last = tick;
  if (first === tick - FINE + 1 && first > 0) {
    axis.tier = "coarse";
    last = Math.floor(tick / EVERY);
    [times, first] = reach(clock.coarse, last, since);
  }
  const most = times.length;
  const places = last - first + 1;
  const width = WIDTHS.find((of) => places / of <= MOST[purpose]) ?? WIDTHS.at(-1);
  const usual = (axis.tier === "fine" ? 1 : EVERY) * width;
  for (let at = first; at <= last; ) {
    const to = Math.min(last + 1, (Math.floor(at / width) + 1) * width);
    const x = times[(to - 1) % most] / 1000;
    const before = axis.x.at(-1);
    if (before !== undefined && x - before > 3 * usual + 2) {
      // nothing was heard for a while: a point without ticks breaks the lines
      axis.x.push((before + x) / 2);
      axis.from.push(at);
      axis.to.push(at);
    }
    axis.x.push(x);
    axis.from.push(at);
    axis.to.push(to);
    at = to;
  }
  // a page that has just been opened shows what there is, and not an empty hour
  axis.start = Math.max(axis.start, Math.min(axis.x[0], end - SHORTEST));
  return axis;
}

/** The times of a tier, and the earliest place in it that is later than `since`. */
function reach(times, last, since) {
  let first = last;
  while (first > 0 && first > last - times.length + 1 && times[(first - 1) % times.length] / 1000 > since) first -= 1;
  return [times, first];
}
