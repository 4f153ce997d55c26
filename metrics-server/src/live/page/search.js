// The search: which families a text finds. Every word must be somewhere in a name, a help text, or a label.

/** Label values that are looked at in one family, so that a key is answered at once. */
const MOST_SERIES = 2_000;

export function words(query) {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

export function finds(wanted, family) {
  if (wanted.length === 0) return true;
  const about = [family.name, family.help, family.type, family.unit, family.set, family.package, ...family.labels];
  const text = about.join("\n").toLowerCase();
  const missing = wanted.filter((word) => !text.includes(word));
  return missing.every((word) => hasValue(family, word));
}

function hasValue(family, word) {
  let looked = 0;
  for (const { labels } of family.series.values()) {
    if (labels.some((value) => value.toLowerCase().includes(word))) return true;
    looked += 1;
    if (looked === MOST_SERIES) return false;
  }
  return false;
}
