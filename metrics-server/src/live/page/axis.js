// The axis of time: which ticks of the store make which point of a picture.

import { COARSE, EVERY, FINE } from "./ring.js";

/** The windows that can be chosen, in seconds, and how many kept places make a point of a line and a column of a map. */
export const WINDOWS = new Map([
  [60, { name: "1m", tier: "fine", line: 1, map: 1 }],
  [300, { name: "5m", tier: "fine", line: 2, map: 5 }],
  [900, { name: "15m", tier: "fine", line: 5, map: 15 }],
  [3600, { name: "1h", tier: "coarse", line: 2, map: 6 }],
]);

/**
 * The axis that ends with this tick: `x` in seconds, and for each point the places `from` up to before `to`. Points
 * begin at multiples of their width, so that they stay what they are while the window moves on.
 */
export function axisOf(clock, tick, seconds, purpose) {
  const { tier, [purpose]: width } = WINDOWS.get(seconds);
  const times = clock[tier];
  const last = tier === "fine" ? tick : Math.floor(tick / EVERY);
  const end = clock.fine[tick % FINE] / 1000;
  const most = tier === "fine" ? FINE : COARSE;
  const axis = { tier, x: [], from: [], to: [], end, seconds };
  if (tick < 0) return axis;
  let first = last;
  while (first > 0 && first > last - most + 1 && times[(first - 1) % most] / 1000 > end - seconds) first -= 1;
  const usual = (tier === "fine" ? 1 : EVERY) * width;
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
  return axis;
}
