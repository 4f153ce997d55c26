// The painter: draws what is due, in the browser's time for it, and never so much at once that the page stops.

/** How long it may draw before it lets the browser show a frame, in milliseconds. */
const BUDGET = 8;

const due = new Set();
let asked = false;

/** Draws this soon: once, however often it is asked for. */
export function paint(job) {
  due.add(job);
  if (asked) return;
  asked = true;
  requestAnimationFrame(work);
}

function work() {
  asked = false;
  const end = performance.now() + BUDGET;
  for (const job of due) {
    due.delete(job);
    job();
    if (performance.now() > end) break;
  }
  if (due.size > 0 && !asked) {
    asked = true;
    requestAnimationFrame(work);
  }
}
